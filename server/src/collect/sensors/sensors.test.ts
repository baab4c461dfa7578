import { gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { drainInbox } from '../consume-inbox.ts'
import { createSource } from '../sources/create-source.ts'
import { javaHash } from './decode-sensors.ts'

const now = new Date('2026-11-20T08:00:00.000Z')
const nowMs = now.getTime()
let kit: TestKit
let http: FastifyInstance
let ctx: Context
let token: string

beforeAll(async () => {
  kit = await startTestKit({ now })
  http = await kit.http()
})
afterAll(async () => kit?.stop())
beforeEach(async () => {
  kit.clock.set(now)
  ctx = await kit.workspace()
  ;({ writeKey: token } = await createSource(ctx, { name: '官网', kind: 'sensors' }))
})

function form(fields: Record<string, string>): string {
  return new URLSearchParams(fields).toString()
}

function base64(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64')
}

async function post(payload: string, { path = '/sa', headers = {} }: { path?: string; headers?: Record<string, string> } = {}) {
  return http.inject({
    method: 'POST',
    url: `${path}?project=default&token=${token}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload,
  })
}

/** Sends messages as the apps do, and waits until they are in both stores. */
async function send(...messages: object[]) {
  const answer = await post(form({ data_list: gzipSync(JSON.stringify(messages)).toString('base64'), gzip: '1' }))
  await drainInbox(kit.platform)
  return answer.json<{ accepted: number; quarantined: number; ignored: number }>()
}

async function events() {
  return kit.platform.warehouse.rows<{ event: string; time: string; properties: Record<string, unknown> }>({
    sql: 'select event, time, properties from events where workspace_id = {workspaceId:UInt32} order by time, event',
    params: { workspaceId: ctx.workspaceId },
  })
}

async function people() {
  const { rows } = await sql<{ attributes: Record<string, unknown>; created: string; names: string[] }>`
    select attributes, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as created,
      (select array_agg(namespace || ':' || coalesce(value, '') order by namespace, value) from identities where person_id = people.id) as names
    from people where workspace_id = ${ctx.workspaceId} order by id`.execute(kit.platform.db)
  return rows
}

const track = { type: 'track', event: 'ViewProduct', distinct_id: 'd1', anonymous_id: 'd1', time: nowMs, _track_id: 1, properties: { price: 9.9 } }
const profile = { distinct_id: 'user-1', login_id: 'user-1', anonymous_id: 'd1', time: nowMs, _track_id: 2 }

describe('requests of the SDKs', () => {
  it('are taken from a form or an address, under every path, and answered as the SDK expects', async () => {
    const data = base64(track)
    const ext = `crc=${javaHash(data)}`
    for (const path of ['/sa', '/sa.gif'])
      expect((await post(form({ data, ext }), { path })).json()).toEqual({ code: 0, accepted: 1, quarantined: 0, ignored: 0 })
    for (const path of ['/sa', '/sa.gif']) {
      const image = await http.inject({ method: 'GET', url: path, query: { project: 'default', token, data, ext } })
      expect([image.statusCode, image.headers['content-type'], image.headers['cross-origin-resource-policy']]).toEqual([200, 'image/gif', 'cross-origin'])
      expect(image.rawPayload.subarray(0, 6).toString('latin1')).toBe('GIF89a')
    }
    await drainInbox(kit.platform)
    expect(await events()).toHaveLength(1)
  })

  it('show their key as the token or the project of the address, or not at all and are refused', async () => {
    const ask = (query: Record<string, string>) => http.inject({ method: 'GET', url: '/sa.gif', query: { data: base64(track), ...query } })
    expect((await ask({ project: token })).statusCode).toBe(200)
    expect((await ask({ project: 'default' })).json()).toMatchObject({ name: 'wrong-write-key' })
    expect((await ask({})).statusCode).toBe(401)
  })

  it('may come from any page', async () => {
    const origin = 'https://shop.example.com'
    const answer = await post(form({ data: base64(track) }), { path: '/sa.gif', headers: { origin, 'content-type': 'text/plain' } })
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([200, origin])
    const preflight = await http.inject({ method: 'OPTIONS', url: '/debug', headers: { origin, 'access-control-request-headers': 'dry-run' } })
    expect([preflight.statusCode, preflight.headers['access-control-allow-headers']]).toEqual([204, 'dry-run'])
  })

  it('whose check sum is wrong are kept aside', async () => {
    expect((await post(form({ data: base64(track), ext: 'crc=1' }))).json()).toMatchObject({ accepted: 0, quarantined: 1 })
    const { rows } = await sql<{
      at: string
      form: string
    }>`select problem ->> 'at' as at, form from quarantine where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
    expect(rows).toEqual([{ at: 'crc', form: 'sensors' }])
  })

  it('whose payload the SDK encrypted are refused with what to do', async () => {
    const answer = await post(form({ data_list: 'e30=', gzip: '9' }))
    expect([answer.statusCode, answer.json<{ zh: string }>().zh]).toEqual([400, expect.stringContaining('关闭加密')])
  })

  it('are gone through one by one: good messages in, bad ones aside, items only counted', async () => {
    const item = { type: 'item_set', item_type: 'sku', item_id: 'S1', properties: { price: 9.9 }, time: nowMs }
    expect(await send(track, { ...track, type: 'nothing' }, { ...track, _track_id: 9, distinct_id: '', anonymous_id: '' }, item)).toEqual({
      code: 0,
      accepted: 1,
      quarantined: 2,
      ignored: 1,
    })
  })

  it('of debug mode say every fault and store nothing of a request at fault, or of a dry run', async () => {
    const bad = form({ data_list: base64([track, { ...track, type: 'nothing' }]) })
    expect((await post(bad, { path: '/debug' })).json()).toMatchObject({ status: 400, problems: [{ at: 'batch.1.type' }] })
    expect((await post(form({ data: base64(track) }), { path: '/debug', headers: { 'dry-run': 'true' } })).json()).toMatchObject({ accepted: 1 })
    expect((await http.inject({ method: 'GET', url: '/debug', query: { token, data: base64(track) }, headers: { 'dry-run': 'true' } })).json()).toEqual({})
    await drainInbox(kit.platform)
    expect([await events(), await people()]).toEqual([[], []])
    expect((await http.inject({ method: 'GET', url: '/debug', query: { token, data: base64(track) } })).json()).toEqual({})
    await drainInbox(kit.platform)
    expect(await events()).toHaveLength(1)
  })
})

