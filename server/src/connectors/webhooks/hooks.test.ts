import { createHash, createHmac, randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ConnectorDraft } from '../../../../contracts/connector-settings.ts'
import type { ConnectorDetail, Delivery } from '../../../../contracts/connectors.ts'
import type { Context } from '../../access/index.ts'
import type { AppError } from '../../platform/errors.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import { resolveItems } from '../../people/resolving/testing/resolve-batch.ts'
import { readConnectorUses } from '../connector-uses.ts'
import { forgetOld } from '../jobs.ts'
import { readConnector } from '../list-connectors.ts'
import { requirePreset } from '../presets/index.ts'
import { storedEvents } from '../testing/stored-events.ts'
import { createConnector, renewConnectorUrl, updateConnector } from '../save-connector.ts'
import { listDeliveries, revealDelivery } from './deliveries.ts'
import type { WebhookDraft } from './map-request.ts'
import { takeRequest } from './rate-limit.ts'
import { replayDeliveries } from './replay-deliveries.ts'
import { tryConnector } from './try-connector.ts'

let kit: TestKit
let app: FastifyInstance
beforeAll(async () => {
  kit = await startTestKit({ now: '2026-01-03T00:00:00Z' })
  app = await kit.http()
})
afterAll(() => kit.stop())

async function makeConnector(
  ctx: Context,
  preset: string,
  change: (draft: WebhookDraft) => void = () => undefined,
  secrets: Record<string, string> = {},
): Promise<ConnectorDetail> {
  const draft = structuredClone(requirePreset(preset).draft) as WebhookDraft
  change(draft)
  return createConnector(ctx, { name: `${preset} ${randomUUID().slice(0, 6)}`, preset, draft, secrets })
}

function post(connector: { url: string | null }, body: string, headers: Record<string, string> = {}, below = '') {
  return app.inject({
    method: 'POST',
    url: new URL(connector.url!).pathname + below,
    headers: { 'content-type': 'application/json', ...headers },
    payload: body,
  })
}

async function deliveriesOf(ctx: Context, connector: { id: string }): Promise<Delivery[]> {
  return (await listDeliveries(ctx, connector.id, { limit: 50 })).items
}

const youzanBody = (id: string) =>
  requirePreset('youzan').sample!.body.replaceAll('E20260102030405000100000001', id).replace('"version":1767323045', '"version":1')
const signed = (body: string) => ({ 'event-sign': createHash('md5').update(`cid${body}sec`).digest('hex') })
const withClient = (draft: WebhookDraft) => {
  if (draft.settings.auth.kind === 'digest') draft.settings.auth.id = 'cid'
}

