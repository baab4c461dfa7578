import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import type { Context } from '../access/index.ts'
import { closeSessions, type IncomingReply, type Receipt } from '../channels/index.ts'
import type { InboxRow } from '../collect/index.ts'
import { signatureHeader, signCallback, type WireEvent } from '../channels/sandbox/wire.ts'
import { retryParkedReceipts } from './parked-receipts.ts'
import { receiveCallbacks } from './receive-callbacks.ts'
import { expireReceipts } from './recover-claims.ts'
import { senderOf } from './sender-of.ts'
import { listReplies } from './list-replies.ts'
import { addAccount, addCampaign, addPeople, countStates, drain, inboxEvents, phoneOf, plan, storedMessages, type StoredMessage } from './testing/fixtures.ts'
import { type Sink, startSink } from './testing/sink.ts'

const noon = '2026-03-02T04:00:00Z'
let kit: TestKit
let sink: Sink
let ctx: Context
let accountId: string
let campaignId: string
let messages: StoredMessage[]

beforeAll(async () => {
  kit = await startTestKit({ now: noon })
  sink = await startSink()
})
afterAll(async () => {
  await closeSessions(kit.platform)
  await sink.stop()
  await senderOf(kit.platform).close()
  await kit.stop()
})
beforeEach(async () => {
  kit.clock.set(noon)
  ctx = await kit.workspace()
  accountId = await addAccount(ctx, sink.url)
  campaignId = await addCampaign(ctx, accountId)
  await plan(ctx, { accountId, campaignId }, await addPeople(ctx, 3))
  await drain(kit.platform)
  messages = await storedMessages(ctx, campaignId)
})

let nextRow = 1
const row = (items: unknown[]): InboxRow => ({ id: nextRow++, sourceId: null, originId: accountId, receivedAt: kit.clock.now(), items })

/** As a connection provider pushes them. */
async function push(receipts: Partial<Receipt>[], replies: IncomingReply[] = []): Promise<void> {
  const item = {
    kind: 'inbound',
    receipts: receipts.map((receipt) => ({ address: phoneOf(0), atMs: kit.clock.now().getTime(), code: 'DELIVRD', state: 'delivered', ...receipt })),
    replies,
  }
  await receiveCallbacks(kit.platform, ctx.workspaceId, [row([item])])
}

/** As the sandbox network calls back. */
async function call(events: WireEvent[], apiKey = 'sandbox-key'): Promise<void> {
  const body = Buffer.from(JSON.stringify({ events }))
  await receiveCallbacks(kit.platform, ctx.workspaceId, [
    row([{ kind: 'http', headers: { [signatureHeader]: signCallback(apiKey, body) }, body: body.toString('base64') }]),
  ])
}

const receipt = (number: number, state: string): WireEvent => ({
  type: 'receipt',
  id: messages[number]!.vendor_id!,
  to: phoneOf(number),
  state,
  at: kit.clock.now().toISOString(),
})
const failure = (number: number, code: string, failureClass: Receipt['class']): Partial<Receipt> => ({
  vendorIds: [messages[number]!.vendor_id!],
  address: phoneOf(number),
  state: 'failed',
  code,
  class: failureClass,
})
const states = async () => (await storedMessages(ctx, campaignId)).map(({ state }) => state)
const suppressions = async () =>
  (await sql<{ reason: string }>`select reason from suppressions where workspace_id = ${ctx.workspaceId} order by id`.execute(kit.platform.db)).rows.map(
    ({ reason }) => reason,
  )

