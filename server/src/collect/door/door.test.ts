import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { propertyKey, registerUsage } from '../../people/index.ts'
import { readTimeline } from '../../people/profile/read-timeline.ts'
import { drainInbox } from '../consume-inbox.ts'
import { eventNamesMax, propertiesPerEventMax } from '../field-limits.ts'
import { discardQuarantined } from '../quarantine/discard-quarantined.ts'
import { downloadQuarantine } from '../quarantine/download-quarantine.ts'
import { forgetQuarantine, quarantineDays } from '../quarantine/forget-quarantine.ts'
import { listQuarantine, listQuarantineGroups, readQuarantined } from '../quarantine/list-quarantine.ts'
import { retryQuarantined } from '../quarantine/retry-quarantined.ts'
import { listEventNames } from '../schema/list-event-names.ts'
import { listEventSchemas, listSchemaOverflows } from '../schema/list-event-schemas.ts'
import { listPropertyValues } from '../schema/list-property-values.ts'
import { readEventSchema } from '../schema/read-event-schema.ts'
import { updateEventProperty, updateEventSchema } from '../schema/update-event-schema.ts'
import { createSource } from '../sources/create-source.ts'
import { listSourceEvents } from '../sources/list-source-events.ts'
import { listSourceMessages, readSourceMessage } from '../sources/source-messages.ts'
import { readSource } from '../sources/source-row.ts'
import { updateSource } from '../sources/update-source.ts'
import { flushDoorCounts } from './source-counts.ts'

const now = new Date('2026-11-20T08:00:00.000Z')
let kit: TestKit
let http: FastifyInstance
let ctx: Context
let sourceId: string
let writeKey: string

beforeAll(async () => {
  kit = await startTestKit({ now })
  http = await kit.http()
})
afterAll(async () => kit?.stop())
beforeEach(async () => {
  kit.clock.set(now)
  ctx = await kit.workspace()
  ;({ id: sourceId, writeKey } = await createSource(ctx, { name: '商城' }))
})

let nextId = 0
function viewed(properties: object, event = 'Product Viewed') {
  return { type: 'track', event, userId: 'u1', messageId: `m-${++nextId}`, properties }
}

async function post(batch: object[]) {
  const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`
  return http.inject({ method: 'POST', url: '/v1/batch', headers: { authorization, 'content-type': 'application/json' }, payload: { batch } })
}

/** Sends and lets it go through. */
async function send(...batch: object[]) {
  const answer = await post(batch)
  expect(answer.statusCode).toBe(200)
  await drainInbox(kit.platform)
  await flushDoorCounts(kit.platform)
  kit.clock.advance(1_000)
}

async function stored(): Promise<{ event: string; properties: Record<string, unknown> }[]> {
  return kit.platform.warehouse.rows({
    sql: 'select event, properties from events where workspace_id = {workspaceId:UInt32} order by received_at, event',
    params: { workspaceId: ctx.workspaceId },
  })
}

async function hours() {
  const [hour] = (await readSource(ctx, sourceId)).hours
  return hour
}

describe('limits of a source', () => {
  it('answer 429 with the time after which to send again, and count what was refused', async () => {
    await updateSource(ctx, sourceId, { limits: { perSecond: 1, perDay: null } })
    // A batch that begins within the limit goes in whole, and is worked off: no slow machine gets past that.
    expect((await post(Array.from({ length: 300 }, () => viewed({})))).statusCode).toBe(200)
    const refused = await post([viewed({})])
    expect([refused.statusCode, refused.json<{ name: string }>().name]).toEqual([429, 'throttled'])
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(100)
    // The body is not even read: what it holds makes no difference.
    const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`
    const unread = await http.inject({ method: 'POST', url: '/v1/batch', headers: { authorization }, payload: 'no JSON at all' })
    expect(unread.statusCode).toBe(429)
    await flushDoorCounts(kit.platform)
    expect(await hours()).toMatchObject({ refused: 2 })
  })

  it('count the last 24 hours whichever process let the messages in', async () => {
    await updateSource(ctx, sourceId, { limits: { perSecond: null, perDay: 3 } })
    await sql`insert into source_hours (workspace_id, source_id, hour, taken) values (${ctx.workspaceId}, ${sourceId}, ${new Date('2026-11-20T03:00:00Z')}, 2)`.execute(
      kit.platform.db,
    )
    expect((await post([viewed({})])).statusCode).toBe(200)
    const refused = await post([viewed({})])
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '3600'])
    await updateSource(ctx, sourceId, { limits: { perSecond: null, perDay: null } })
    expect((await post([viewed({})])).statusCode).toBe(200)
  })
})

