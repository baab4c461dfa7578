import { gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import type { Context } from '../access/index.ts'
import { drainInbox } from './consume-inbox.ts'
import { createSource } from './create-source.ts'
import { listEventSchemas } from './list-event-schemas.ts'
import { listPropertyValues } from './list-property-values.ts'
import { readTrackingBatch } from './read-tracking-batch.ts'
import { rotateWriteKey } from './rotate-write-key.ts'
import { readSources } from './source-row.ts'
import { refuseWhenFull } from './track-batch.ts'
import { updateSource } from './update-source.ts'

const now = new Date('2026-11-20T08:00:00.000Z')
let kit: TestKit
let http: FastifyInstance
let ctx: Context
let writeKey: string

beforeAll(async () => {
  kit = await startTestKit({ now })
  http = await kit.http()
})
afterAll(async () => kit?.stop())
beforeEach(async () => {
  kit.clock.set(now)
  ctx = await kit.workspace()
  ;({ writeKey } = await createSource(ctx, { name: '商城' }))
})

const order = {
  type: 'track',
  event: 'Order Completed',
  userId: 'u1',
  messageId: 'm-1',
  timestamp: '2026-11-20T07:00:00Z',
  properties: { order_id: 'o1', total: '1,288.80', city: '杭州' },
}

async function post(payload: unknown, { key = writeKey, headers = {} }: { key?: string; headers?: Record<string, string> } = {}) {
  const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`
  const body = Buffer.isBuffer(payload) || typeof payload === 'string' ? payload : JSON.stringify(payload)
  return http.inject({ method: 'POST', url: '/v1/batch', headers: { authorization, 'content-type': 'application/json', ...headers }, payload: body })
}

async function waiting(): Promise<number> {
  const { rows } = await sql<{ items: number }>`select coalesce(sum(item_count), 0)::int as items from inbox where workspace_id = ${ctx.workspaceId}`.execute(
    kit.platform.db,
  )
  return rows[0]!.items
}

async function events() {
  return kit.platform.warehouse.rows<{ event: string; time: string; amount_fen: number | null; properties: Record<string, unknown> }>({
    sql: 'select event, time, amount_fen, properties from events where workspace_id = {workspaceId:UInt32} order by time, event',
    params: { workspaceId: ctx.workspaceId },
  })
}

describe('POST /v1/batch', () => {
  it('answers after the commit, and the batch becomes people and events', async () => {
    const answer = await post({
      batch: [
        {
          type: 'identify',
          userId: 'u1',
          anonymousId: 'a1',
          traits: {
            phone: '138 0000 1234',
            email: 'Z@Example.com',
            member_no: 88,
            name: '周',
            createdAt: '2020-01-02T00:00:00Z',
            address: { city: '杭州' },
            tags: ['a', 'b'],
            old: null,
          },
        },
        order,
        { type: 'page', anonymousId: 'a1', name: '首页', properties: { url: '/' } },
        { type: 'track', event: 'Lead Created', context: { traits: { phone: '13800001234' } }, properties: { value: 10 } },
      ],
    })
    expect([answer.statusCode, answer.json()]).toEqual([200, { success: true }])
    expect(await waiting()).toBe(4)
    await drainInbox(kit.platform)
    const people =
      await sql<object>`select attributes, created_at, phone_key is not null as has_phone from people where workspace_id = ${ctx.workspaceId}`.execute(
        kit.platform.db,
      )
    expect(people.rows).toEqual([
      { attributes: { name: '周', 'address.city': '杭州', tags: 'a, b' }, created_at: new Date('2020-01-02T00:00:00Z'), has_phone: true },
    ])
    const namespaces = await sql<{ namespace: string }>`select namespace from identities where workspace_id = ${ctx.workspaceId} order by namespace`.execute(
      kit.platform.db,
    )
    expect(namespaces.rows.map((row) => row.namespace)).toEqual(['anonymous_id', 'email', 'member_no', 'phone', 'user_id'])
    expect(await events()).toMatchObject([
      { event: 'Order Completed', time: '2026-11-20 07:00:00.000', amount_fen: 128_880, properties: { order_id: 'o1', total: '1,288.80' } },
      { event: 'Lead Created', time: '2026-11-20 08:00:00.000', amount_fen: 1000 },
      { event: 'Page Viewed', amount_fen: null, properties: { name: '首页', url: '/' } },
    ])
    const consents = await sql`select from consents where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
    expect(consents.rows).toEqual([])
  })

  it('takes a message id once', async () => {
    await post({ batch: [order, order] })
    await post({ batch: [order] })
    await drainInbox(kit.platform)
    await post({ batch: [order] })
    await drainInbox(kit.platform)
    expect(await events()).toHaveLength(1)
  })

  it('corrects the clock of the sender and lets nothing happen in the future', () => {
    const read = (message: object, sentAt?: string) =>
      new Date(
        readTrackingBatch(Buffer.from(JSON.stringify({ sentAt, batch: [{ type: 'track', event: 'A', userId: 'u', ...message }] })), {
          sourceId: 's',
          receivedAt: now,
        })[0]!.timeMs,
      ).toISOString()
    expect(read({ timestamp: '2026-11-20T10:00:00Z' }, '2026-11-20T10:00:30Z')).toBe('2026-11-20T07:59:30.000Z')
    expect(read({ timestamp: '2026-11-20T07:00:00+08:00' })).toBe('2026-11-19T23:00:00.000Z')
    expect(read({ originalTimestamp: '2030-01-01T00:00:00Z' })).toBe(now.toISOString())
    expect(read({ timestamp: '1970-01-01T00:00:00Z' })).toBe(now.toISOString())
    expect(read({})).toBe(now.toISOString())
  })

  it('refuses the whole batch and lists what is wrong where', async () => {
    const answer = await post({
      batch: [
        order,
        { type: 'track', event: ' ', userId: 'u' },
        { type: 'identify', traits: { name: '无' } },
        { type: 'identify', userId: 'u', traits: { phone: '123' } },
        { type: 'alias', userId: 'u' },
        { type: 'track', event: 'A', userId: 'u', timestamp: 'yesterday' },
        { type: 'track', event: 'Message Accepted', userId: 'u' },
        { type: 'track', event: 'A', userId: 'u', properties: [1] },
        { type: 'identify', userId: { id: 1 } },
        { type: 'identify', userId: 'u', traits: { '1 bad': 'x' } },
        'text',
      ],
    })
    expect(answer.statusCode).toBe(400)
    const { name, problems } = answer.json<{ name: string; problems: { at: string; zh: string; en: string }[] }>()
    expect(name).toBe('validation')
    expect(problems.map((problem) => problem.at)).toEqual([
      'batch.1.event',
      'batch.2',
      'batch.3.phone',
      'batch.4.type',
      'batch.5.timestamp',
      'batch.6.event',
      'batch.7.properties',
      'batch.8.user_id',
      'batch.9.traits.1 bad',
      'batch.10',
    ])
    expect(await waiting()).toBe(0)
  })

  it.each([
    ['no JSON', '{"batch": [', 400],
    ['no batch', '{}', 400],
    ['an empty batch', '{"batch": []}', 400],
    ['a list', '[]', 400],
    ['too many messages', JSON.stringify({ batch: Array.from({ length: 2501 }, () => order) }), 413],
    ['more than 5 MB', JSON.stringify({ batch: [order], pad: 'x'.repeat(5 * 1024 * 1024) }), 413],
    ['more than 12 MB', 'x'.repeat(13 * 1024 * 1024), 413],
    ['a message of more than 32 KB', JSON.stringify({ batch: [{ ...order, properties: { note: 'x'.repeat(33_000) } }] }), 400],
    ['deep nesting', JSON.stringify({ batch: [{ ...order, properties: JSON.parse(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`) as object }] }), 400],
    ['nesting without end', `{"batch":[{"type":"track","event":"A","userId":"u","properties":${'{"a":'.repeat(12_000)}1${'}'.repeat(12_000)}}]}`, 400],
  ])('refuses %s', async (_what, body, status) => {
    expect((await post(body)).statusCode).toBe(status)
    expect(await waiting()).toBe(0)
  })

  it('reads gzip', async () => {
    expect((await post(gzipSync(JSON.stringify({ batch: [order] })), { headers: { 'content-encoding': 'gzip' } })).statusCode).toBe(200)
    expect(await waiting()).toBe(1)
  })

  it('keeps texts that no store could keep as they are, cleaned', async () => {
    await post(
      String.raw`{"batch":[{"type":"track","event":"A","userId":"u\u0000","properties":{"a.b":1,"a":{"b":2},"":3,"text":"x\u0000y\ud800z","smile":"\ud83d\ude00","big":1e300,"list":[{"sku":1},{"sku":"2"}]}}]}`,
    )
    await drainInbox(kit.platform)
    expect(await events()).toMatchObject([{ event: 'A', properties: { text: 'xy\ufffdz', smile: '😀' } }])
  })

  it('refuses a wrong, a replaced and a disabled write key', async () => {
    const id = (await readSources(ctx))[0]!.id
    expect((await post({ batch: [order] }, { key: 'hyw_wrong' })).json()).toMatchObject({ status: 401, name: 'wrong-write-key' })
    expect((await http.inject({ method: 'POST', url: '/v1/batch', payload: { batch: [order] } })).statusCode).toBe(401)
    const rotated = await rotateWriteKey(ctx, id)
    expect((await post({ batch: [order] })).statusCode).toBe(401)
    expect((await post({ batch: [order] }, { key: rotated.writeKey })).statusCode).toBe(200)
    expect(rotated.writeKeyHint).toBe(rotated.writeKey.slice(-4))
    await updateSource(ctx, id, { disabled: true })
    expect((await post({ batch: [order] }, { key: rotated.writeKey })).statusCode).toBe(401)
    await updateSource(ctx, id, { disabled: false, name: '新名' })
    expect((await post({ batch: [order] }, { key: rotated.writeKey })).statusCode).toBe(200)
    expect(await readSources(ctx)).toMatchObject([{ name: '新名', disabledAt: null }])
  })

  it('asks the sender to wait while too much is waiting', async () => {
    await post({ batch: [order, { ...order, messageId: 'm-2' }] })
    const other = await kit.workspace()
    await expect(refuseWhenFull(kit.platform, other.workspaceId, 1)).resolves.toBeUndefined()
    await new Promise((resolve) => setTimeout(resolve, 1_050))
    await expect(refuseWhenFull(kit.platform, ctx.workspaceId, 2)).rejects.toMatchObject({ errorName: 'unavailable', retryAfterSeconds: 10 })
  })
})

describe('what was seen', () => {
  it('is listed by event with its properties and their values', async () => {
    await post({
      batch: [
        order,
        { ...order, messageId: 'm-2', userId: 'u2' },
        { type: 'track', event: 'Product Viewed', userId: 'u2', properties: { sku: 'A', price: 2, nested: { deep: 'x' } } },
      ],
    })
    await drainInbox(kit.platform)
    expect(await listEventSchemas(ctx)).toMatchObject([
      {
        event: 'Order Completed',
        count: 2,
        people: 2,
        firstAt: '2026-11-20T07:00:00.000Z',
        properties: [
          { key: 'city', type: 'text' },
          { key: 'order_id', type: 'text' },
          { key: 'total', type: 'text' },
        ],
      },
      {
        event: 'Product Viewed',
        count: 1,
        people: 1,
        properties: [
          { key: 'price', type: 'number' },
          { key: 'sku', type: 'text' },
        ],
      },
    ])
    expect(await listPropertyValues(ctx, { event: 'Order Completed', property: 'city' })).toEqual([{ value: '杭州', count: 2 }])
    expect(await listPropertyValues(ctx, { event: 'Product Viewed', property: 'price' })).toEqual([{ value: '2', count: 1 }])
    expect(await listPropertyValues(ctx, { event: 'Product Viewed', property: 'nested.deep' })).toEqual([{ value: 'x', count: 1 }])
    expect(await listPropertyValues(ctx, { event: 'Order Completed', property: 'city', search: '上海' })).toEqual([])
    expect(await listPropertyValues(ctx, { event: 'Order Completed', property: 'nobody knows' })).toEqual([])
  })
})
