import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccessLogSettings, ConnectorDraft } from '../../../../contracts/connector-settings.ts'
import type { ConnectorDetail } from '../../../../contracts/connectors.ts'
import type { Context } from '../../access/index.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import { requirePreset } from '../presets/index.ts'
import { listRuns } from '../pulls/run-row.ts'
import { createConnector } from '../save-connector.ts'
import { storedEvents } from '../testing/stored-events.ts'
import { isBot } from './bots.ts'
import { parseLine, parseLogTime } from './parse-line.ts'
import { linesOf } from './receive-lines.ts'
import { uploadLog } from './upload-log.ts'

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit({ now: '2026-02-01T00:00:00Z' })
})
afterAll(() => kit.stop())

const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15'

function line(change: { at?: string; request?: string; status?: number; agent?: string; uid?: string; address?: string } = {}): string {
  const {
    at = '02/Jan/2026:11:04:05 +0800',
    request = 'GET /p/1?utm_source=wechat HTTP/1.1',
    status = 200,
    agent = phone,
    uid = 'a1',
    address = '203.0.113.7',
  } = change
  return `${address} - - [${at}] "${request}" ${status} 512 "https://shop.example.com/" "${agent}" "${uid}"`
}

function connect(ctx: Context, preset: 'log-combined' | 'log-json', change: Partial<AccessLogSettings> = {}): Promise<ConnectorDetail> {
  const draft = structuredClone(requirePreset(preset).draft) as Extract<ConnectorDraft, { kind: 'accessLog' }>
  Object.assign(draft.settings, change)
  return createConnector(ctx, { name: `${preset} ${Math.random()}`, draft, secrets: {} })
}

const upload = (ctx: Context, { id }: { id: string }, content: Buffer | string) =>
  uploadLog(ctx, id, { fileName: 'access.log', content: Readable.from([content].map((one) => Buffer.from(one))) })

