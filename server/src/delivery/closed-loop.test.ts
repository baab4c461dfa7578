import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../../test/free-port.ts'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import { startSandboxNetwork, type SandboxNetwork } from '../channels/index.ts'
import { sendTestMessages } from './send-test-messages.ts'
import { addAccount, addCampaign, addPeople, countStates, phoneOf, plan, storedMessages, until } from './testing/fixtures.ts'
import { wakeSender } from './wake-sender.ts'

let kit: TestKit
let network: SandboxNetwork

beforeAll(async () => {
  const port = await freePort()
  kit = await startTestKit({ now: '2026-03-02T04:00:00Z', environment: { HONGYAN_PUBLIC_URL: `http://127.0.0.1:${port}` } })
  network = await startSandboxNetwork({ port: 0, seed: 5, speed: 300, behaviour: { duplicateCallbackShare: 0.5, noReceiptShare: 0, replyShare: 0.2 } })
  const http = await kit.http()
  await http.listen({ host: '127.0.0.1', port })
  await kit.platform.jobs.start()
})
afterAll(async () => {
  await network.stop()
  await kit.stop()
})

/** The fate of every tenth number is fixed by its last digits. */
const patterns: Record<number, string> = { 0: '0000', 1: '0002', 2: '0005', 3: '0006', 4: '0007' }
const phone = (number: number): string => (patterns[number] ? `+861391234${patterns[number]}` : phoneOf(number))

it('a campaign goes out over the wire, and receipts, replies and opt-outs come back through the inbox into both stores', async () => {
  const { platform, clock } = kit
  const ctx = await kit.workspace()
  const count = 400
  const accountId = await addAccount(ctx, network.url, { batchSize: 50 })
  // Background work completes a campaign that runs without messages.
  const campaignId = await addCampaign(ctx, accountId, { state: 'draft' })
  const people = await addPeople(ctx, count, { phone })
  await plan(ctx, { accountId, campaignId }, people)
  wakeSender(platform)
  const optedOut = async () => {
    const { rows } = await sql<{ personId: number }>`
      select person_id as "personId" from suppressions where workspace_id = ${ctx.workspaceId} and reason = 'optedOut'`.execute(platform.db)
    return rows.map(({ personId }) => personId)
  }
  const events = async (event: string) => {
    const { count: found } = await platform.warehouse.row<{ count: number }>({
      sql: 'select count() as count from events where workspace_id = {workspaceId:UInt32} and event = {event:String}',
      params: { workspaceId: ctx.workspaceId, event },
    })
    return found
  }
  await until('all settled', async () => {
    clock.advance(200)
    const { delivered = 0, failed = 0 } = await countStates(ctx, campaignId)
    return delivered + failed === count
  })
  await until('the replies of those who always answer', async () => {
    clock.advance(200)
    const who = await optedOut()
    return who.includes(people[2]!) && who.includes(people[3]!)
  })
  const messages = await storedMessages(ctx, campaignId)
  expect(network.accepted()).toBe(count)
  expect(messages[0]).toMatchObject({ state: 'failed', failure_class: 'invalidNumber', failure_code: 'MK:0001' })
  expect(messages[1]).toMatchObject({ state: 'failed', failure_class: 'blacklisted', failure_code: 'DB:0144' })
  const { delivered = 0, failed = 0 } = await countStates(ctx, campaignId)
  const expected = { 'Message Accepted': count, 'Message Delivered': delivered, 'Message Failed': failed }
  const isThere = async ([event, wanted]: [string, number]) => (await events(event)) === wanted
  await until('all is in the warehouse', async () => (await Promise.all(Object.entries(expected).map(isThere))).every(Boolean))
  await until('opt-outs are in the warehouse', async () => (await events('Message Opted Out')) >= 2)

  const nextId = await addCampaign(ctx, accountId)
  const counts = await plan(ctx, { accountId, campaignId: nextId }, [people[1]!, people[2]!, people[4]!])
  expect(counts).toMatchObject({ recipients: 1, suppressed: { optedOut: 2 } })
  await until('it is sent to the one', () => network.accepted() === count + 1)
})

it('a test goes to given phones at once and belongs to nobody', async () => {
  const ctx = await kit.workspace()
  const accountId = await addAccount(ctx, network.url)
  const [personId] = await addPeople(ctx, 1)
  const content = { templateId: crypto.randomUUID(), category: 'marketing', signature: '测试', body: '{{ name }}您好', optOutText: '拒收请回复R' } as const
  const before = network.accepted()
  const results = await sendTestMessages(ctx, { accountId, content, phones: ['13800138008', '138 0013 8008', '+8613900130008'], personId })
  expect(results).toEqual([
    { phone: '13800138008', accepted: true, error: null },
    { phone: '138 0013 8008', accepted: true, error: null },
    { phone: '+8613900130008', accepted: true, error: null },
  ])
  expect(network.accepted() - before).toBe(2)
  const { rows } = await sql<{ cause: string; person: number; text: string }>`
    select cause_kind as cause, person_id as person, text from messages where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
  expect(rows).toEqual(Array.from({ length: 2 }, () => ({ cause: 'test', person: 0, text: '【测试】顾客0您好拒收请回复R' })))
  await expect(sendTestMessages(ctx, { accountId, content, phones: ['13800138008'] })).rejects.toMatchObject({ errorName: 'validation' })
  await expect(sendTestMessages(ctx, { accountId, content, phones: ['123'], personId })).rejects.toMatchObject({
    errorName: 'validation',
    problems: [{ at: 'body.phones.0' }],
  })
  await expect(sendTestMessages(await kit.workspace(), { accountId, content: { ...content, body: '您好' }, phones: ['13800138008'] })).rejects.toMatchObject({
    errorName: 'not-found',
  })
})