describe('a signed webhook', () => {
  test('is in the inbox when it is acknowledged, with the vendor’s answer, and becomes an order of its buyer', async () => {
    const ctx = await kit.workspace()
    const connector = await makeConnector(ctx, 'youzan', withClient, { secret: 'sec' })
    const body = youzanBody('E1')
    const answer = await post(connector, body, signed(body))
    expect([answer.statusCode, answer.body]).toEqual([200, '{"code":0,"msg":"success"}'])
    expect(answer.headers['content-type']).toContain('application/json')
    expect(await storedEvents(ctx)).toMatchObject([{ event: 'Order Completed', amountFen: 12_850 }])
    expect(await deliveriesOf(ctx, connector)).toMatchObject([{ outcome: 'taken', items: 1, summary: 'Order Completed', isKept: true, repeats: 0 }])
  })

  test('that is wrong is refused in words without the right signature, recorded, and never taken in', async () => {
    const ctx = await kit.workspace()
    const connector = await makeConnector(ctx, 'youzan', withClient, { secret: 'sec' })
    const body = youzanBody('E1')
    const answer = await post(connector, body, { 'event-sign': '0'.repeat(32) })
    expect([answer.statusCode, answer.json().name]).toEqual([401, 'not-signed-in'])
    expect(answer.body).not.toContain(signed(body)['event-sign'])
    expect(await deliveriesOf(ctx, connector)).toMatchObject([{ outcome: 'refused', problems: [{ at: 'settings.auth' }] }])
    expect(await storedEvents(ctx)).toEqual([])
  })

  test('that comes again, by itself or many times at once, counts once', async () => {
    const ctx = await kit.workspace()
    const connector = await makeConnector(ctx, 'youzan', withClient, { secret: 'sec' })
    const body = youzanBody('E1')
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(connector, body, signed(body))))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 8 }, () => 200))
    const again = body.replace('"sendCount":0', '"sendCount":1')
    await post(connector, again, signed(again))
    expect(await storedEvents(ctx)).toHaveLength(1)
    expect((await deliveriesOf(ctx, connector)).map(({ repeats }) => repeats).toSorted((left, right) => left - right)).toEqual([0, 7])
  })

  test('whose version was overtaken comes too late', async () => {
    const ctx = await kit.workspace()
    const connector = await makeConnector(ctx, 'weimob')
    const state = (orderStatus: number, version: number) =>
      JSON.stringify({
        id: `m${version}`,
        topic: 'weimob_shop.order',
        event: 'statusUpdate',
        version,
        msgBody: JSON.stringify({ orderNo: 'W1', orderStatus, wid: 9 }),
      })
    for (const body of [state(2, 2), state(8, 9), state(5, 5)]) expect((await post(connector, body)).statusCode).toBe(200)
    const events = await storedEvents(ctx)
    expect(events.map(({ properties }) => String(properties['status'])).toSorted()).toEqual(['已完成', '已支付'])
  })

  test('from an address that is not on the list is refused; a block of addresses may be listed', async () => {
    const ctx = await kit.workspace()
    const connector = await makeConnector(ctx, 'weimob', (draft) => (draft.settings.addresses = ['203.0.113.0/24', '2001:db8::/32']))
    const from = (remoteAddress: string) =>
      app.inject({ method: 'POST', url: new URL(connector.url!).pathname, payload: '{}', headers: { 'content-type': 'application/json' }, remoteAddress })
    expect((await from('203.0.113.9')).statusCode).toBe(200)
    expect((await from('::ffff:203.0.113.9')).statusCode).toBe(200)
    expect((await from('2001:db8::1')).statusCode).toBe(200)
    expect((await from('198.51.100.1')).statusCode).toBe(401)
  })

  test('with the kind of message behind the address is taken, form and all', async () => {
    const ctx = await kit.workspace()
    kit.clock.set('2026-01-02T03:05:00Z')
    const connector = await makeConnector(ctx, 'jingdong', () => undefined, { secret: 'yourappSecret' })
    const form = requirePreset('jingdong').sample!.body
    const answer = await post(connector, form, { 'content-type': 'application/x-www-form-urlencoded' }, '/djsw/newOrder')
    kit.clock.set('2026-01-03T00:00:00Z')
    expect([answer.statusCode, answer.body]).toEqual([200, '{"code":"0","msg":"success","data":""}'])
    expect(await deliveriesOf(ctx, connector)).toMatchObject([{ outcome: 'ignored' }])
  })

  test('past the limit of its connector is asked to come later', async () => {
    const ctx = await kit.workspace()
    const connector = await makeConnector(ctx, 'weimob', (draft) => (draft.settings.perMinuteMax = 2))
    const answers = [await post(connector, '{}'), await post(connector, '{}'), await post(connector, '{}')]
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 429])
    expect(Number(answers[2]?.headers['retry-after'])).toBeGreaterThan(0)
  })

  test('is counted at all processes together, minute by minute, whatever a clock that is wrong says', async () => {
    const ctx = await kit.workspace()
    const connector = { id: (await makeConnector(ctx, 'weimob')).id, workspaceId: ctx.workspaceId }
    // What a process holds in memory hangs on its platform: these are two on one database, and one whose clock is a day ahead.
    const ahead = { ...kit.platform, clock: { now: () => new Date(kit.clock.now().getTime() + 86_400_000) } }
    const [first, second] = [{ ...kit.platform }, { ...kit.platform }]
    const ask = (platform: typeof first) =>
      takeRequest(platform, connector, 3).then(
        () => 'taken',
        (error: AppError) => error.errorName,
      )
    const answers: string[] = []
    for (const platform of [ahead, first, second, first, second, first]) answers.push(await ask(platform))
    expect(answers).toEqual(['taken', 'taken', 'taken', 'taken', 'throttled', 'throttled'])
    kit.clock.advance(60_000)
    expect([await ask(second), await ask(first)]).toEqual(['taken', 'taken'])
  })
})

describe('an address', () => {
  test('that was renewed, or whose connector is off, does not exist', async () => {
    const ctx = await kit.workspace()
    const connector = await makeConnector(ctx, 'weimob')
    const renewed = await renewConnectorUrl(ctx, connector.id)
    expect((await post(connector, '{}')).statusCode).toBe(404)
    expect((await post(renewed, '{}')).statusCode).toBe(200)
    await updateConnector(ctx, connector.id, { disabled: true, secrets: {} })
    expect((await post(renewed, '{}')).statusCode).toBe(404)
  })

  test('and secrets are not shown to those who may only read', async () => {
    const ctx = await kit.workspace()
    const connector = await makeConnector(ctx, 'shopify', () => undefined, { secret: 'shpss_0123456789abcdef' })
    expect(connector.secretHints).toEqual({ secret: '•••cdef' })
    expect(JSON.stringify(connector)).not.toContain('shpss_')
    const analyst = await kit.member(ctx, 'analyst')
    expect((await readConnector(analyst, connector.id)).url).toBeNull()
    const { rows } = await sql<{
      text: string
    }>`select draft::text || secret_hints::text || encode(sealed_secrets, 'escape') as text from connectors where id = ${connector.id}::uuid`.execute(
      kit.platform.db,
    )
    expect(rows[0]?.text).not.toContain('shpss_0123')
  })
})