describe('a line', () => {
  test('of the combined format is read with its zone, its escapes and the fields behind it', () => {
    expect(parseLogTime('10/Oct/2000:13:55:36 -0700')).toBe(Date.parse('2000-10-10T20:55:36Z'))
    const settings = { ...(requirePreset('log-combined').draft.settings as AccessLogSettings), extraFields: ['uid', 'http_cookie'] }
    const read = parseLine(`${line({ agent: String.raw`say \"hi\" \xE6\x98\xA5` })} "x=1"`, settings, 'Asia/Shanghai')
    expect(read).toMatchObject({
      timeMs: Date.parse('2026-01-02T03:04:05Z'),
      method: 'GET',
      status: 200,
      userAgent: 'say "hi" 春',
      fields: { uid: 'a1', http_cookie: 'x=1' },
    })
    for (const wrong of ['', 'hello', line({ at: 'yesterday' }), line({ request: '-' })]) expect(parseLine(wrong, settings, 'Asia/Shanghai')).toBeNull()
  })

  test('comes out of what shippers wrap around it', () => {
    expect(linesOf(Buffer.from('a\r\nb'))).toEqual(['a', 'b'])
    expect(linesOf(Buffer.from('[{"message":"a"},{"message":"b"}]'))).toEqual(['a', 'b'])
    expect(linesOf(Buffer.from('{"log":"a\\n","stream":"stdout"}'))).toEqual(['a'])
    expect(linesOf(Buffer.from('{"time":"now","status":200}'))).toEqual(['{"time":"now","status":200}'])
  })

  test.each([
    'Mozilla/5.0 (compatible; Baiduspider/2.0)',
    'Mozilla/5.0 (compatible; Googlebot/2.1)',
    'Mozilla/5.0 (Linux) Bytespider',
    'curl/8.5.0',
    'HeadlessChrome/120',
    '-',
    '',
  ])('%s is no person', (agent) => {
    expect(isBot(agent)).toBe(true)
  })
  test.each([phone, 'Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50', 'Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Safari/537.36'])('%s is', (agent) => {
    expect(isBot(agent)).toBe(false)
  })
})

test('an uploaded file becomes page views of its visitors: no bots, files, errors or strangers, and no addresses', async () => {
  const ctx = await kit.workspace()
  const connector = await connect(ctx, 'log-combined')
  const lines = [
    line(),
    line(),
    line({ at: '02/Jan/2026:11:04:06 +0800', uid: 'b2', request: 'GET /cart HTTP/1.1' }),
    line({ agent: 'Googlebot/2.1' }),
    line({ request: 'GET /app.js?v=2 HTTP/1.1' }),
    line({ status: 404 }),
    line({ request: 'POST /login HTTP/1.1' }),
    line({ uid: '-' }),
    'nonsense',
  ]
  const run = await upload(ctx, connector, gzipSync(lines.join('\n')))
  expect(run).toMatchObject({ state: 'finished', trigger: 'upload', rowsRead: 9, items: 3, skipped: 5, problemCount: 1 })
  const events = await storedEvents(ctx)
  // The same line twice in a second is two visits.
  expect(events.map(({ event, properties }) => [event, properties['path']])).toEqual([
    ['Page Viewed', '/p/1'],
    ['Page Viewed', '/p/1'],
    ['Page Viewed', '/cart'],
  ])
  expect(events[0]?.properties).toMatchObject({ utm_source: 'wechat', referrer: 'https://shop.example.com/' })
  expect(JSON.stringify(events)).not.toContain('203.0.113')
  // The same file again is the same visits.
  await upload(ctx, connector, lines.join('\n'))
  expect(await storedEvents(ctx)).toHaveLength(3)
  expect((await listRuns(ctx, connector.id, { limit: 5 })).items).toHaveLength(2)
})

test('posted JSON lines take who it is from a cookie, a parameter or a field, and the parameter leaves the address', async () => {
  const ctx = await kit.workspace()
  const app = await kit.http()
  const connector = await connect(ctx, 'log-json', {
    address: 'hash',
    identities: [
      { place: 'field', name: 'user_id', namespace: 'user_id' },
      { place: 'cookie', name: 'uid', namespace: 'anonymous_id' },
      { place: 'query', name: 'm', namespace: 'member_no' },
    ],
  })
  const entry = (change: object) =>
    JSON.stringify({ time: '2026-01-02T11:04:05+08:00', remote_addr: '203.0.113.7', host: 'shop.example.com', status: 200, http_user_agent: phone, ...change })
  const body = [
    entry({ request_uri: '/a?m=V1&x=2' }),
    entry({ request_uri: '/b', http_cookie: 'uid=c%20d; z=1' }),
    entry({ request_uri: '/c', user_id: 77 }),
    entry({ request_uri: '/d' }),
  ].join('\n')
  const post = () => app.inject({ method: 'POST', url: new URL(connector.url!).pathname, payload: body, headers: { 'content-type': 'application/x-ndjson' } })
  expect((await post()).json()).toEqual({ success: true, lines: 4, taken: 3, skipped: 1, unreadable: 0 })
  await post()
  const events = await storedEvents(ctx)
  expect(events.map(({ properties }) => String(properties['url'])).toSorted()).toEqual([
    'https://shop.example.com/a?x=2',
    'https://shop.example.com/b',
    'https://shop.example.com/c',
  ])
  expect(events[0]?.properties['ip_hash']).toMatch(/^[\da-f-]{36}$/)
  const { rows } = await sql<{ namespace: string }>`select namespace from identities where workspace_id = ${ctx.workspaceId} order by namespace`.execute(
    kit.platform.db,
  )
  expect(rows.map(({ namespace }) => namespace)).toEqual(['anonymous_id', 'member_no', 'user_id'])
})

test('a damaged file is refused in words, and the next upload is not held up', async () => {
  const ctx = await kit.workspace()
  const connector = await connect(ctx, 'log-combined')
  const damaged = gzipSync(Array.from({ length: 200 }, () => line()).join('\n')).subarray(0, 60)
  await expect(upload(ctx, connector, damaged)).rejects.toMatchObject({ errorName: 'validation', zh: expect.stringContaining('损坏') })
  expect(await upload(ctx, connector, line())).toMatchObject({ state: 'finished', items: 1 })
})