describe('who a message is about', () => {
  it('is said by the identities, under our names; the workspace’s own kinds by theirs', async () => {
    await send({
      ...track,
      distinct_id: 'user-1',
      login_id: 'user-1',
      properties: { $app_id: 'wx1' },
      identities: {
        $identity_login_id: 'user-1',
        $identity_mobile: '13800001234',
        $identity_email: 'A@b.cn',
        $identity_mp_openid: 'o-1',
        $identity_mp_unionid: 'un-1',
        $identity_cookie_id: 'd1',
        $identity_android_id: 'and-1',
        $identity_idfv: 'idfv-1',
        member_no: 'M1',
        $identity_nothing_known: 'x',
        $identity_distinct_id: 'user-1',
      },
    })
    expect(await people()).toMatchObject([
      {
        names: [
          'anonymous_id:d1',
          'device_id:and-1',
          'device_id:idfv-1',
          'email:',
          'member_no:M1',
          'phone:',
          'user_id:user-1',
          'wechat_openid:wx1:o-1',
          'wechat_unionid:un-1',
        ],
      },
    ])
  })

  it('is said by loginWithKey as key and value', async () => {
    const named = '$identity_email+a@b.cn'
    await send({ ...track, distinct_id: named, login_id: named, identities: { $identity_email: 'a@b.cn', $identity_cookie_id: 'd1' } })
    expect(await people()).toMatchObject([{ names: ['anonymous_id:d1', 'email:'] }])
  })

  it('is a user id or an anonymous id where the message says so', async () => {
    const bare = { type: 'track', event: 'E', time: nowMs }
    await send(
      { ...bare, distinct_id: 'in', _track_id: 1, properties: { $is_login_id: true } },
      { ...bare, distinct_id: 'out', _track_id: 2, properties: { $is_login_id: false } },
    )
    expect((await people()).map(({ names }) => names)).toEqual([['user_id:in'], ['anonymous_id:out']])
  })

  it('is one person whatever the order of sign-up, server and browser', async () => {
    const server = { type: 'track', event: 'E', lib: { $lib: 'Java' }, time: nowMs }
    await send({ ...server, distinct_id: 'user-1', _track_id: 1 })
    await send({ ...server, distinct_id: 'user-2', _track_id: 2 }, { ...track, distinct_id: 'user-2', login_id: 'user-2', anonymous_id: 'd2' })
    await send({ ...track, _track_id: 3, distinct_id: 'user-1', login_id: 'user-1', anonymous_id: 'd1' })
    await send({ ...server, distinct_id: 'd3', _track_id: 4 }, { ...server, type: 'track_signup', distinct_id: 'user-3', original_id: 'd3', _track_id: 5 })
    await send({ ...server, distinct_id: 'user-3', _track_id: 6 })
    const known = (await people()).map(({ names }) => names.filter((name) => name.startsWith('user_id')).join())
    expect(known.toSorted((left, right) => (left < right ? -1 : 1))).toEqual(['user_id:user-1', 'user_id:user-2', 'user_id:user-3'])
  })

  it('stays the same after unbinding, which is an event that names the key and nobody’s number', async () => {
    const base = { ...profile, properties: {} }
    await send({ ...base, type: 'track_id_bind', identities: { $identity_mobile: '13800001234' } })
    await send({ ...base, type: 'track_id_unbind', _track_id: 7, identities: { $identity_mobile: '13900001234' } })
    expect(await people()).toMatchObject([{ names: ['anonymous_id:d1', 'phone:', 'user_id:user-1'] }])
    expect((await events()).find(({ event }) => event === '$UnbindID')?.properties).toEqual({ unbound: ['$identity_mobile'] })
  })
})