describe('blocked', () => {
  it('events are dropped at the door and counted; properties are taken out', async () => {
    await send(viewed({ sku: 'A', card: '6222' }), viewed({}, 'Heartbeat'))
    await updateEventSchema(ctx, 'Heartbeat', { state: 'blocked' })
    await updateEventProperty(ctx, { event: 'Product Viewed', key: 'card' }, { state: 'blocked' })
    await send(viewed({ sku: 'B', card: '6222' }), viewed({}, 'Heartbeat'))
    expect(await stored()).toMatchObject([
      { event: 'Heartbeat' },
      { event: 'Product Viewed', properties: { sku: 'A', card: '6222' } },
      { event: 'Product Viewed', properties: { sku: 'B' } },
    ])
    expect(JSON.stringify((await stored())[2])).not.toContain('card')
    expect(await hours()).toMatchObject({ accepted: 3, blocked: 1 })
  })

  it('are warned of where segments go by them, and not where something only writes them', async () => {
    const segment = { kind: 'segment', id: '1', name: '看过商品' } as const
    const connector = { kind: 'connector', id: '2', name: '店铺' } as const
    registerUsage('test', async () => [
      { of: { kind: 'event', key: 'Viewed' }, by: segment },
      { of: { kind: 'property', key: propertyKey('Heartbeat', 'sku') }, by: segment },
      { of: { kind: 'event', key: 'Heartbeat' }, by: connector },
    ])
    await send(viewed({ sku: 'A' }, 'Viewed'), viewed({ sku: 'A' }, 'Heartbeat'))
    const refusal = { errorName: 'precondition', zh: expect.stringContaining('看过商品') }
    await expect(updateEventSchema(ctx, 'Viewed', { state: 'blocked' })).rejects.toMatchObject(refusal)
    await expect(updateEventProperty(ctx, { event: 'Heartbeat', key: 'sku' }, { state: 'blocked' })).rejects.toMatchObject(refusal)
    expect(await updateEventSchema(ctx, 'Heartbeat', { state: 'blocked' })).toMatchObject({ state: 'blocked' })
    expect(await updateEventSchema(ctx, 'Viewed', { state: 'blocked', confirmUsed: true })).toMatchObject({ state: 'blocked' })
    expect(await updateEventSchema(ctx, 'Viewed', { state: 'blocked', description: '停用' })).toMatchObject({ description: '停用' })
    registerUsage('test', async () => [])
  })

  it('never what the product writes itself', async () => {
    await expect(updateEventSchema(ctx, 'Message Accepted', { state: 'blocked' })).rejects.toMatchObject({ errorName: 'precondition' })
  })
})