describe('replay', () => {
  test('brings in what a corrected mapping understands, once, however often it is done', async () => {
    const ctx = await kit.workspace()
    const connector = await makeConnector(ctx, 'order', (draft) => {
      draft.settings.auth = { kind: 'secretUrl' }
      for (const rule of draft.mapping.rules) if (rule.event?.amount) rule.event.amount.value = { kind: 'path', text: 'status', transforms: [] }
    })
    const order = (id: string) => JSON.stringify({ order_id: id, status: 'paid', user_id: 'u1', amount: '10.50', time: '2026-01-02 11:04:05' })
    for (const id of ['A', 'B']) expect((await post(connector, order(id))).statusCode).toBe(200)
    expect(await deliveriesOf(ctx, connector)).toMatchObject([
      { outcome: 'failed', problems: [{ at: 'mapping.rules.0.event.amount.value', zh: '不是以元为单位的金额' }] },
      { outcome: 'failed' },
    ])
    await updateConnector(ctx, connector.id, {
      secrets: {},
      draft: { ...requirePreset('order').draft, settings: { ...connector.draft.settings } } as ConnectorDraft,
    })
    expect(await replayDeliveries(ctx, connector.id, { outcomes: ['failed'] })).toMatchObject({ replayed: 2, items: 2, problems: [], hasMore: false })
    const ids = (await deliveriesOf(ctx, connector)).map(({ id }) => id)
    expect(await replayDeliveries(ctx, connector.id, { deliveryIds: ids })).toMatchObject({ replayed: 2 })
    expect(await storedEvents(ctx)).toHaveLength(2)
    expect(await deliveriesOf(ctx, connector)).toMatchObject([{ outcome: 'taken', replays: 2 }, { outcome: 'taken' }])
  })

  test('asks for the proof again, by the time of the delivery', async () => {
    const ctx = await kit.workspace()
    const connector = await makeConnector(ctx, 'order', () => undefined, { secret: 'old' })
    const body = '{"order_id":"A","status":"paid","user_id":"u1","amount":1}'
    const stamp = String(kit.clock.now().getTime() / 1000)
    const headers = { 'x-timestamp': stamp, 'x-signature': createHmac('sha256', 'new').update(`${stamp}.${body}`).digest('hex') }
    expect((await post(connector, body, headers)).statusCode).toBe(401)
    const refused = await replayDeliveries(ctx, connector.id, { outcomes: ['refused'] })
    expect(refused).toMatchObject({ refused: 1, items: 0, problems: [{ at: 'settings.auth' }] })
    await updateConnector(ctx, connector.id, { secrets: { secret: 'new' } })
    kit.clock.advance(3_600_000)
    expect(await replayDeliveries(ctx, connector.id, { outcomes: ['refused'] })).toMatchObject({ refused: 0, items: 1 })
    kit.clock.set('2026-01-03T00:00:00Z')
  })

  test('ends with the days that a connector keeps requests', async () => {
    const ctx = await kit.workspace()
    const connector = await makeConnector(ctx, 'weimob', (draft) => (draft.settings.keepDays = 2))
    await post(connector, '{}')
    await forgetOld(kit.platform)
    expect(await deliveriesOf(ctx, connector)).toHaveLength(1)
    kit.clock.advance(2 * 86_400_000 + 1)
    await forgetOld(kit.platform)
    kit.clock.set('2026-01-03T00:00:00Z')
    expect(await deliveriesOf(ctx, connector)).toEqual([])
  })
})

test('a recorded request is sealed, and shown without its token to whoever may see contents', async () => {
  const ctx = await kit.workspace()
  const connector = await makeConnector(ctx, 'member', () => undefined, { token: 'tok-123456789' })
  await post(connector, '{"member_no":"V1","phone":"13800001234"}', { authorization: 'Bearer tok-123456789', cookie: 'a=b' })
  const [delivery] = await deliveriesOf(ctx, connector)
  expect(delivery).toMatchObject({ outcome: 'taken' })
  const { rows } = await sql<{ sealed: Buffer }>`select sealed_request as sealed from connector_deliveries where id = ${delivery!.id}`.execute(kit.platform.db)
  expect(rows[0]?.sealed.includes('13800001234')).toBe(false)
  const shown = await revealDelivery(ctx, connector.id, delivery!.id)
  expect(shown).toMatchObject({ headers: { authorization: '•••' }, body: expect.stringContaining('13800001234') })
  expect(JSON.stringify(shown)).not.toMatch(/tok-1234|a=b/)
})