describe('receipts', () => {
  it('settle messages once and leave one event each, however often they come', async () => {
    for (let times = 0; times < 3; times++) await call([receipt(0, 'DELIVRD'), receipt(1, 'MK:0010')])
    await call([receipt(0, 'MK:0001')])
    expect(await states()).toEqual(['delivered', 'failed', 'accepted'])
    expect((await storedMessages(ctx, campaignId))[1]).toMatchObject({ failure_class: 'unreachable', failure_code: 'MK:0010' })
    const events = (await inboxEvents(ctx)).filter(({ event }) => event !== 'Message Accepted')
    expect(events.map(({ event, properties }) => [event, properties.messageId])).toEqual([
      ['Message Delivered', messages[0]!.id],
      ['Message Failed', messages[1]!.id],
    ])
  })

  it('are dropped when forged: wrong signature, wrong number, unknown id, another account', async () => {
    await call([receipt(0, 'DELIVRD')], 'guessed-key')
    await call([{ ...receipt(0, 'DELIVRD'), to: phoneOf(1) } as WireEvent])
    await call([{ ...receipt(0, 'DELIVRD'), id: 'made-up' }])
    const other = await addAccount(ctx, sink.url)
    const mine = accountId
    accountId = other
    await call([receipt(0, 'DELIVRD')])
    accountId = mine
    expect(await states()).toEqual(['accepted', 'accepted', 'accepted'])
    const count = async () =>
      (await sql<{ count: number }>`select count(*)::integer as count from messages where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)).rows[0]!
        .count
    expect(await count()).toBe(3)
    kit.clock.advance(3_600_000)
    while (await retryParkedReceipts(kit.platform));
    expect((await sql`select from parked_receipts where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)).rows).toEqual([])
    expect(await kit.platform.metrics.text()).toMatch(/hongyan_callbacks_refused_total\{provider="sandbox",reason="signature"\} 1/)
    expect(await count()).toBe(3)
  })

  it('wait for the answer they overtook', async () => {
    await sql`update messages set state = 'claimed', vendor_id = null, accepted_at = null where id = ${messages[0]!.id}`.execute(kit.platform.db)
    await call([receipt(0, 'DELIVRD')])
    expect((await states())[0]).toBe('claimed')
    await sql`update messages set state = 'accepted', vendor_id = ${messages[0]!.vendor_id}, accepted_at = now() where id = ${messages[0]!.id}`.execute(
      kit.platform.db,
    )
    kit.clock.advance(2000)
    await retryParkedReceipts(kit.platform)
    expect((await states())[0]).toBe('delivered')
  })

  it('settle an unknown message by our own id, and tell that it was accepted', async () => {
    await sql`update messages set state = 'unknown', vendor_id = null, accepted_at = null, cost_fen = null, claimed_at = ${kit.clock.now()} where id = ${messages[0]!.id}`.execute(
      kit.platform.db,
    )
    await sql`delete from inbox where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
    const event = { ...receipt(0, 'DELIVRD'), reference: String(messages[0]!.id) } as WireEvent
    await call([{ ...event, to: phoneOf(1) } as WireEvent])
    expect((await states())[0]).toBe('unknown')
    await call([event])
    expect((await storedMessages(ctx, campaignId))[0]).toMatchObject({ state: 'delivered', cost_fen: 5 })
    expect((await inboxEvents(ctx)).map(({ event: name }) => name)).toEqual(['Message Accepted', 'Message Delivered'])
  })

  it('that come late settle messages given up as unknown after 72 hours', async () => {
    kit.clock.advance(73 * 3_600_000)
    while ((await expireReceipts(kit.platform)) > 0);
    expect(await countStates(ctx, campaignId)).toEqual({ unknown: 3 })
    await call([receipt(2, 'DELIVRD')])
    expect(await states()).toEqual(['unknown', 'unknown', 'delivered'])
  })

  it('per part: delivered when all parts are, failed when one is', async () => {
    for (const [index, ids] of [
      ['a1', 'a2'],
      ['b1', 'b2'],
    ].entries()) {
      await sql`update messages set vendor_id = ${ids.join(',')}, parts = 2 where id = ${messages[index]!.id}`.execute(kit.platform.db)
      for (const id of ids)
        await sql`insert into message_parts (account_id, vendor_id, message_id) values (${accountId}::uuid, ${id}, ${messages[index]!.id})`.execute(
          kit.platform.db,
        )
    }
    await push([{ vendorIds: ['zz', 'a1'] }, { vendorIds: ['b1'], address: phoneOf(1) }])
    await push([{ vendorIds: ['a1'] }])
    expect(await states()).toEqual(['accepted', 'accepted', 'accepted'])
    await push([{ vendorIds: ['a2'] }, { vendorIds: ['b2'], address: phoneOf(1), state: 'failed', class: 'unreachable', code: 'EXPIRED' }])
    expect(await states()).toEqual(['delivered', 'failed', 'accepted'])
  })

  it('suppress a blacklisted number at once, a dead one at the second verdict a day later', async () => {
    await push([failure(0, 'DB:0144', 'blacklisted'), failure(1, 'MK:0001', 'invalidNumber')])
    expect(await suppressions()).toEqual(['blacklisted'])
    const again = async (hours: number) => {
      kit.clock.advance(hours * 3_600_000)
      await sql`update messages set state = 'accepted' where id = ${messages[1]!.id}`.execute(kit.platform.db)
      await push([failure(1, 'MK:0001', 'invalidNumber')])
    }
    await again(2)
    expect(await suppressions()).toEqual(['blacklisted'])
    await again(23)
    expect(await suppressions()).toEqual(['blacklisted', 'invalidNumber'])
  })
})

describe('replies', () => {
  const reply = (number: number, text: string, key = `${text}-${number}`): IncomingReply => ({
    vendorKey: key,
    address: phoneOf(number),
    text,
    atMs: kit.clock.now().getTime(),
  })

  it('opt-outs stop marketing at once: suppression, consent, event; once', async () => {
    for (let times = 0; times < 2; times++) await push([], [reply(0, ' td。')])
    expect(await suppressions()).toEqual(['optedOut'])
    const { rows } = await sql<{ state: string; proof: string; source: string }>`
      select state, proof, source from consents where workspace_id = ${ctx.workspaceId} and person_id = ${messages[0]!.person_id}`.execute(kit.platform.db)
    expect(rows).toEqual([{ state: 'withdrawn', proof: expect.stringContaining('td'), source: 'reply' }])
    const events = (await inboxEvents(ctx)).filter(({ event }) => event === 'Message Opted Out')
    expect(events).toEqual([
      expect.objectContaining({ personId: messages[0]!.person_id, properties: expect.objectContaining({ campaignId, messageId: messages[0]!.id }) }),
    ])
    const nextId = await addCampaign(ctx, accountId)
    const counts = await plan(ctx, { accountId, campaignId: nextId }, [messages[0]!.person_id, messages[1]!.person_id])
    expect(counts).toEqual({ audience: 2, recipients: 1, suppressed: { optedOut: 1 } })
  })

  it('others are kept with their person and campaign', async () => {
    await push([], [reply(1, '还有货吗? 打 13912345678'), { ...reply(9, 'hello'), address: '+8613700000000' }])
    const { items } = await listReplies(ctx, { limit: 50 })
    expect(items.map(({ text, kind, personId, campaign, phone }) => [text, kind, personId, campaign, phone])).toEqual(
      expect.arrayContaining([
        ['还有货吗? 打 139****5678', 'other', messages[1]!.person_id, '秋季促销', expect.stringMatching(/^139\*{4}\d{4}$/)],
        ['hello', 'other', null, null, '137****0000'],
      ]),
    )
    expect((await inboxEvents(ctx)).filter(({ event }) => event === 'Message Replied')).toHaveLength(1)
    expect(await suppressions()).toEqual([])
  })

  it('belong to no campaign after 72 hours, and still opt out', async () => {
    kit.clock.advance(73 * 3_600_000)
    await push([], [reply(2, 'R')])
    const { items } = await listReplies(ctx, { limit: 50 })
    expect(items[0]).toMatchObject({ kind: 'optOut', campaignId: null, personId: messages[2]!.person_id })
    expect(await suppressions()).toEqual(['optedOut'])
  })
})
