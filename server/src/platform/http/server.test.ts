import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Readable, Writable } from 'node:stream'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineRoute, open, signedIn } from '../../../../contracts/http.ts'
import { systemRoutes } from '../../../../contracts/system.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import { AppError } from '../errors.ts'
import { createLog } from '../log.ts'
import type { Platform } from '../platform.ts'
import { jsonBytesMax, rawBytesMax } from './bodies.ts'
import { serveConsole } from './console-files.ts'
import { implementRoutes, type AnyHandler, type Guard, type PlainCall } from './implement-routes.ts'
import { openApiDocument } from './openapi.ts'
import { createServer } from './server.ts'
import { checkStores, systemHandlers } from './system-handlers.ts'

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit()
})
afterAll(() => kit.stop())

const Thing = z.object({ name: z.string(), size: z.int().default(7) })
const routes = {
  readThing: defineRoute({
    method: 'GET',
    path: '/things/:id',
    access: open,
    summary: '',
    params: z.object({ id: z.coerce.number().int() }),
    query: z.object({ big: z.enum(['yes']).optional() }),
    answer: Thing,
  }),
  makeThing: defineRoute({ method: 'POST', path: '/things', access: open, summary: '', body: z.object({ name: z.string() }), answer: Thing }),
  pokeThing: defineRoute({ method: 'POST', path: '/things/:id/poke', access: open, summary: '', answer: z.object({ poked: z.literal(true) }) }),
  eatBytes: defineRoute({ method: 'POST', path: '/bytes', access: open, summary: '', answer: z.object({ text: z.string() }), transport: 'raw' }),
  readFile: defineRoute({ method: 'GET', path: '/file', access: open, summary: '', answer: z.string(), transport: 'file' }),
  streamFile: defineRoute({ method: 'GET', path: '/stream', access: open, summary: '', answer: z.string(), transport: 'file' }),
  uploadFile: defineRoute({ method: 'POST', path: '/upload', access: open, summary: '', answer: z.object({ bytes: z.int() }), transport: 'multipart' }),
  lockedThing: defineRoute({ method: 'POST', path: '/locked', access: signedIn, summary: '', body: z.object({ name: z.string() }), answer: Thing }),
  brokenThing: defineRoute({ method: 'GET', path: '/broken/:how', access: open, summary: '', params: z.object({ how: z.string() }), answer: Thing }),
}

const handlers: Record<keyof typeof routes, AnyHandler> = {
  readThing: async ({ params, query }: { params: { id: number }; query: { big?: 'yes' } }) => ({ name: `${typeof params.id} ${query.big}`, secret: 'x' }),
  makeThing: async ({ body }: { body: { name: string } }) => body,
  pokeThing: async () => ({ poked: true }),
  eatBytes: async ({ rawBody }: PlainCall) => ({ text: rawBody.toString('utf8').slice(0, 20) }),
  readFile: async ({ reply }: PlainCall) => {
    void reply.type('text/csv; charset=utf-8')
    return '姓名\n甲\n'
  },
  streamFile: async ({ reply }: PlainCall) => {
    void reply.type('text/plain')
    void reply.send(Readable.from(['a', 'b']))
    return ''
  },
  uploadFile: async ({ request }: PlainCall) => {
    const part = await request.file()
    let bytes = 0
    for await (const chunk of part?.file ?? []) bytes += (chunk as Buffer).length
    return { bytes }
  },
  lockedThing: async () => {
    throw new Error('never reached')
  },
  brokenThing: async ({ params }: { params: { how: string } }) => {
    if (params.how === 'answer') return { name: 5 }
    if (params.how === 'database') throw Object.assign(new Error('terminating'), { code: '57P01' })
    throw new Error('phone 13800001234 leaked')
  },
}

const guard: Guard = {
  enter: async (route) => {
    if (route.access.kind === 'session') throw new AppError('not-signed-in')
    return {}
  },
  leave: () => {},
}

async function serverWith(platform: Platform, consoleDir = '/nowhere') {
  const app = await createServer(platform)
  implementRoutes(app, routes, handlers, guard)
  await serveConsole(app, consoleDir)
  await app.ready()
  return app
}

let app: Awaited<ReturnType<typeof serverWith>>
beforeEach(async () => {
  app = await serverWith(kit.platform)
})
afterEach(() => app.close())