describe('what is expected of an event', () => {
  beforeEach(async () => {
    await send(viewed({ sku: 'A', price: 1 }))
    await updateEventProperty(ctx, { event: 'Product Viewed', key: 'sku' }, { isRequired: true })
    await updateEventProperty(ctx, { event: 'Product Viewed', key: 'price' }, { type: 'number', unit: '元', label: { zh: '价格', en: '' } })
    await updateEventSchema(ctx, 'Product Viewed', { label: { zh: '浏览商品', en: 'Viewed a product' } })
  })

  it('is noted when it is not so, and values are read as the type where they can be', async () => {
    await send(viewed({ sku: 'B', price: '1,234.5' }), viewed({ price: 'free' }))
    expect(await stored()).toMatchObject([{}, { properties: { sku: 'B', price: 1234.5 } }, { properties: { price: 'free' } }])
    const schema = await readEventSchema(ctx, 'Product Viewed')
    expect(schema).toMatchObject({ violations: 1, lastViolation: { problems: [{ at: 'properties.sku' }, { at: 'properties.price' }] } })
    expect(await listEventNames(ctx)).toEqual({
      events: [{ event: 'Product Viewed', label: { zh: '浏览商品', en: 'Viewed a product' } }],
      properties: [{ event: 'Product Viewed', key: 'price', label: { zh: '价格', en: '价格' }, unit: '元' }],
    })
  })

  it('holds back what is not so when asked to, until it is sent in again, once', async () => {
    await updateEventSchema(ctx, 'Product Viewed', { onViolation: 'quarantine' })
    const bad = viewed({ price: 2, phone: '13800001234' })
    await send(bad, viewed({ sku: 'C', price: 3 }))
    await send(bad)
    expect(await stored()).toHaveLength(2)
    const groups = await listQuarantineGroups(ctx)
    expect(groups).toMatchObject([{ reason: 'schema', event: 'Product Viewed', count: 1, problem: { at: 'properties.sku' }, sources: [{ name: '商城' }] }])
    const { items } = await listQuarantine(ctx, { group: groups[0]!.group, limit: 10 })
    expect(items).toMatchObject([{ event: 'Product Viewed', source: '商城', items: 1 }])
    const blind = { ...ctx, permissions: new Set([...ctx.permissions].filter((permission) => permission !== 'people.reveal')) }
    expect(JSON.stringify((await readQuarantined(blind, items[0]!.id)).payload)).not.toContain('13800001234')
    expect(JSON.stringify((await readQuarantined(ctx, items[0]!.id)).payload)).toContain('13800001234')

    expect(await retryQuarantined(ctx, { all: true })).toEqual({ sent: 0, kept: 1 })
    await updateEventProperty(ctx, { event: 'Product Viewed', key: 'sku' }, { isRequired: false })
    expect(await Promise.all([retryQuarantined(ctx, { all: true }), retryQuarantined(ctx, { group: groups[0]!.group })])).toEqual(
      expect.arrayContaining([expect.objectContaining({ sent: 1 })]),
    )
    await send(bad)
    expect(await stored()).toHaveLength(3)
    expect(await listQuarantineGroups(ctx)).toEqual([])
    expect(await hours()).toMatchObject({ accepted: 3, duplicates: 1, quarantined: 2 })
  })
})

