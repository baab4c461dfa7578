import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import type { Context } from '../access/index.ts'
import { countContacts } from './decide-contacts.ts'
import { suppressAddresses } from './suppress-addresses.ts'
import { addAccount, addCampaign, addPeople, phoneOf, plan, storedMessages } from './testing/fixtures.ts'

let kit: TestKit
let ctx: Context
let accountId: string
let campaignId: string
let campaign: { accountId: string; campaignId: string }

beforeAll(async () => {
  kit = await startTestKit({ now: '2026-03-02T04:00:00Z' })
})
afterAll(() => kit.stop())
beforeEach(async () => {
  ctx = await kit.workspace()
  accountId = await addAccount(ctx, 'http://127.0.0.1:9')
  campaignId = await addCampaign(ctx, accountId)
  campaign = { accountId, campaignId }
})

const reasons = async (id = campaignId) => (await storedMessages(ctx, id)).map(({ reason }) => reason)

async function suppress(number: number, reason: 'optedOut' | 'invalidNumber' | 'blacklisted' | 'manual'): Promise<void> {
  const addressKey = (await kit.platform.vaults.of(ctx.workspaceId)).blindIndex('phone', phoneOf(number))
  await kit.platform.db
    .transaction()
    .execute((tx) =>
      suppressAddresses(tx, kit.platform, ctx.workspaceId, [
        { address: phoneOf(number), addressKey, personId: null, reason, source: 'test', at: kit.clock.now() },
      ]),
    )
}

describe('who may be contacted', () => {
  it('gives the first reason that holds, in order', async () => {
    const people = await addPeople(ctx, 6)
    const noPhone = await addPeople(ctx, 1, { phone: () => null, consent: null })
    const withdrawn = await addPeople(ctx, 1, { from: 10, consent: 'withdrawn' })
    const neverAsked = await addPeople(ctx, 1, { from: 11, consent: null })
    const nameless = await addPeople(ctx, 1, { from: 12, attributes: () => ({ name: '  ' }) })
    const twin = await addPeople(ctx, 1, { phone: () => phoneOf(0) })
    await suppress(1, 'invalidNumber')
    await suppress(2, 'optedOut')
    await suppress(3, 'blacklisted')
    await suppress(10, 'optedOut')
    const counts = await plan(ctx, campaign, [...people, ...noPhone, ...withdrawn, ...neverAsked, ...nameless, ...twin], { requiredAttributes: ['name'] })
    expect(await reasons()).toEqual([
      null,
      'invalidNumber',
      'optedOut',
      'optedOut',
      null,
      null,
      'noAddress',
      'optedOut',
      'noConsent',
      'missingVariable',
      'duplicateAddress',
    ])
    expect(counts).toEqual({
      audience: 11,
      recipients: 3,
      suppressed: { invalidNumber: 1, optedOut: 3, noAddress: 1, noConsent: 1, missingVariable: 1, duplicateAddress: 1 },
    })
  })

  it('lets a duplicate go when the other one may not', async () => {
    const first = await addPeople(ctx, 1, { consent: null })
    const twin = await addPeople(ctx, 1)
    await plan(ctx, campaign, [...first, ...twin])
    expect(await reasons()).toEqual(['noConsent', null])
  })

  it('asks notices for no consent and caps them not, but respects dead and blocked numbers', async () => {
    const people = await addPeople(ctx, 3, { consent: null })
    await suppress(0, 'optedOut')
    await suppress(1, 'manual')
    await plan(ctx, campaign, people, { category: 'notice', frequencyCap: { messagesMax: 1, days: 30 } })
    expect(await reasons()).toEqual([null, 'optedOut', null])
  })

  it('knows people of its workspace only', async () => {
    const stranger = await kit.workspace()
    const people = await addPeople(stranger, 2)
    expect(await plan(ctx, campaign, people)).toEqual({ audience: 0, recipients: 0, suppressed: {} })
  })

  it('takes a member number for a variable', async () => {
    const [person = 0] = await addPeople(ctx, 1)
    await sql`insert into identities (workspace_id, namespace, key, person_id, value) values (${ctx.workspaceId}, 'member_no', gen_random_uuid(), ${person}, 'M1')`.execute(
      kit.platform.db,
    )
    await plan(ctx, campaign, [person], { requiredAttributes: ['member_no'] })
    expect(await reasons()).toEqual([null])
  })
})

