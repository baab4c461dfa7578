import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import type { Context } from '../access/index.ts'
import { receiveCallback } from '../channels/callbacks.ts'
import { signatureHeader, signCallback, type WireEvent } from '../channels/sandbox/wire.ts'
import { recoverClaims } from './recover-claims.ts'
import { readConsumerRow } from './testing/callback-row.ts'
import { receiveCallbacks } from './receive-callbacks.ts'
import { addAccount, addCampaign, addPeople, countStates, inboxEvents, phoneOf, plan, storedMessages, until } from './testing/fixtures.ts'
import { type Sink, startSink } from './testing/sink.ts'

const masterKey = randomBytes(32).toString('hex')
const program = path.join(import.meta.dirname, 'testing', 'sender-process.ts')
let kit: TestKit
let sink: Sink
let ctx: Context
const children = new Set<ChildProcess>()

beforeAll(async () => {
  kit = await startTestKit({ now: '2026-03-02T04:00:00Z', environment: { HONGYAN_MASTER_KEY: masterKey } })
})
afterAll(() => kit.stop())
beforeEach(async () => {
  sink = await startSink()
  ctx = await kit.workspace({ contactPolicy: { quietHours: { enabled: false, from: '20:00', to: '09:00' } } })
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
  await sink.stop()
})

/** Starts a real process, whose clock said what the kit's says at `beganAtMs`; resolves when it runs. */
async function start(what: 'send' | 'receive', beganAtMs = Date.now()): Promise<ChildProcess> {
  const { host, port, user, database } = kit.platform.pool.options as { host: string; port: number; user: string; database: string }
  const settings = JSON.stringify({ address: { host, port, user, database }, masterKey, clockAtMs: kit.clock.now().getTime(), beganAtMs })
  const child = spawn(process.execPath, ['--import', 'tsx', program, what, settings], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.add(child)
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve)
    child.once('exit', reject)
  })
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
  children.delete(child)
}

const nothingTwice = (): void => expect([...sink.times().values()].filter((times) => times > 1)).toEqual([])

it('killed again and again while sending: every message once or unknown, nothing twice', async () => {
  const count = 3000
  const accountId = await addAccount(ctx, sink.url, { batchSize: 20 })
  const campaignId = await addCampaign(ctx, accountId)
  await plan(ctx, { accountId, campaignId }, await addPeople(ctx, count))
  // From so many on no answer comes, so that whoever is killed has messages on the way.
  let answered = 0
  sink.beforeAnswer = () => new Promise((resolve) => void (sink.taken.length < answered && setTimeout(resolve, 5)))
  for (const share of [0.2, 0.6]) {
    answered = count * share
    const child = await start('send')
    await until(`${share} sent`, () => sink.taken.length >= answered)
    await kill(child)
    await until('the dead one is noticed', async () => {
      await recoverClaims(kit.platform)
      return ((await countStates(ctx, campaignId)).claimed ?? 0) === 0
    })
  }
  answered = Infinity
  await start('send')
  await until('all sent', async () => ((await countStates(ctx, campaignId)).ready ?? 0) + ((await countStates(ctx, campaignId)).claimed ?? 0) === 0)

  nothingTwice()
  const messages = await storedMessages(ctx, campaignId)
  const times = sink.times()
  expect(new Set(messages.map(({ state }) => state))).toEqual(new Set(['accepted', 'unknown']))
  expect(messages.filter(({ state, id }) => state === 'accepted' && times.get(String(id)) !== 1)).toEqual([])
  const unknown = messages.filter(({ state }) => state === 'unknown')
  expect(unknown.length).toBeGreaterThan(0)
  expect(unknown.length).toBeLessThan(count / 2)
  const accepted = (await inboxEvents(ctx)).filter(({ event }) => event === 'Message Accepted')
  expect(new Set(accepted.map(({ key }) => key)).size).toBe(messages.length - unknown.length)
  expect(accepted).toHaveLength(messages.length - unknown.length)
})