describe('a property that is personal', () => {
  it('shows its values, in lists and in the timeline, only to those who may see them', async () => {
    await send(viewed({ sku: 'A', id_number: '330106199001011234' }))
    await updateEventProperty(ctx, { event: 'Product Viewed', key: 'id_number' }, { isPii: true })
    const { rows } = await sql<{ id: number }>`select id from people where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
    const blind = { ...ctx, permissions: new Set([...ctx.permissions].filter((permission) => permission !== 'people.reveal')) }
    const values = { event: 'Product Viewed', property: 'id_number' }
    expect([await listPropertyValues(blind, values), await listPropertyValues(ctx, values)]).toEqual([[], [{ value: '330106199001011234', count: 1 }]])
    const read = async (reader: Context) => JSON.stringify(await readTimeline(reader, { personId: rows[0]!.id, limit: 10 }))
    expect(await read(ctx)).toContain('330106199001011234')
    expect(await read(blind)).not.toContain('330106')
    expect(await read(blind)).toContain('sku')
  })

  it('by nobody’s word may still hold a phone: whoever may not see it is shown it masked', async () => {
    await send(viewed({ sku: 'A', contact: '打 13800001234' }))
    const blind = { ...ctx, permissions: new Set([...ctx.permissions].filter((permission) => permission !== 'people.reveal')) }
    const values = { event: 'Product Viewed', property: 'contact' }
    expect(await listPropertyValues(blind, values)).toEqual([{ value: '打 138****1234', count: 1 }])
    expect(await listPropertyValues(ctx, values)).toEqual([{ value: '打 13800001234', count: 1 }])
  })
})

describe('what cannot be read', () => {
  it('goes in when the cause is gone; the rest is discarded or forgotten', async () => {
    await send({ type: 'track', event: 'A', userId: 'u', timestamp: 'yesterday' }, { type: 'track', event: 'B', properties: { text: '=1+1' } })
    expect(await retryQuarantined(ctx, { all: true })).toEqual({ sent: 0, kept: 2 })
    await sql`update quarantine set body = ${(await kit.platform.vaults.of(ctx.workspaceId)).sealBytes(
      Buffer.from('[{"type":"track","event":"A","userId":"u","timestamp":"2026-11-20T07:00:00Z","messageId":"mended"}]'),
    )} where workspace_id = ${ctx.workspaceId} and event = 'A'`.execute(kit.platform.db)
    expect(await retryQuarantined(ctx, { all: true })).toEqual({ sent: 1, kept: 1 })
    await drainInbox(kit.platform)
    expect(await stored()).toMatchObject([{ event: 'A' }])

    let csv = ''
    for await (const lines of await downloadQuarantine(ctx, {})) csv += lines
    expect(csv.split('\n')).toHaveLength(3)
    expect(await discardQuarantined(ctx, { all: true })).toEqual({ discarded: 1 })
    await send({ type: 'track', event: 'B' })
    kit.clock.advance((quarantineDays + 1) * 86_400_000)
    await forgetQuarantine(kit.platform)
    expect(await listQuarantineGroups(ctx)).toEqual([])
  })

  it('has its time corrected by when its batch was sent, also when it goes in later', async () => {
    // The sender's clock is an hour fast: what it calls half an hour before sending was half an hour before it came.
    const [timestamp, sentAt] = ['2026-11-20T08:30:00Z', '2026-11-20T09:00:00Z']
    const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`
    const payload = { sentAt, batch: [{ type: 'track', event: 'A', timestamp, messageId: 'fast' }] }
    expect((await http.inject({ method: 'POST', url: '/v1/batch', headers: { authorization }, payload })).json()).toMatchObject({ quarantined: 1 })
    const mended = JSON.stringify([{ ...payload.batch[0], userId: 'u' }])
    await sql`update quarantine set body = ${(await kit.platform.vaults.of(ctx.workspaceId)).sealBytes(Buffer.from(mended))}
      where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
    kit.clock.advance(3_600_000)
    expect(await retryQuarantined(ctx, { all: true })).toEqual({ sent: 1, kept: 0 })
    await drainInbox(kit.platform)
    const { rows } = await sql<{ id: number }>`select id from people where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
    const { items } = await readTimeline(ctx, { personId: rows[0]!.id, limit: 10 })
    expect(items.map(({ at }) => at)).toEqual(['2026-11-20T07:30:00.000Z'])
  })

  it('is listed with rows that a store refused, which can be tried again as well', async () => {
    const vault = await kit.platform.vaults.of(ctx.workspaceId)
    const item = { type: 'track', identities: [['user_id', 'u1']], timeMs: now.getTime(), key: '00000000-0000-4000-8000-000000000001', event: 'A' }
    await sql`insert into inbox (workspace_id, kind, source_id, item_count, body, failed_at, failed_id, error)
      values (${ctx.workspaceId}, 'tracking', ${sourceId}, 1, ${vault.sealBytes(Buffer.from(JSON.stringify([item])))}, ${now}, uuidv7(), 'part 17 is too large')`.execute(
      kit.platform.db,
    )
    const groups = await listQuarantineGroups(ctx)
    expect(groups).toMatchObject([{ reason: 'store', count: 1, problem: { at: 'tracking', en: 'part 17 is too large' } }])
    expect(await retryQuarantined(ctx, { group: groups[0]!.group })).toEqual({ sent: 1, kept: 0 })
    await drainInbox(kit.platform)
    expect(await stored()).toMatchObject([{ event: 'A' }])
  })
})

