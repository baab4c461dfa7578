import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import { everyone, type Rule } from '../../../contracts/rule.ts'
import type { Context } from '../access/index.ts'
import { drainInbox } from '../collect/index.ts'
import { mergePeople, runnerOf } from '../people/index.ts'
import { merge } from '../people/merging/testing/merge-kit.ts'
import { cancelReturnedMessages, completeSentCampaigns } from './complete-campaigns.ts'
import { estimateCampaign } from './estimate-campaign.ts'
import { launchCampaign } from './launch-campaign.ts'
import { listCampaigns, readCampaign } from './list-campaigns.ts'
import { planCampaign, planDueCampaigns } from './plan-campaign.ts'
import { cancelCampaign, pauseCampaign, resumeCampaign } from './run-campaign.ts'
import { deleteCampaign, duplicateCampaign, updateCampaign } from './save-campaign.ts'
import { followMerges, withStagedAudience } from './stage-audience.ts'
import { bringIn, customer, makeDraft } from './testing/campaign-world.ts'

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit({ now: '2026-03-02T04:00:00Z' })
})
afterAll(() => kit.stop())

async function messages(ctx: Context, campaignId: string): Promise<Record<string, number>> {
  const { rows } = await sql<{ key: string; count: number }>`
    select state || coalesce(':' || reason, '') as key, count(*) as count from messages
    where workspace_id = ${ctx.workspaceId} and cause_id = ${campaignId}::uuid group by 1`.execute(ctx.platform.db)
  return Object.fromEntries(rows.map((row) => [row.key, row.count]))
}

async function launched(ctx: Context, id: string): Promise<void> {
  const { recipients } = await estimateCampaign(ctx, id)
  await launchCampaign(ctx, id, { confirmRecipients: recipients })
  await planCampaign(kit.platform, { workspaceId: ctx.workspaceId, campaignId: id })
}

describe('a campaign', () => {
  it('estimates by the decision it launches with', async () => {
    const ctx = await kit.workspace()
    const people = [...Array(40).keys()].map((number) => customer(number))
    people.push(customer(100, { consent: undefined }), customer(101, { identities: [['member_no', 'M101']] }))
    await bringIn(ctx, people)
    const draft = await makeDraft(ctx, { controlPercent: 25 })
    const estimate = await estimateCampaign(ctx, draft.id)
    expect(estimate.audience).toBe(42)
    expect(estimate.suppressed).toEqual([
      { reason: 'noAddress', count: 1 },
      { reason: 'noConsent', count: 1 },
    ])
    expect(estimate.recipients + estimate.control).toBe(40)
    expect(estimate.control).toBeGreaterThan(0)
    expect(estimate.sample?.text).toMatch(/^【鸿雁优选】客户\d+您好,会员日全场八折。拒收请回复R$/)
    expect(estimate.costFen).toBe(Math.round(estimate.recipients * 5.5))

    await launched(ctx, draft.id)
    expect(await messages(ctx, draft.id)).toEqual({
      ready: estimate.recipients,
      'suppressed:controlGroup': estimate.control,
      'suppressed:noAddress': 1,
      'suppressed:noConsent': 1,
    })
    const campaign = await readCampaign(ctx, draft.id)
    expect(campaign).toMatchObject({ state: 'running', progress: { planned: 42, suppressed: 2, control: estimate.control, waiting: estimate.recipients } })
  })

  it('remembers its control group as events', async () => {
    const ctx = await kit.workspace()
    await bringIn(
      ctx,
      [...Array(60).keys()].map((number) => customer(number)),
    )
    const draft = await makeDraft(ctx, { controlPercent: 50 })
    await launched(ctx, draft.id)
    await drainInbox(kit.platform)
    const { control } = (await readCampaign(ctx, draft.id)).progress
    const { count } = await kit.platform.warehouse.row<{ count: number }>({
      sql: `select uniqExact(person_id) as count from campaign_contacts where workspace_id = {workspaceId:UInt32} and campaign_id = {id:UUID} and arm = 'control'`,
      params: { workspaceId: ctx.workspaceId, id: draft.id },
    })
    expect(control).toBeGreaterThan(10)
    expect(count).toBe(control)
  })

  it('plans once, however often the job runs', async () => {
    const ctx = await kit.workspace()
    await bringIn(ctx, [customer(1), customer(2)])
    const draft = await makeDraft(ctx)
    await launchCampaign(ctx, draft.id, { confirmRecipients: 2 })
    const payload = { workspaceId: ctx.workspaceId, campaignId: draft.id }
    await Promise.all([planCampaign(kit.platform, payload), planCampaign(kit.platform, payload)])
    await planCampaign(kit.platform, payload)
    expect(await messages(ctx, draft.id)).toEqual({ ready: 2 })
    const { rows } = await sql`select tablename from pg_tables where tablename like 'staged_audience_%'`.execute(kit.platform.db)
    expect(rows).toEqual([])
  })

  it('keeps the words it was launched with', async () => {
    const ctx = await kit.workspace()
    await bringIn(ctx, [customer(1)])
    const draft = await makeDraft(ctx)
    await launched(ctx, draft.id)
    await expect(updateCampaign(ctx, draft.id, { name: '改名' })).rejects.toMatchObject({ errorName: 'precondition' })
    const { rows } = await sql<{ body: string }>`select content ->> 'body' as body from campaigns where id = ${draft.id}::uuid`.execute(kit.platform.db)
    expect(rows[0]?.body).toContain('八折')
  })

  it('pauses, goes on, is cancelled, and never moves against its states', async () => {
    const ctx = await kit.workspace()
    await bringIn(ctx, [customer(1), customer(2), customer(3)])
    const draft = await makeDraft(ctx)
    await expect(pauseCampaign(ctx, draft.id)).rejects.toMatchObject({ errorName: 'precondition' })
    await launched(ctx, draft.id)
    expect((await pauseCampaign(ctx, draft.id)).state).toBe('paused')
    expect((await resumeCampaign(ctx, draft.id)).state).toBe('running')
    const cancelled = await cancelCampaign(ctx, draft.id)
    expect(cancelled).toMatchObject({ state: 'cancelled', progress: { cancelled: 3, waiting: 0 } })
    await expect(resumeCampaign(ctx, draft.id)).rejects.toMatchObject({ errorName: 'precondition' })
    // One was being sent when the campaign was cancelled, and the provider had no room for it.
    await sql`update messages set state = 'ready' where id = (select min(id) from messages where cause_id = ${draft.id}::uuid)`.execute(kit.platform.db)
    await cancelReturnedMessages(kit.platform)
    expect(await messages(ctx, draft.id)).toEqual({ cancelled: 3 })
  })

  it('is complete when nothing is left to send', async () => {
    const ctx = await kit.workspace()
    await bringIn(ctx, [customer(1, { consent: undefined }), customer(2)])
    const draft = await makeDraft(ctx)
    await launched(ctx, draft.id)
    await completeSentCampaigns(kit.platform)
    expect((await readCampaign(ctx, draft.id)).state).toBe('running')
    await sql`update messages set state = 'accepted', accepted_at = now() where cause_id = ${draft.id}::uuid and state = 'ready'`.execute(kit.platform.db)
    await completeSentCampaigns(kit.platform)
    expect((await readCampaign(ctx, draft.id)).state).toBe('completed')
  })

  it('waits for its time', async () => {
    const ctx = await kit.workspace()
    await bringIn(ctx, [customer(1)])
    const at = new Date(kit.clock.now().getTime() + 3_600_000)
    const draft = await makeDraft(ctx, { scheduledAt: at.toISOString() })
    expect((await launchCampaign(ctx, draft.id, { confirmRecipients: 1 })).state).toBe('scheduled')
    await planDueCampaigns(kit.platform)
    expect((await readCampaign(ctx, draft.id)).state).toBe('scheduled')
    kit.clock.set(at)
    await planDueCampaigns(kit.platform)
    expect((await readCampaign(ctx, draft.id)).state).toBe('planning')
  })
})

