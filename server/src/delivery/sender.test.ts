import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import type { Context } from '../access/index.ts'
import { closeSessions, updateAccount } from '../channels/index.ts'
import { attemptsMax } from './record-outcomes.ts'
import { recoverClaims } from './recover-claims.ts'
import { Sender } from './sender.ts'
import { senderOf } from './sender-of.ts'
import { noteDisabledAccounts } from './hold-reason.ts'
import { settleUnknown } from './settle-unknown.ts'
import { addSuppression } from './suppression-list.ts'
import { addAccount, addCampaign, addPeople, countStates, drain, holdReason, inboxEvents, phoneOf, plan, storedMessages } from './testing/fixtures.ts'
import { type Sink, startSink } from './testing/sink.ts'

const noon = '2026-03-02T04:00:00Z'
let kit: TestKit
let sink: Sink
let ctx: Context
let accountId: string
let campaignId: string
let campaign: { accountId: string; campaignId: string }

beforeAll(async () => {
  kit = await startTestKit({ now: noon })
})
afterAll(async () => {
  await senderOf(kit.platform).close()
  await kit.stop()
})
beforeEach(async () => {
  kit.clock.set(noon)
  sink = await startSink()
  ctx = await kit.workspace()
  accountId = await addAccount(ctx, sink.url, { batchSize: 10 })
  campaignId = await addCampaign(ctx, accountId)
  campaign = { accountId, campaignId }
})
afterEach(async () => {
  await sql`update campaigns set state = 'cancelled' where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
  await closeSessions(kit.platform)
  await sink.stop()
})

/** The sender keeps away from a failing account for seconds of real time; here a fresh one takes over at once. */
async function drainAfresh(): Promise<void> {
  const sender = new Sender(kit.platform)
  while (await sender.step(new AbortController().signal));
  await sender.close()
}

describe('the sender', () => {
  it('writes the text, claims, sends and records the answer with its event, once', async () => {
    const people = await addPeople(ctx, 25)
    await plan(ctx, campaign, people)
    await drain(kit.platform)
    expect(await countStates(ctx, campaignId)).toEqual({ accepted: 25 })
    expect([...sink.times().values()]).toEqual(Array.from({ length: 25 }, () => 1))
    const [first] = await storedMessages(ctx, campaignId)
    expect(first).toMatchObject({ text: '【测试】顾客0,您有新的优惠拒收请回复R', parts: 1, cost_fen: 5, attempts: 1 })
    expect(sink.taken.find(({ reference }) => reference === String(first!.id))).toMatchObject({ to: phoneOf(0), id: first!.vendor_id })
    const events = await inboxEvents(ctx)
    expect(events).toHaveLength(25)
    expect(events.find((event) => event.personId === people[0])).toMatchObject({
      event: 'Message Accepted',
      properties: { campaignId, campaign: '秋季促销', messageId: first!.id, templateId: expect.any(String), parts: 1, costFen: 5 },
    })
  })

  it('suppresses who opted out, withdrew consent or lost a needed value since planning', async () => {
    const people = await addPeople(ctx, 4, { attributes: (number) => (number === 2 ? {} : { name: `顾客${number}` }) })
    const strictId = await addCampaign(ctx, accountId, { body: '{{ name }}您好' })
    await plan(ctx, { accountId, campaignId: strictId }, people)
    await addSuppression(ctx, { phone: phoneOf(0), note: '' })
    await sql`update consent_states set state = 'withdrawn' where workspace_id = ${ctx.workspaceId} and person_id = ${people[1]}`.execute(kit.platform.db)
    await drain(kit.platform)
    const messages = await storedMessages(ctx, strictId)
    expect(messages.map(({ state, reason }) => [state, reason])).toEqual([
      ['suppressed', 'optedOut'],
      ['suppressed', 'noConsent'],
      ['suppressed', 'missingVariable'],
      ['accepted', null],
    ])
    expect(sink.taken.map(({ to }) => to)).toEqual([phoneOf(3)])
  })

  it('sends nothing of a paused campaign or through a disabled account, and says why', async () => {
    await plan(ctx, campaign, await addPeople(ctx, 3))
    await sql`update campaigns set state = 'paused' where id = ${campaignId}::uuid`.execute(kit.platform.db)
    await drain(kit.platform)
    await sql`update campaigns set state = 'running' where id = ${campaignId}::uuid`.execute(kit.platform.db)
    await updateAccount(ctx, accountId, { enabled: false })
    await drain(kit.platform)
    await noteDisabledAccounts(kit.platform.db)
    expect(sink.taken).toEqual([])
    expect(await holdReason(ctx, campaignId)).toBe('accountDisabled')
    await updateAccount(ctx, accountId, { enabled: true })
    await drain(kit.platform)
    expect(await countStates(ctx, campaignId)).toEqual({ accepted: 3 })
    expect(await holdReason(ctx, campaignId)).toBeNull()
  })

  it('holds marketing in quiet hours, lets notices through, and goes on when they end', async () => {
    kit.clock.set('2026-03-02T13:30:00Z')
    const noticeId = await addCampaign(ctx, accountId, { category: 'notice' })
    const people = await addPeople(ctx, 2)
    await plan(ctx, campaign, people)
    await plan(ctx, { accountId, campaignId: noticeId }, people, { category: 'notice' })
    await drain(kit.platform)
    expect(await countStates(ctx, campaignId)).toEqual({ ready: 2 })
    expect(await countStates(ctx, noticeId)).toEqual({ accepted: 2 })
    expect(await holdReason(ctx, campaignId)).toBe('quietHours:09:00')
    kit.clock.set('2026-03-03T01:00:00Z')
    await drain(kit.platform)
    expect(await countStates(ctx, campaignId)).toEqual({ accepted: 2 })
    expect(await holdReason(ctx, campaignId)).toBeNull()
  })

  it('takes turns between campaigns of one account', async () => {
    const otherId = await addCampaign(ctx, accountId)
    const people = await addPeople(ctx, 800)
    await plan(ctx, campaign, people)
    await plan(ctx, { accountId, campaignId: otherId }, people)
    const sender = senderOf(kit.platform)
    await sender.step(new AbortController().signal)
    await sender.step(new AbortController().signal)
    expect((await countStates(ctx, campaignId)).accepted).toBeGreaterThan(0)
    expect((await countStates(ctx, otherId)).accepted).toBeGreaterThan(0)
  })
})

describe('answers of a provider', () => {
  beforeEach(async () => {
    await plan(ctx, campaign, await addPeople(ctx, 3))
  })

  it('throttled: back to ready, later, without an attempt', async () => {
    sink.behave('throttle')
    await drain(kit.platform)
    expect(await storedMessages(ctx, campaignId)).toEqual(
      Array.from({ length: 3 }, () => expect.objectContaining({ state: 'ready', attempts: 0, not_before: new Date(Date.parse(noon) + 1000) })),
    )
    sink.behave('accept')
    kit.clock.advance(1000)
    await drain(kit.platform)
    expect(await countStates(ctx, campaignId)).toEqual({ accepted: 3 })
  })

  it('transient: again after a growing pause, failed in the end', async () => {
    sink.behave('busy')
    for (let attempt = 1; attempt < attemptsMax; attempt++) {
      while ((await storedMessages(ctx, campaignId)).some(({ attempts }) => attempts < attempt)) {
        await drainAfresh()
        kit.clock.advance(60_000)
      }
      kit.clock.advance(3_600_000)
    }
    kit.clock.set('2026-03-03T04:00:00Z')
    await drainAfresh()
    await drainAfresh()
    await drainAfresh()
    const messages = await storedMessages(ctx, campaignId)
    expect(messages.every(({ state, attempts, failure_code }) => state === 'failed' && attempts === attemptsMax && failure_code === 'HTTP:503')).toBe(true)
    expect((await inboxEvents(ctx)).map(({ event }) => event)).toEqual(['Message Failed', 'Message Failed', 'Message Failed'])
    expect(sink.taken).toEqual([])
  })

  it('permanent: failed with class and code; a blacklisted number is suppressed at once', async () => {
    sink.behave((to) => (to === phoneOf(0) ? { error: 'DB:0144' } : to === phoneOf(1) ? { error: 'INVALID_NUMBER' } : 'accept'))
    await drain(kit.platform)
    const messages = await storedMessages(ctx, campaignId)
    expect(messages.map(({ state, failure_class, failure_code }) => [state, failure_class, failure_code])).toEqual([
      ['failed', 'blacklisted', 'DB:0144'],
      ['failed', 'invalidNumber', 'INVALID_NUMBER'],
      ['accepted', null, null],
    ])
    const { rows } = await sql`select reason from suppressions where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
    expect(rows).toEqual([{ reason: 'blacklisted' }])
  })

  it.each(['hang', 'reset', 'rubbish'] as const)('%s: unknown, never sent again by itself', async (manner) => {
    sink.behave(manner)
    if (manner === 'hang') await updateAccount(ctx, accountId, { config: { endpoint: sink.url, apiKey: 'sandbox-key', batchSize: 10, timeoutSeconds: 1 } })
    await drain(kit.platform)
    expect(await countStates(ctx, campaignId)).toEqual({ unknown: 3 })
    expect(await holdReason(ctx, campaignId)).toMatch(/^accountFailing:/)
    sink.behave('accept')
    kit.clock.advance(3_600_000)
    await recoverClaims(kit.platform)
    await drainAfresh()
    expect([...sink.times().values()]).toEqual([1, 1, 1])
    expect(await countStates(ctx, campaignId)).toEqual({ unknown: 3 })
  })

  it('nobody there: messages wait, the campaign says why, and one message tries the provider again', async () => {
    await sink.stop()
    await drain(kit.platform)
    expect(await countStates(ctx, campaignId)).toEqual({ ready: 3 })
    expect((await storedMessages(ctx, campaignId)).every(({ attempts }) => attempts === 0)).toBe(true)
    expect(await holdReason(ctx, campaignId)).toBe('accountFailing:ECONNREFUSED')
    sink = await startSink()
    await updateAccount(ctx, accountId, { config: { endpoint: sink.url, apiKey: 'sandbox-key' } })
    kit.clock.advance(60_000)
    await drainAfresh()
    expect(await countStates(ctx, campaignId)).toEqual({ accepted: 3 })
    expect(await holdReason(ctx, campaignId)).toBeNull()
  })

  it('after a failing batch only one message is risked until the account works', async () => {
    await plan(ctx, campaign, await addPeople(ctx, 30, { from: 100 }))
    sink.behave('rubbish')
    const sender = new Sender(kit.platform, { failingPauseMs: 0 })
    await sender.step(new AbortController().signal)
    expect((await countStates(ctx, campaignId)).unknown).toBe(33)
    await plan(ctx, campaign, await addPeople(ctx, 30, { from: 200 }))
    await sender.step(new AbortController().signal)
    expect(await countStates(ctx, campaignId)).toEqual({ unknown: 34, ready: 29 })
    sink.behave('accept')
    while (await sender.step(new AbortController().signal));
    expect(await countStates(ctx, campaignId)).toEqual({ unknown: 34, accepted: 29 })
    await sender.close()
  })
})

describe('an operator', () => {
  it('settles unknown messages: again, or failed', async () => {
    await plan(ctx, campaign, await addPeople(ctx, 3))
    sink.behave('reset')
    await drain(kit.platform)
    sink.behave('accept')
    expect(await settleUnknown(ctx, { campaignId, decision: 'sendAgain' })).toBe(3)
    await drainAfresh()
    expect(await countStates(ctx, campaignId)).toEqual({ accepted: 3 })
    expect([...sink.times().values()]).toEqual([2, 2, 2])

    const otherId = await addCampaign(ctx, accountId)
    await plan(ctx, { accountId, campaignId: otherId }, await addPeople(ctx, 2, { from: 50 }))
    sink.behave('reset')
    await drainAfresh()
    expect(await settleUnknown(ctx, { campaignId: otherId, decision: 'fail' })).toBe(2)
    expect(await countStates(ctx, otherId)).toEqual({ failed: 2 })
  })

  it('can not settle those of another workspace', async () => {
    const stranger = await kit.workspace()
    await expect(settleUnknown(stranger, { campaignId, decision: 'fail' })).rejects.toMatchObject({ errorName: 'not-found' })
  })
})