describe('too many names', () => {
  it('of events are held back, of properties counted, and both are shown', async () => {
    const names = Array.from({ length: eventNamesMax + 2 }, (_, index) => viewed({}, `Event ${index}`))
    expect((await post(names.slice(0, 1500))).statusCode).toBe(200)
    expect((await post(names.slice(1500))).json()).toMatchObject({ accepted: 500, quarantined: 2 })
    await drainInbox(kit.platform)
    expect(await listQuarantineGroups(ctx)).toMatchObject([{ reason: 'tooManyNames', event: null, count: 2 }])
    const many = Object.fromEntries(Array.from({ length: propertiesPerEventMax + 3 }, (_, index) => [`p${index}`, 1]))
    await send(viewed(many, 'Event 1'))
    expect(await listSchemaOverflows(ctx)).toMatchObject([{ event: 'Event 1', namesMax: propertiesPerEventMax, count: 3, examples: ['p300', 'p301', 'p302'] }])
    expect((await readEventSchema(ctx, 'Event 1')).properties).toHaveLength(propertiesPerEventMax)
  })
})

describe('what was seen of a source', () => {
  it('is its events and properties, by how often', async () => {
    const twice = viewed({ sku: 'A' })
    await send(twice, viewed({ sku: 'B', tags: ['x'] }), viewed({}, 'Login'), twice)
    expect(await listSourceEvents(ctx, sourceId)).toMatchObject([
      {
        event: 'Product Viewed',
        count: 2,
        properties: [
          { key: 'sku', count: 2, type: 'text' },
          { key: 'tags', count: 1, type: 'list' },
        ],
      },
      { event: 'Login', count: 1, properties: [] },
    ])
    await updateEventSchema(ctx, 'Login', { state: 'hidden' })
    expect((await listEventSchemas(ctx, { withHidden: false })).map(({ event }) => event)).toEqual(['Product Viewed'])
    expect(await listEventSchemas(ctx, { withHidden: true })).toHaveLength(2)
  })

  it('are its last messages with what became of them', async () => {
    await listSourceMessages(ctx, sourceId, { limit: 10 })
    const first = { ...viewed({ sku: 'A' }), context: { traits: { phone: '13800001234' } } }
    await send(first)
    await send(first, { type: 'track', event: 'C' })
    const messages = await listSourceMessages(ctx, sourceId, { limit: 10 })
    expect(messages.map(({ fate }) => fate).toSorted()).toEqual(['accepted', 'duplicate', 'quarantined'])
    const accepted = messages.find(({ fate }) => fate === 'accepted')!
    expect(accepted.personId).toEqual(expect.any(Number))
    expect(await listSourceMessages(ctx, sourceId, { fate: 'quarantined', limit: 10 })).toMatchObject([{ event: 'C', type: 'track' }])
    expect(JSON.stringify(await readSourceMessage(ctx, accepted.id))).toContain('13800001234')
    const blind = { ...ctx, permissions: new Set([...ctx.permissions].filter((permission) => permission !== 'people.reveal')) }
    expect(JSON.stringify(await readSourceMessage(blind, accepted.id))).not.toMatch(/1380000/)
  })

  it('keeps about a thousand messages, and few while nobody looks', async () => {
    await send(...Array.from({ length: 50 }, () => viewed({})))
    expect((await listSourceMessages(ctx, sourceId, { limit: 200 })).length).toBeLessThanOrEqual(4)
    await send(...Array.from({ length: 50 }, () => viewed({})))
    expect((await listSourceMessages(ctx, sourceId, { limit: 200 })).length).toBeGreaterThanOrEqual(50)
  })
})