test('what cannot be read is recorded with its reason and acknowledged', async () => {
  const ctx = await kit.workspace()
  const connector = await makeConnector(ctx, 'member', (draft) => (draft.settings.auth = { kind: 'secretUrl' }))
  for (const body of ['not json', '['.repeat(5000), '{"phone":"12"}']) expect((await post(connector, body)).statusCode).toBe(200)
  const outcomes = (await deliveriesOf(ctx, connector)).map(({ outcome, problems }) => [outcome, problems[0]?.at])
  expect(outcomes).toEqual([
    ['failed', 'mapping.rules.0.identities.1.value'],
    ['failed', 'mapping.bodyFormat'],
    ['failed', 'mapping.bodyFormat'],
  ])
})

test('a trial says whom it would reach, masked, and writes nothing', async () => {
  const ctx = await kit.workspace()
  const phone = (last: number) => ['phone', `+861380000000${last}`] as const
  const item = (identities: (readonly [string, string])[], name?: string) =>
    ({ type: 'identify', identities, timeMs: 1, ...(name !== undefined && { traits: { name } }) }) as const
  const { personIds } = await resolveItems(ctx, [item([['member_no', 'V1']], '周'), item([phone(2)]), item([['member_no', 'V3'], phone(3)], '吴')])
  const [first, second, third] = [...personIds]
  const tried = async (body: object, context = ctx) =>
    (
      await tryConnector(context, {
        draft: requirePreset('member').draft,
        secrets: {},
        sample: { body: JSON.stringify(body), headers: {}, query: '', path: '' },
      })
    ).hits
  expect(await tried({ member_no: 'V9', phone: '13800000009' })).toEqual([{ outcome: 'new', newPerson: 1, people: [] }])
  expect(await tried({ member_no: 'V1', name: '周周' })).toEqual([
    { outcome: 'known', newPerson: null, people: [{ personId: first, name: '周', phone: null }] },
  ])
  expect(await tried({ member_no: 'V1', phone: '13800000002' })).toMatchObject([
    { outcome: 'merged', people: [{ personId: first }, { personId: second, name: null, phone: '138****0002' }] },
  ])
  expect(await tried({ member_no: 'V1', phone: '13800000003' })).toMatchObject([
    { outcome: 'conflicting', people: [{ personId: first }, { personId: third, name: '吴' }] },
  ])
  const blind = { ...ctx, permissions: new Set(['data.manage'] as const) }
  expect(await tried({ member_no: 'V1' }, blind)).toEqual([{ outcome: 'known', newPerson: null, people: [] }])
  const { rows } = await sql`select from identities where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
  expect(rows).toHaveLength(4)
})

test('what connectors write to is listed as used by them: attributes, kinds of identities, events with their properties', async () => {
  const ctx = await kit.workspace()
  const { name } = await makeConnector(ctx, 'order')
  await makeConnector(ctx, 'member')
  await createConnector(ctx, { name: '日志', preset: 'log-combined', secrets: {} })
  const uses = await readConnectorUses(ctx)
  const usersOfThing = (kind: string, key: string) => uses.filter(({ of }) => of.kind === kind && of.key === key).map(({ by }) => by.name)
  expect(usersOfThing('event', 'Order Completed')).toContain(name)
  expect(usersOfThing('property', 'Order Completed\nstore')).toContain(name)
  expect(usersOfThing('attribute', 'member_level')).toHaveLength(1)
  expect(usersOfThing('event', 'Page Viewed')).toEqual(['日志'])
  expect(usersOfThing('namespace', 'anonymous_id')).toEqual(['日志'])
})

test('a draft is refused with the field at fault', async () => {
  const ctx = await kit.workspace()
  const wrong = makeConnector(ctx, 'order', (draft) => {
    draft.settings.addresses = ['300.1.1.1']
    draft.mapping.each = 'a..b'
    draft.mapping.rules[0]!.identities[0]!.namespace = 'no_such_kind'
    draft.mapping.rules[0]!.event!.name = { kind: 'constant', text: 'Message Accepted', transforms: [] }
    draft.mapping.rules[0]!.key = 'x:{{a'
  })
  await expect(wrong).rejects.toMatchObject({
    errorName: 'validation',
    problems: [
      { at: 'body.draft.settings.addresses.0' },
      { at: 'body.draft.mapping.each' },
      { at: 'body.draft.mapping.rules.0.identities.0.namespace' },
      { at: 'body.draft.mapping.rules.0.key' },
      { at: 'body.draft.mapping.rules.0.event.name' },
    ],
  })
})