describe('routes', () => {
  test('parse params and query by the schema, and answer only what the contract names', async () => {
    const answer = await app.inject('/things/5?big=yes')
    expect(answer.json()).toEqual({ name: 'number yes', size: 7 })
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
  })

  test('refuse before the body is read', async () => {
    const answer = await app.inject({ method: 'POST', url: '/locked', headers: { 'content-type': 'application/json' }, payload: '{broken' })
    expect(answer.json()).toMatchObject({ status: 401, name: 'not-signed-in' })
  })

  test('list the problems of params, query and body at their paths', async () => {
    expect((await app.inject('/things/x')).json().problems[0].at).toBe('params.id')
    expect((await app.inject('/things/1?big=no')).json().problems[0]).toEqual({ at: 'query.big', zh: '应为以下之一：yes', en: 'Must be one of: yes' })
    expect((await app.inject({ method: 'POST', url: '/things', payload: {} })).json().problems[0].at).toBe('body.name')
  })

  test('need no body where the contract has none', async () => {
    for (const headers of [{}, { 'content-type': 'application/json' }])
      expect((await app.inject({ method: 'POST', url: '/things/1/poke', headers })).json()).toEqual({ poked: true })
  })

  test('send files from text and from streams', async () => {
    const file = await app.inject('/file')
    expect([file.body, file.headers['content-type']]).toEqual(['姓名\n甲\n', 'text/csv; charset=utf-8'])
    expect((await app.inject('/stream')).body).toBe('ab')
  })

  test('are kept by no browser and no proxy, files included', async () => {
    for (const url of ['/things/5', '/file', '/stream', '/things/x']) expect((await app.inject(url)).headers['cache-control']).toBe('no-store')
  })

  test('stream uploads beyond the limit of JSON', async () => {
    const bytes = jsonBytesMax * 3
    const payload = Buffer.concat([
      Buffer.from('--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'),
      Buffer.alloc(bytes, 65),
      Buffer.from('\r\n--x--\r\n'),
    ])
    const answer = await app.inject({ method: 'POST', url: '/upload', headers: { 'content-type': 'multipart/form-data; boundary=x' }, payload })
    expect(answer.json()).toEqual({ bytes })
  })
})

describe('errors', () => {
  test('are problem+json in the language asked for', async () => {
    const headers = { 'accept-language': 'fr, en-GB;q=0.8, zh;q=0.5' }
    const answer = await app.inject({ url: '/nothing', headers })
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(answer.json()).toMatchObject({ type: '/errors/not-found', status: 404, title: 'There is nothing at this address', zh: '没有这个地址' })
    expect((await app.inject('/nothing')).json().title).toBe('没有这个地址')
  })

  test('say nothing of what broke inside, but are logged with the request id and without personal data', async () => {
    const lines: string[] = []
    const log = createLog({ level: 'info' }, new Writable({ write: (chunk: Buffer, _encoding, done) => (lines.push(chunk.toString()), done()) }))
    const logging = await serverWith({ ...kit.platform, log })
    const answer = await logging.inject('/broken/inside?search=13900001111')
    expect(answer.json()).toMatchObject({ status: 500, name: 'internal', requestId: answer.headers['x-request-id'] })
    expect(answer.body).not.toContain('leaked')
    expect(lines.join('')).toContain(String(answer.headers['x-request-id']))
    expect(lines.join('')).toContain('/broken/:how')
    expect(lines.join('')).not.toMatch(/138000|139000|search/)
    await logging.close()
  })

  test('an answer that breaks its contract is internal', async () => {
    expect((await app.inject('/broken/answer')).json().name).toBe('internal')
  })

  test('a database that is away is unavailable and says when to come back', async () => {
    const answer = await app.inject('/broken/database')
    expect([answer.json().name, answer.headers['retry-after']]).toEqual(['unavailable', '5'])
  })

  test.each([
    ['a body that is no JSON', { headers: { 'content-type': 'application/json' }, payload: '{' }, 'validation'],
    ['a poisoned prototype', { headers: { 'content-type': 'application/json' }, payload: '{"name":"x","__proto__":{"a":1}}' }, 'validation'],
    ['another content type', { headers: { 'content-type': 'text/plain' }, payload: 'x' }, 'unsupported-media'],
    ['ten megabytes', { headers: { 'content-type': 'application/json' }, payload: JSON.stringify({ name: 'x'.repeat(10 * jsonBytesMax) }) }, 'too-large'],
  ])('%s has a name', async (_, request, name) => {
    const answer = await app.inject({ method: 'POST', url: '/things', ...request })
    expect(answer.json()).toMatchObject({ name })
  })
})