it('killed between claim and send: unknown, and not sent by the next process', async () => {
  const accountId = await addAccount(ctx, sink.url)
  const campaignId = await addCampaign(ctx, accountId)
  await plan(ctx, { accountId, campaignId }, await addPeople(ctx, 50))
  sink.beforeAnswer = () => new Promise(() => undefined)
  const child = await start('send')
  await until('claimed', async () => ((await countStates(ctx, campaignId)).claimed ?? 0) === 50)
  await recoverClaims(kit.platform)
  expect(await countStates(ctx, campaignId)).toEqual({ claimed: 50 })
  await kill(child)
  await until('noticed', async () => (await recoverClaims(kit.platform)) > 0)
  sink.beforeAnswer = null
  await start('send')
  const markerId = await addCampaign(ctx, accountId)
  await plan(ctx, { accountId, campaignId: markerId }, await addPeople(ctx, 1, { from: 900 }))
  await until('the new process sends', async () => (await countStates(ctx, markerId)).accepted === 1)
  expect(await countStates(ctx, campaignId)).toEqual({ unknown: 50 })
  nothingTwice()
})

it('two processes share one bucket: together they keep to the rate, and never send the same message', async () => {
  const ratePerSecond = 200
  const accountId = await addAccount(ctx, sink.url, { batchSize: 10, ratePerSecond })
  const campaignId = await addCampaign(ctx, accountId)
  const people = await addPeople(ctx, 1000)
  // Both on one clock, so that an empty bucket has a moment from which on it fills.
  const beganAtMs = Date.now()
  await Promise.all([start('send', beganAtMs), start('send', beganAtMs)])
  const emptyAtMs = Date.now()
  const emptyAt = new Date(kit.clock.now().getTime() + emptyAtMs - beganAtMs)
  await sql`update accounts set bucket_tokens = 0, bucket_at = ${emptyAt} where id = ${accountId}::uuid`.execute(kit.platform.db)
  await plan(ctx, { accountId, campaignId }, people)
  await until('all sent', async () => (await countStates(ctx, campaignId)).accepted === 1000)
  nothingTwice()
  // However late a message arrives, it was not taken from the bucket later: what has arrived had flowed in before.
  const early = sink.taken.filter(({ atMs }, index) => index + 1 > (ratePerSecond * (atMs + 20 - emptyAtMs)) / 1000)
  expect(early).toEqual([])
})

it('killed while reading receipts: every receipt settles its message once', async () => {
  const count = 1500
  const accountId = await addAccount(ctx, sink.url, { batchSize: 500 })
  const campaignId = await addCampaign(ctx, accountId)
  await plan(ctx, { accountId, campaignId }, await addPeople(ctx, count))
  const sender = await start('send')
  await until('all sent', async () => (await countStates(ctx, campaignId)).accepted === count)
  await kill(sender)
  const messages = await storedMessages(ctx, campaignId)
  const at = kit.clock.now().toISOString()
  const events = messages.map(({ vendor_id }, index): WireEvent => ({
    type: 'receipt',
    id: vendor_id!,
    to: phoneOf(index),
    state: index % 10 === 0 ? 'MK:0010' : 'DELIVRD',
    at,
  }))
  for (let from = 0; from < count; from += 50) {
    const body = Buffer.from(JSON.stringify({ events: events.slice(from, from + 50) }))
    await receiveCallback(
      kit.platform,
      { workspaceId: ctx.workspaceId, accountId },
      { headers: { [signatureHeader]: signCallback('sandbox-key', body) }, body },
    )
  }
  const settled = async () => count - ((await countStates(ctx, campaignId)).accepted ?? 0)
  for (const share of [0.3, 0.7]) {
    const child = await start('receive')
    await until(`${share} settled`, async () => (await settled()) >= count * share)
    await kill(child)
  }
  for (let found = await readConsumerRow(kit.platform); found; found = await readConsumerRow(kit.platform)) {
    await receiveCallbacks(kit.platform, found.workspaceId, [found.row])
    await found.finish()
  }
  expect(await countStates(ctx, campaignId)).toEqual({ delivered: 1350, failed: 150 })
  const outcomes = (await inboxEvents(ctx)).filter(({ event }) => event !== 'Message Accepted')
  expect(outcomes).toHaveLength(count)
  expect(new Set(outcomes.map(({ key }) => key)).size).toBe(count)
})