describe('the frequency cap', () => {
  const cap = { messagesMax: 2, days: 7 }

  async function earlier(person: number, daysAgo: number, state: string): Promise<void> {
    const at = new Date(kit.clock.now().getTime() - daysAgo * 86_400_000)
    await sql`
      insert into messages (workspace_id, person_id, channel, cause_kind, cause_id, state, planned_at, accepted_at)
      values (${ctx.workspaceId}, ${person}, 'sms', 'campaign', gen_random_uuid(), ${state}, ${at}, ${state === 'ready' ? null : at})`.execute(kit.platform.db)
  }

  it('counts what was sent, may have been sent or is about to be, in its window', async () => {
    const [full = 0, old = 0, failed = 0, waiting = 0, fresh = 0] = await addPeople(ctx, 5)
    await Promise.all([earlier(full, 1, 'delivered'), earlier(full, 6.9, 'unknown')])
    await Promise.all([earlier(old, 1, 'delivered'), earlier(old, 7.1, 'delivered')])
    await Promise.all([earlier(failed, 1, 'failed'), earlier(failed, 1, 'suppressed'), earlier(failed, 2, 'accepted')])
    await Promise.all([earlier(waiting, 0, 'ready'), earlier(waiting, 1, 'accepted')])
    await plan(ctx, campaign, [full, old, failed, waiting, fresh], { frequencyCap: cap })
    expect(await reasons()).toEqual(['frequencyCap', null, null, 'frequencyCap', null])
  })

  it('does not count the campaign itself, nor apply when ignored', async () => {
    const [person = 0] = await addPeople(ctx, 1)
    await Promise.all([earlier(person, 1, 'delivered'), earlier(person, 2, 'delivered')])
    await plan(ctx, campaign, [person], { frequencyCap: null })
    expect(await reasons()).toEqual([null])
  })
})

describe('the control group', () => {
  it('comes from those who would get the message, by chance, in the share asked for', async () => {
    const people = await addPeople(ctx, 4000)
    const without = await addPeople(ctx, 1000, { from: 5000, consent: null })
    const counts = await plan(ctx, campaign, [...people, ...without], { controlPercent: 20 })
    expect(counts.suppressed.noConsent).toBe(1000)
    // 800 expected of 4,000; five standard deviations are 127.
    expect(Math.abs((counts.suppressed.controlGroup ?? 0) - 800)).toBeLessThan(127)
  })

  it('comes out the same when asked again, and differently for another campaign', async () => {
    const people = await addPeople(ctx, 500)
    const otherId = await addCampaign(ctx, accountId)
    await plan(ctx, campaign, people, { controlPercent: 50 })
    await plan(ctx, { accountId, campaignId: otherId }, people, { controlPercent: 50 })
    const [first, other] = [await reasons(), await reasons(otherId)]
    expect(first).not.toEqual(other)
    await sql`delete from messages where cause_id = ${campaignId}::uuid`.execute(kit.platform.db)
    await plan(ctx, campaign, people, { controlPercent: 50 })
    expect(await reasons()).toEqual(first)
    expect(await plan(ctx, campaign, people, { controlPercent: 50 })).toEqual({ audience: 0, recipients: 0, suppressed: {} })
  })

  it('is none at 0 and nearly all at 90', async () => {
    const people = await addPeople(ctx, 300)
    expect((await plan(ctx, campaign, people, { controlPercent: 0 })).recipients).toBe(300)
    const otherId = await addCampaign(ctx, accountId)
    expect((await plan(ctx, { accountId, campaignId: otherId }, people, { controlPercent: 90 })).recipients).toBeLessThan(70)
  })
})

it('counts what a plan would decide, and writes nothing', async () => {
  const people = await addPeople(ctx, 50)
  await suppress(0, 'optedOut')
  await sql`create unlogged table staged_for_count as select unnest(${people}::bigint[]) as person_id`.execute(kit.platform.db)
  const question = {
    workspaceId: ctx.workspaceId,
    ...campaign,
    audienceTable: 'staged_for_count',
    channel: 'sms',
    category: 'marketing',
    controlPercent: 30,
    frequencyCap: null,
    now: kit.clock.now(),
  } as const
  const client = await kit.platform.pool.connect()
  await client.query('begin')
  const counted = await countContacts(client, question)
  await client.query('rollback')
  client.release()
  expect(await reasons()).toEqual([])
  expect(counted).toEqual(await plan(ctx, campaign, people, { controlPercent: 30 }))
  await expect(countContacts(client, { ...question, audienceTable: 'people; drop table people' })).rejects.toThrow('table name')
})