describe('a launch is refused', () => {
  it('without a segment, naming the field', async () => {
    const ctx = await kit.workspace()
    const draft = await makeDraft(ctx)
    await updateCampaign(ctx, draft.id, { segmentId: null })
    await expect(launchCampaign(ctx, draft.id, { confirmRecipients: 1 })).rejects.toMatchObject({ errorName: 'validation', problems: [{ at: 'segmentId' }] })
  })

  it('when the audience outgrew what was confirmed', async () => {
    const ctx = await kit.workspace()
    await bringIn(
      ctx,
      [...Array(10).keys()].map((number) => customer(number)),
    )
    const draft = await makeDraft(ctx)
    await expect(launchCampaign(ctx, draft.id, { confirmRecipients: 5 })).rejects.toMatchObject({ errorName: 'precondition' })
    expect((await readCampaign(ctx, draft.id)).state).toBe('draft')
  })

  it('above the budget', async () => {
    const ctx = await kit.workspace()
    await bringIn(
      ctx,
      [...Array(10).keys()].map((number) => customer(number)),
    )
    const draft = await makeDraft(ctx, { budgetFen: 10 })
    await expect(launchCampaign(ctx, draft.id, { confirmRecipients: 10 })).rejects.toMatchObject({ problems: [{ at: 'budgetFen' }] })
  })

  it("with another workspace's segment", async () => {
    const [mine, theirs] = [await kit.workspace(), await kit.workspace()]
    const [draft, foreign] = [await makeDraft(mine), await makeDraft(theirs)]
    await expect(updateCampaign(mine, draft.id, { segmentId: foreign.segmentId })).rejects.toMatchObject({ problems: [{ at: 'body.segmentId' }] })
    await expect(readCampaign(mine, foreign.id)).rejects.toMatchObject({ errorName: 'not-found' })
  })
})