describe('what a message says', () => {
  it('is an event once, by who, when and number', async () => {
    await send(track, { ...track, _flush_time: nowMs + 5 })
    await send({ ...track, _flush_time: nowMs + 9_000 }, { ...track, _track_id: 2 }, { ...track, time: nowMs - 1 })
    expect(await events()).toHaveLength(3)
  })

  it('happened by the sender’s clock, corrected by when it was sent, and never in the future', async () => {
    const hourMs = 3_600_000
    await send(
      { ...track, _track_id: 1, time: nowMs + hourMs, _flush_time: nowMs + hourMs + 60_000 },
      { ...track, _track_id: 2, time: nowMs + hourMs },
      { ...track, _track_id: 3, time: nowMs - 40 * 24 * hourMs },
    )
    expect((await events()).map(({ time }) => time)).toEqual(['2026-10-11 08:00:00.000', '2026-11-20 07:59:00.000', '2026-11-20 08:00:00.000'])
  })

  it('has its local times with a zone: the sender’s, else the workspace’s; views are called as everywhere', async () => {
    const properties = { $timezone_offset: 300, at: '2026-01-02 03:04:05.6', $url: 'https://x/y', $title: '首页', title: '别的' }
    await send(
      { ...track, event: '$pageview', properties },
      { ...track, _track_id: 2, event: 'B', properties: { at: '2026-07-02 03:04:05', day: '2026-07-02 00:00:00' } },
    )
    const [view, other] = (await events()).toSorted((left, right) => (left.event < right.event ? 1 : -1))
    expect(view).toMatchObject({ event: 'Page Viewed', properties: { at: '2026-01-02T03:04:05.600-05:00', url: 'https://x/y', $title: '首页', title: '别的' } })
    expect(other?.properties).toMatchObject({ at: '2026-07-02T03:04:05.000+08:00', day: '2026-07-02' })
  })

  it('changes the profile by every verb; what the SDK knows of the device is not the person’s', async () => {
    const set = {
      $name: '张三',
      $city: '杭州',
      $os: 'iOS',
      $lib: 'js',
      $ip: '1.2.3.4',
      level: '银',
      born: '1990-05-06 00:00:00.000',
      $signup_time: '2020-01-02 03:04:05.000',
    }
    await send({ ...profile, type: 'profile_set', properties: set })
    await send({ ...profile, type: 'profile_set_once', _track_id: 3, properties: { level: '金', $first_referrer: 'x' } })
    await send(
      { ...profile, type: 'profile_increment', _track_id: 4, properties: { points: 5 } },
      { ...profile, type: 'profile_increment', _track_id: 5, properties: { points: 2.5 } },
    )
    await send(
      { ...profile, type: 'profile_append', _track_id: 6, properties: { likes: ['茶', '酒'] } },
      { ...profile, type: 'profile_append', _track_id: 7, properties: { likes: ['茶'] } },
    )
    await send({ ...profile, type: 'profile_increment', _track_id: 4, properties: { points: 5 } })
    expect(await people()).toMatchObject([
      {
        attributes: { name: '张三', city: '杭州', level: '银', born: '1990-05-06', points: 7.5, likes: ['茶', '酒'], $first_referrer: 'x' },
        created: '2020-01-01 19:04',
      },
    ])
    expect(Object.keys((await people())[0]!.attributes)).not.toContain('$os')
    kit.clock.advance(1_000)
    await send({ ...profile, type: 'profile_unset', _track_id: 8, time: nowMs + 500, properties: { level: true } })
    expect((await people())[0]!.attributes).not.toHaveProperty('level')
    await send({ ...profile, type: 'profile_delete', _track_id: 9, time: nowMs + 600 })
    expect((await people())[0]!.attributes).toEqual({})
  })

  it('never sets consent', async () => {
    const properties = { consent: true, opt_in: '同意', sms_consent: 1 }
    await send({ ...profile, type: 'profile_set', properties, identities: { $identity_mobile: '13800001234' } })
    expect(await people()).toMatchObject([{ attributes: properties }])
    for (const table of ['consents', 'consent_states'])
      expect((await sql`select from ${sql.table(table)} where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)).rows).toEqual([])
  })
})
