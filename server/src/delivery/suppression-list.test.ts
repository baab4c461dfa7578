import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import type { Context } from '../access/index.ts'
import { listMessages } from './list-messages.ts'
import { suppressAddresses } from './suppress-addresses.ts'
import { addSuppression, listSuppressions, removeSuppression } from './suppression-list.ts'
import { addAccount, addCampaign, addPeople, phoneOf, plan } from './testing/fixtures.ts'

let kit: TestKit
let ctx: Context

beforeAll(async () => {
  kit = await startTestKit()
})
afterAll(() => kit.stop())
beforeEach(async () => {
  ctx = await kit.workspace()
})

describe('the suppression list', () => {
  it('takes a phone by hand, masked, with whose it is, and gives it back', async () => {
    const [personId] = await addPeople(ctx, 1)
    const entry = await addSuppression(ctx, { phone: phoneOf(0).slice(3), note: '客服来电' })
    expect(entry).toMatchObject({ address: expect.stringMatching(/^139\*{4}\d{4}$/), reason: 'manual', source: 'console: 客服来电', personId })
    expect(await addSuppression(ctx, { phone: phoneOf(0), note: '' })).toEqual(entry)
    expect((await listSuppressions(ctx, { limit: 50, search: phoneOf(0) })).items).toEqual([entry])
    expect((await listSuppressions(ctx, { limit: 50, search: '13800000000' })).items).toEqual([])
    expect((await listSuppressions(ctx, { limit: 50, search: 'nobody' })).items).toEqual([])
    await removeSuppression(ctx, entry.id)
    expect((await listSuppressions(ctx, { limit: 50 })).items).toEqual([])
    const { rows } = await sql<{
      text: string
    }>`select detail::text || coalesce(target_id, '') as text from audit_log where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
    expect(rows).toHaveLength(3)
    expect(JSON.stringify(rows)).not.toContain(phoneOf(0).slice(3))
  })

  it('does not let go of an opt-out, and an opt-out outweighs other reasons', async () => {
    const entry = await addSuppression(ctx, { phone: '13800138000', note: '' })
    const addressKey = (await kit.platform.vaults.of(ctx.workspaceId)).blindIndex('phone', '+8613800138000')
    const add = (reason: 'optedOut' | 'blacklisted') =>
      kit.platform.db
        .transaction()
        .execute((tx) =>
          suppressAddresses(tx, kit.platform, ctx.workspaceId, [
            { address: '+8613800138000', addressKey, personId: null, reason, source: 'reply', at: kit.clock.now() },
          ]),
        )
    await add('blacklisted')
    expect((await listSuppressions(ctx, { limit: 50 })).items[0]).toMatchObject({ id: entry.id, reason: 'manual' })
    await add('optedOut')
    expect((await listSuppressions(ctx, { limit: 50, reason: 'optedOut' })).items[0]).toMatchObject({ id: entry.id, reason: 'optedOut' })
    await expect(removeSuppression(ctx, entry.id)).rejects.toMatchObject({ errorName: 'precondition' })
  })

  it('refuses what is no phone, and is unknown to another workspace', async () => {
    await expect(addSuppression(ctx, { phone: '12345', note: '' })).rejects.toMatchObject({ errorName: 'validation' })
    const entry = await addSuppression(ctx, { phone: '13800138000', note: '' })
    const stranger = await kit.workspace()
    await expect(removeSuppression(stranger, entry.id)).rejects.toMatchObject({ errorName: 'not-found' })
    expect((await listSuppressions(stranger, { limit: 50 })).items).toEqual([])
  })
})

it('messages are listed newest first by page, masked, by campaign, person, state and reason', async () => {
  const accountId = await addAccount(ctx, 'http://127.0.0.1:9', { name: '沙箱' })
  const campaignId = await addCampaign(ctx, accountId)
  const people = await addPeople(ctx, 5)
  await addSuppression(ctx, { phone: phoneOf(4), note: '' })
  await plan(ctx, { accountId, campaignId }, people)
  const first = await listMessages(ctx, { limit: 2, campaignId })
  const second = await listMessages(ctx, { limit: 3, campaignId, cursor: first.nextCursor })
  expect(second.nextCursor).toBeUndefined()
  const all = [...first.items, ...second.items]
  expect(all.map(({ personId }) => personId)).toEqual(people.toReversed())
  expect(all[0]).toMatchObject({
    state: 'suppressed',
    reason: 'optedOut',
    campaign: '秋季促销',
    account: '沙箱',
    personName: '顾客4',
    phone: expect.stringMatching(/^139\*{4}\d{4}$/),
  })
  expect((await listMessages(ctx, { limit: 50, state: 'ready' })).items).toHaveLength(4)
  expect((await listMessages(ctx, { limit: 50, reason: 'optedOut' })).items).toHaveLength(1)
  expect((await listMessages(ctx, { limit: 50, personId: people[0]! })).items).toHaveLength(1)
  expect((await listMessages(await kit.workspace(), { limit: 50 })).items).toEqual([])
  await expect(listMessages(ctx, { limit: 2, cursor: 'x' })).rejects.toMatchObject({ errorName: 'validation' })
})