describe('raw bodies', () => {
  const text = '{"batch":"事件"}'
  test.each([
    ['identity', Buffer.from(text)],
    ['gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
  ])('come decompressed from %s', async (encoding, payload) => {
    const answer = await app.inject({ method: 'POST', url: '/bytes', headers: { 'content-type': 'text/plain', 'content-encoding': encoding }, payload })
    expect(answer.json()).toEqual({ text })
  })

  test('are measured after decompression', async () => {
    const payload = gzipSync(Buffer.alloc(rawBytesMax + 1))
    expect(payload.length).toBeLessThan(100_000)
    expect((await app.inject({ method: 'POST', url: '/bytes', headers: { 'content-encoding': 'gzip' }, payload })).json().name).toBe('too-large')
  })

  test('that are not what they say are refused', async () => {
    expect((await app.inject({ method: 'POST', url: '/bytes', headers: { 'content-encoding': 'gzip' }, payload: 'no gzip' })).json().name).toBe('validation')
    expect((await app.inject({ method: 'POST', url: '/bytes', headers: { 'content-encoding': 'zstd' }, payload: 'x' })).json().name).toBe('unsupported-media')
  })
})

describe('the console', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hongyan-console-'))
  fs.mkdirSync(path.join(folder, 'assets'))
  fs.writeFileSync(path.join(folder, 'index.html'), '<title>鸿雁</title>')
  fs.writeFileSync(path.join(folder, 'assets', 'main-abc.js'), 'plain')
  fs.writeFileSync(path.join(folder, 'assets', 'main-abc.js.br'), brotliCompressSync('small'))
  afterAll(() => fs.rmSync(folder, { recursive: true }))

  test('is served with its router on every page, and keeps hashed files for ever', async () => {
    const console = await serverWith(kit.platform, folder)
    const page = await console.inject({ url: '/people/5?tab=1', headers: { accept: 'text/html' } })
    expect([page.statusCode, page.body, page.headers['cache-control']]).toEqual([200, '<title>鸿雁</title>', 'no-cache'])
    expect(page.headers['content-security-policy']).not.toContain('upgrade-insecure-requests')
    const asset = await console.inject({ url: '/assets/main-abc.js', headers: { 'accept-encoding': 'br' } })
    expect([asset.headers['content-encoding'], asset.headers['cache-control']]).toEqual(['br', 'public, max-age=31536000, immutable'])
    expect((await console.inject({ url: '/assets/gone.js', headers: { accept: 'text/html' } })).statusCode).toBe(404)
    expect((await console.inject({ url: '/api/gone', headers: { accept: 'text/html' } })).json().name).toBe('not-found')
    expect((await console.inject({ url: '/../package.json', headers: { accept: '*/*' } })).statusCode).toBe(404)
    await console.close()
  })

  test('says how to build it when it is not there', async () => {
    expect((await app.inject({ url: '/people', headers: { accept: 'text/html' } })).json()).toMatchObject({
      name: 'unavailable',
      en: 'The console is not built; run npm run build',
    })
  })
})

test('metrics are for this machine, or for whoever has the token', async () => {
  const ask = async (token: string | null, remoteAddress: string, headers: Record<string, string> = {}) => {
    const platform = { ...kit.platform, config: { ...kit.platform.config, metrics: { token } } }
    const asked = await createServer(platform)
    implementRoutes(asked, { readMetrics: systemRoutes.readMetrics }, systemHandlers(platform, openApiDocument({}, {}, {})), guard)
    const { statusCode } = await asked.inject({ url: '/metrics', remoteAddress, headers })
    await asked.close()
    return statusCode
  }
  expect(await ask(null, '127.0.0.1')).toBe(200)
  expect(await ask(null, '10.0.0.9')).toBe(403)
  expect(await ask(null, '127.0.0.1', { 'x-forwarded-for': '127.0.0.1' })).toBe(403)
  expect(await ask('open', '10.0.0.9', { authorization: 'Bearer open' })).toBe(200)
  for (const authorization of ['Bearer opens', 'Bearer ope', 'Bearer ', '']) expect(await ask('open', '127.0.0.1', { authorization })).toBe(403)
})

test('a store that does not answer is failing, within two seconds', async () => {
  const hanging = { ...kit.platform, warehouse: { ...kit.platform.warehouse, ping: () => new Promise<void>(() => {}) } }
  // The other one must answer within its two seconds, which a machine that stalls may not grant the first time.
  await expect.poll(() => checkStores(hanging)).toEqual({ postgres: 'ok', warehouse: 'failing' })
})

test('close answers what is in hand', async () => {
  const slow = await createServer(kit.platform)
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  const route = { wait: defineRoute({ method: 'GET', path: '/wait', access: open, summary: '', answer: z.object({ done: z.boolean() }) }) }
  let entered = () => {}
  const arrived = new Promise<void>((resolve) => (entered = resolve))
  const handler = async () => {
    entered()
    await held
    return { done: true }
  }
  implementRoutes(slow, route, { wait: handler }, guard)
  const address = await slow.listen({ port: 0, host: '127.0.0.1' })
  const answer = fetch(`${address}/wait`)
  await arrived
  const closed = slow.close()
  release()
  expect(await (await answer).json()).toEqual({ done: true })
  await closed
})
