import { gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { readNamespaces } from '../../people/index.ts'
import { drainInbox } from '../consume-inbox.ts'
import { refuseWhenFull } from '../door/refuse-when-full.ts'
import { forgetOld } from '../jobs.ts'
import { createSource } from '../sources/create-source.ts'
import { readSources } from '../sources/source-row.ts'
import { updateSource } from '../sources/update-source.ts'
import { revokeWriteKey } from '../sources/write-keys.ts'
import { readSegmentBatch } from './read-segment-body.ts'

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
  ;({ writeKey } = await createSource(ctx, { name: '商城', kind: 'http' }))
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

async function people() {
  const { rows } = await sql<{ attributes: object }>`select attributes from people where workspace_id = ${ctx.workspaceId} order by id`.execute(kit.platform.db)
  return rows.map(({ attributes }) => attributes)
}

/** What each person is called. */
async function identities(): Promise<string[][]> {
  const { rows } = await sql<{ names: string[] }>`
    select array_agg(namespace || ':' || value order by namespace, value) as names
    from identities where workspace_id = ${ctx.workspaceId} group by person_id order by person_id`.execute(kit.platform.db)
  return rows.map(({ names }) => names)
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
    expect([answer.statusCode, answer.json()]).toEqual([200, { success: true, accepted: 4, quarantined: 0 }])
    expect(await waiting()).toBe(4)
    await drainInbox(kit.platform)
    const people =
      await sql<object>`select attributes, created_at, phone_key is not null as has_phone from people where workspace_id = ${ctx.workspaceId}`.execute(
        kit.platform.db,
      )
    expect(people.rows).toEqual([
      { attributes: { name: '周', 'address.city': '杭州', tags: ['a', 'b'] }, created_at: new Date('2020-01-02T00:00:00Z'), has_phone: true },
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

  it('corrects the clock of the sender and lets nothing happen in the future', async () => {
    const namespaces = await readNamespaces(kit.platform, ctx.workspaceId)
    const reading = { sourceId: 's', receivedAtMs: now.getTime(), namespaces, timezone: 'Asia/Shanghai' }
    const read = (message: object, sentAt?: string) => {
      const { items } = readSegmentBatch({ sentAt, batch: [{ type: 'track', event: 'A', userId: 'u', ...message }] }, reading)
      return new Date(items[0]!.timeMs).toISOString()
    }
    expect(read({ timestamp: '2026-11-20T10:00:00Z' }, '2026-11-20T10:00:30Z')).toBe('2026-11-20T07:59:30.000Z')
    expect(read({ timestamp: '2026-11-20T07:00:00+08:00' })).toBe('2026-11-19T23:00:00.000Z')
    expect(read({ originalTimestamp: '2030-01-01T00:00:00Z' })).toBe(now.toISOString())
    expect(read({ timestamp: '1970-01-01T00:00:00Z' })).toBe(now.toISOString())
    expect(read({})).toBe(now.toISOString())
  })

  it('takes the good messages of a batch and keeps the bad ones aside with the reason', async () => {
    const bad = [
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
      { type: 'group', userId: 'u' },
      { ...order, messageId: 'm-8', properties: { note: 'x'.repeat(33_000) } },
      { ...order, messageId: 'm-9', properties: JSON.parse(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`) as object },
    ]
    const answer = await post({ batch: [order, ...bad, { ...order, messageId: 'm-2' }] })
    expect([answer.statusCode, answer.json()]).toEqual([200, { success: true, accepted: 2, quarantined: bad.length }])
    expect(await waiting()).toBe(2)
    const { rows } = await sql<{ at: string }>`select problem ->> 'at' as at from quarantine where workspace_id = ${ctx.workspaceId} order by id`.execute(
      kit.platform.db,
    )
    const places = rows.map(({ at }) => at).toSorted()
    expect(places).toEqual(
      [
        'batch.1.event',
        'batch.2',
        'batch.3.phone',
        'batch.4.previousId',
        'batch.5.timestamp',
        'batch.6.event',
        'batch.7.properties',
        'batch.8.user_id',
        'batch.9.traits.1 bad',
        'batch.10',
        'batch.11.groupId',
        'batch.12',
        'batch.13',
      ].toSorted(),
    )
  })

  it.each([
    ['no JSON', '{"batch": [', 400],
    ['no batch', '{}', 400],
    ['an empty batch', '{"batch": []}', 400],
    ['a list', '[]', 400],
    ['too many messages', JSON.stringify({ batch: Array.from({ length: 2501 }, () => order) }), 413],
    ['more than 5 MB', JSON.stringify({ batch: [order], pad: 'x'.repeat(5 * 1024 * 1024) }), 413],
    ['more than 12 MB', 'x'.repeat(13 * 1024 * 1024), 413],
  ])('refuses %s', async (_what, body, status) => {
    expect((await post(body)).statusCode).toBe(status)
    expect(await waiting()).toBe(0)
  })

  it('keeps aside what is nested without end', async () => {
    const body = `{"batch":[{"type":"track","event":"A","userId":"u","properties":${'{"a":'.repeat(12_000)}1${'}'.repeat(12_000)}}]}`
    expect((await post(body)).json()).toEqual({ success: true, accepted: 0, quarantined: 1 })
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

  it('refuses a wrong, a revoked and a disabled write key, in the header as in the body', async () => {
    const [source] = await readSources(ctx)
    expect((await post({ batch: [order] }, { key: 'hyw_wrong' })).json()).toMatchObject({ status: 401, name: 'wrong-write-key' })
    expect((await post({ batch: [order], writeKey }, { key: 'hyw_wrong' })).statusCode).toBe(401)
    const bare = async (payload: object) => (await http.inject({ method: 'POST', url: '/v1/batch', payload })).statusCode
    expect(await bare({ batch: [order] })).toBe(401)
    expect(await bare({ batch: [order], writeKey: 'hyw_wrong' })).toBe(401)
    expect(await bare({ batch: [order], writeKey })).toBe(200)
    await updateSource(ctx, source!.id, { disabled: true })
    expect([(await post({ batch: [order] })).statusCode, await bare({ batch: [order], writeKey })]).toEqual([401, 401])
    await updateSource(ctx, source!.id, { disabled: false })
    expect((await post({ batch: [order] })).statusCode).toBe(200)
    await revokeWriteKey(ctx, source!.writeKeys[0]!.id)
    expect([(await post({ batch: [order] })).statusCode, await bare({ batch: [order], writeKey })]).toEqual([401, 401])
  })

  it('asks the sender to wait while too much is waiting', async () => {
    await post({ batch: [order, { ...order, messageId: 'm-2' }] })
    const other = await kit.workspace()
    await expect(refuseWhenFull(kit.platform, other.workspaceId, 1)).resolves.toBeUndefined()
    await new Promise((resolve) => setTimeout(resolve, 1_050))
    await expect(refuseWhenFull(kit.platform, ctx.workspaceId, 2)).rejects.toMatchObject({ errorName: 'unavailable', retryAfterSeconds: 10 })
  })
})

describe('the other paths and messages of the tracking API', () => {
  const single = async (path: string, payload: object, headers: Record<string, string> = {}) =>
    http.inject({ method: 'POST', url: `/v1/${path}`, headers: { 'content-type': 'application/json', ...headers }, payload: JSON.stringify(payload) })

  it.each(['import'])('/v1/%s takes a batch', async (path) => {
    expect((await single(path, { batch: [order], writeKey })).json()).toEqual({ success: true, accepted: 1, quarantined: 0 })
  })

  it('single messages come by long and short names, whose type is the path', async () => {
    const bodies: Record<string, object> = {
      identify: { userId: 'u1', traits: { name: '周' } },
      track: { userId: 'u1', event: 'Viewed' },
      page: { anonymousId: 'a1', name: '首页', category: '商城', context: { page: { url: 'https://x/y', title: '首页' } } },
      screen: { anonymousId: 'a1', name: '我的' },
      group: { userId: 'u1', groupId: 'g1', traits: { name: '总店' } },
      alias: { userId: 'u1', previousId: 'a1' },
    }
    for (const [type, body] of Object.entries(bodies))
      for (const path of [type, type.slice(0, 1)])
        expect((await single(path, { ...body, messageId: `${type} 1`, writeKey })).json()).toEqual({ success: true, accepted: 1, quarantined: 0 })
    await drainInbox(kit.platform)
    expect((await events()).map(({ event }) => event).toSorted()).toEqual(['Group Joined', 'Page Viewed', 'Screen Viewed', 'Viewed'])
    expect((await events()).find(({ event }) => event === 'Page Viewed')?.properties).toEqual({
      name: '首页',
      category: '商城',
      url: 'https://x/y',
      title: '首页',
    })
    expect(await people()).toEqual([{ name: '周', group_id: 'g1', group_name: '总店' }])
  })

  it('a path that is none is a mistake of the caller', async () => {
    expect((await single('nothing', { userId: 'u', writeKey })).statusCode).toBe(400)
  })

  it('a beacon sends text/plain from another site, and the page may read the answer', async () => {
    const origin = 'https://shop.example.com'
    const beacon = await single('t', { ...order, writeKey }, { 'content-type': 'text/plain', origin })
    expect([beacon.statusCode, beacon.headers['access-control-allow-origin']]).toEqual([200, origin])
    const refused = await single('t', order, { origin })
    expect([refused.statusCode, refused.headers['access-control-allow-origin']]).toEqual([401, origin])
    const asked = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' }
    const preflight = await http.inject({ method: 'OPTIONS', url: '/v1/batch', headers: asked })
    expect([preflight.statusCode, preflight.headers['access-control-allow-origin'], preflight.headers['access-control-allow-headers']]).toEqual([
      204,
      origin,
      'authorization,content-type',
    ])
    expect((await http.inject({ method: 'OPTIONS', url: '/api/session', headers: asked })).headers['access-control-allow-origin']).toBeUndefined()
  })

  it('a group is joined once, however often the visit repeats it', async () => {
    const group = { type: 'group', userId: 'u1', groupId: 'g1', traits: { name: '总店', address: { city: '杭州' } } }
    await post({ batch: [group, group, { ...group, groupId: 'g2', traits: { name: '分店' } }] })
    await post({ batch: [group] })
    await drainInbox(kit.platform)
    expect((await events()).map(({ properties }) => String(properties['group_id'])).toSorted()).toEqual(['g1', 'g2'])
  })

  it('an alias joins the anonymous person, or the one known by the previous user id for somebody to decide', async () => {
    await post({ batch: [{ type: 'track', event: 'Viewed', anonymousId: 'a1' }] })
    await drainInbox(kit.platform)
    await post({ batch: [{ type: 'alias', userId: 'u1', previousId: 'a1' }] })
    await drainInbox(kit.platform)
    expect(await identities()).toEqual([['anonymous_id:a1', 'user_id:u1']])
  })

  it('an alias before the visitor was ever seen counts as soon as they are', async () => {
    await post({ batch: [{ type: 'alias', userId: 'u1', previousId: 'a1' }] })
    await drainInbox(kit.platform)
    await post({ batch: [{ type: 'track', event: 'Viewed', anonymousId: 'a1' }] })
    await drainInbox(kit.platform)
    expect(await identities()).toEqual([['anonymous_id:a1', 'user_id:u1']])
  })

  it('externalIds name the kinds of identities that the workspace knows', async () => {
    const externalIds = [
      { id: 'wx1:o-1', type: 'wechat_openid', collection: 'users', encoding: 'none' },
      { id: 'x', type: 'unknown_kind', collection: 'users', encoding: 'none' },
      { id: 'hashed', type: 'email', collection: 'users', encoding: 'sha256' },
    ]
    await post({ batch: [{ type: 'identify', userId: 'u1', context: { externalIds, device: { id: 'd1' } }, traits: { name: '周' } }] })
    await drainInbox(kit.platform)
    expect(await identities()).toEqual([['device_id:d1', 'user_id:u1', 'wechat_openid:wx1:o-1']])
  })

  it('never sets consent, whatever the traits are called', async () => {
    const traits = { consent: true, sms_consent: 'yes', optIn: true, marketing_opt_in: '同意' }
    await post({ batch: [{ type: 'identify', userId: 'u1', traits: { ...traits, phone: '13800001234' } }] })
    await drainInbox(kit.platform)
    expect(await people()).toEqual([traits])
    for (const table of ['consents', 'consent_states'])
      expect((await sql`select from ${sql.table(table)} where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)).rows).toEqual([])
  })

  it('a message id is known for more than thirty days', async () => {
    await post({ batch: [order] })
    await drainInbox(kit.platform)
    await sql`update event_keys set seen_on = ${now}::date - 31 where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
    await forgetOld(kit.platform)
    await post({ batch: [order] })
    await drainInbox(kit.platform)
    expect(await events()).toHaveLength(1)
    await sql`update event_keys set seen_on = ${now}::date - 401 where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
    await forgetOld(kit.platform)
    expect((await sql`select from event_keys where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)).rows).toEqual([])
  })
})