it('masks personal data in the sample of its text, and measures the text as it is sent', async () => {
  const ctx = await kit.workspace()
  const secret = '上海市静安区万航渡路 888 号开开大厦十八楼'
  await bringIn(ctx, [customer(1, { traits: { name: '林书', home: secret } })])
  await sql`update attributes set is_pii = true where workspace_id = ${ctx.workspaceId} and key = 'home'`.execute(ctx.platform.db)
  const draft = await makeDraft(ctx, { body: '{{ name }}您好，礼物已寄往{{ home }}，感谢您一年来的支持，期待在会员日的八折专场与您再见。' })
  const { sample, partsPerMessage } = await estimateCampaign(ctx, draft.id)
  expect(sample?.text).toContain('礼物已寄往上***，')
  expect(sample?.text).not.toContain('万航渡路')
  expect(sample?.parts).toBe(1)
  expect(partsPerMessage.maximum).toBe(2)
})

it('takes people once who were merged after they were staged', async () => {
  const ctx = await kit.workspace()
  await bringIn(
    ctx,
    [1, 2, 3, 4].map((number) => customer(number)),
  )
  const { rows: people } = await sql<{ id: number }>`select id from people where workspace_id = ${ctx.workspaceId} order by id`.execute(ctx.platform.db)
  const [first, second, third, fourth] = people.map(({ id }) => id)
  const taken = await withStagedAudience(ctx, everyone, async (table) => {
    // The third is not of this audience; the fourth, merged into them, is.
    await sql`delete from ${sql.table(table)} where person_id = ${third}`.execute(ctx.platform.db)
    await merge(ctx, [
      { keptId: first!, mergedId: second! },
      { keptId: third!, mergedId: fourth! },
    ])
    await followMerges(ctx.platform.db, ctx.workspaceId, table)
    const { rows } = await sql<{ id: number }>`select person_id as id from ${sql.table(table)} order by 1`.execute(ctx.platform.db)
    return rows.map(({ id }) => id)
  })
  expect(taken).toEqual([first, third])
})

it('contacts nobody who is merged into somebody else while it decides, and whoever they become once', async () => {
  const ctx = await kit.workspace()
  await bringIn(
    ctx,
    [1, 2, 3, 4].map((number) => customer(number)),
  )
  const { rows: people } = await sql<{ id: number }>`select id from people where workspace_id = ${ctx.workspaceId} order by id`.execute(ctx.platform.db)
  const [first, second, third, fourth] = people.map(({ id }) => id)
  // The third is not of the audience; the fourth, merged into them, is.
  const outside: Rule = { kind: 'attribute', attribute: 'name', test: { type: 'text', operator: 'isNot', values: ['客户3'] } }
  const draft = await makeDraft(ctx, { rule: outside })
  const { recipients } = await estimateCampaign(ctx, draft.id)
  await launchCampaign(ctx, draft.id, { confirmRecipients: recipients })
  const pairs = [
    { keptId: first!, mergedId: second!, reason: 'manual' as const },
    { keptId: third!, mergedId: fourth!, reason: 'manual' as const },
  ]
  let planning: Promise<void> = Promise.resolve()
  await ctx.platform.db.transaction().execute(async (tx) => {
    await mergePeople(runnerOf(tx), { platform: ctx.platform, workspaceId: ctx.workspaceId, pairs, decidedBy: null, now: ctx.platform.clock.now() })
    planning = planCampaign(kit.platform, { workspaceId: ctx.workspaceId, campaignId: draft.id })
    // It decided about people as they were, and waits now.
    await vi.waitFor(
      async () => {
        const { rows } = await sql<{ count: number }>`
          select count(*)::int as count from pg_locks where locktype = 'advisory' and not granted
            and database = (select oid from pg_database where datname = current_database())`.execute(ctx.platform.db)
        expect(rows[0]!.count).toBeGreaterThan(0)
      },
      { timeout: 180_000, interval: 20 },
    )
  })
  await planning
  const { rows } = await sql<{ id: number; state: string }>`
    select person_id as id, state from messages where workspace_id = ${ctx.workspaceId} and cause_id = ${draft.id}::uuid order by 1`.execute(ctx.platform.db)
  expect(rows).toEqual([
    { id: first, state: 'ready' },
    { id: third, state: 'ready' },
  ])
})

it('lists by name and state, duplicates, deletes drafts only, and leaves audit rows', async () => {
  const ctx = await kit.workspace()
  const draft = await makeDraft(ctx)
  const copy = await duplicateCampaign(ctx, draft.id)
  expect((await listCampaigns(ctx, { limit: 1 })).nextCursor).toBe(copy.id)
  expect((await listCampaigns(ctx, { limit: 10, search: '副本' })).items.map((item) => item.id)).toEqual([copy.id])
  expect((await listCampaigns(ctx, { limit: 10, state: 'running' })).items).toEqual([])
  await deleteCampaign(ctx, copy.id)
  const { rows } = await sql<{
    action: string
  }>`select action from audit_log where workspace_id = ${ctx.workspaceId} and target_kind = 'campaign' order by id`.execute(kit.platform.db)
  expect(rows.map((row) => row.action)).toEqual(['campaign.create', 'campaign.create', 'campaign.delete'])
})
