import type { InjectOptions } from 'fastify'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import type { Platform } from '../platform/platform.ts'
import { addMember } from './add-member.ts'
import { createApiKey } from './api-keys.ts'
import { completeSetup, demoEmail } from './complete-setup.ts'
import type { Context } from './context.ts'
import { sessionCookie } from './find-session.ts'
import { findWriteKey } from './find-keys.ts'
import { forgetWriteKeys, hashSecret, mutate, newSecret, openSession } from './index.ts'
import { removeMember } from './remove-member.ts'
import { removeEndedSessions } from './sessions.ts'
import { updateMember } from './update-member.ts'

const dayMs = 24 * 60 * 60 * 1000
const owner = { email: 'first@example.com', password: 'correct horse', name: '首位', workspaceName: '小店', locale: 'zh' as const }

let kit: TestKit
let platform: Platform
beforeAll(async () => {
  kit = await startTestKit({ now: '2026-11-22T08:00:00Z' })
  platform = kit.platform
})
afterAll(() => kit.stop())

async function inject(request: InjectOptions) {
  return (await kit.http()).inject(request)
}

async function signInAs(ctx: Context): Promise<{ token: string; cookies: Record<string, string> }> {
  const token = await openSession(platform, userOf(ctx), { ip: null, userAgent: null })
  return { token, cookies: { [sessionCookie]: token } }
}

function userOf(ctx: Context): string {
  if (ctx.actor.kind !== 'user') throw new Error('not a user')
  return ctx.actor.userId
}

describe('first set-up', () => {
  test('is needed until one of several who try at once has done it', async () => {
    expect((await inject({ url: '/api/setup' })).json()).toEqual({ needed: true })
    const attempts = await Promise.allSettled(['a', 'b', 'c'].map((letter) => completeSetup(platform, { ...owner, email: `${letter}@example.com` })))
    expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1)
    expect((await inject({ url: '/api/setup' })).json()).toEqual({ needed: false })
    const late = await inject({ method: 'POST', url: '/api/setup', payload: owner })
    expect(late.json()).toMatchObject({ status: 409, name: 'already-set-up' })
  })

  test('tells the demo’s login only where there is one', async () => {
    expect((await inject({ url: '/api/setup' })).json()).not.toHaveProperty('demo')
    await addMember(await kit.workspace(), { email: demoEmail, name: '演示', role: 'owner', initialPassword: 'correct horse' })
    expect((await inject({ url: '/api/setup' })).json()).toEqual({ needed: false, demo: { email: demoEmail } })
  })

  test('leaves an audit row and a workspace whose vault works', async () => {
    const { rows } = await sql<{ workspace_id: number; action: string }>`select workspace_id, action from audit_log order by id limit 1`.execute(platform.db)
    expect(rows[0]?.action).toBe('workspace.create')
    const vault = await platform.vaults.of(rows[0]?.workspace_id ?? 0)
    expect(vault.open(vault.seal('x'))).toBe('x')
  })
})

describe('sign-in', () => {
  let email: string
  let count = 0
  beforeEach(async () => {
    const ctx = await kit.workspace()
    count += 1
    email = `person${count}@example.com`
    await addMember(ctx, { email, name: '某人', role: 'operator', initialPassword: 'correct horse' })
    kit.clock.advance(16 * 60 * 1000)
  })
  const signIn = (body: { email: string; password: string }, remoteAddress = '10.0.0.1') =>
    inject({ method: 'POST', url: '/api/session', payload: body, remoteAddress })

  test('sets a cookie out of reach of scripts and answers who one is', async () => {
    const answer = await signIn({ email: email.toUpperCase(), password: 'correct horse' })
    expect(answer.json()).toMatchObject({ email, workspaces: [{ role: 'operator' }] })
    expect(answer.headers['set-cookie']).toMatch(/^hongyan_session=[\w-]{43}; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/)
    expect((await inject({ url: '/api/session', cookies: { [sessionCookie]: answer.cookies[0]?.value ?? '' } })).json().email).toBe(email)
  })

  test('answers alike for a wrong password and for nobody, after the same work', async () => {
    const timed = async (body: { email: string; password: string }) => {
      const before = process.cpuUsage()
      const { requestId: _, ...answer } = (await signIn(body)).json()
      // Work, not time: the machine may have other things to do.
      return { answer, workMicroseconds: process.cpuUsage(before).user }
    }
    await timed({ email: 'warm-up@example.com', password: 'x' })
    const wrong = [await timed({ email, password: 'wrong' }), await timed({ email, password: 'wrong' }), await timed({ email, password: 'wrong' })]
    const nobody = await timed({ email: 'nobody@example.com', password: 'wrong' })
    expect(nobody.answer).toEqual(wrong[0]!.answer)
    expect(nobody.answer).toMatchObject({ status: 401, name: 'wrong-credentials' })
    // The least of some: the warehouse has threads of its own in this process.
    expect(nobody.workMicroseconds).toBeGreaterThan(Math.min(...wrong.map(({ workMicroseconds }) => workMicroseconds)) / 4)
  })

  test('is throttled per person and address, for a quarter of an hour, the right password included', async () => {
    for (let attempt = 0; attempt < 8; attempt += 1) expect((await signIn({ email, password: 'wrong' })).statusCode).toBe(401)
    const refused = await signIn({ email, password: 'correct horse' })
    expect(refused.json()).toMatchObject({ status: 429, name: 'throttled' })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(800)
    expect((await signIn({ email, password: 'correct horse' }, '10.0.0.2')).statusCode).toBe(200)
    kit.clock.advance(15 * 60 * 1000)
    expect((await signIn({ email, password: 'correct horse' })).statusCode).toBe(200)
  })

  test('a success gives the attempts back', async () => {
    for (let round = 0; round < 3; round += 1) {
      for (let attempt = 0; attempt < 5; attempt += 1) await signIn({ email, password: 'wrong' }, '10.0.0.3')
      expect((await signIn({ email, password: 'correct horse' }, '10.0.0.3')).statusCode).toBe(200)
    }
  })
})

describe('a session', () => {
  test('slides on while it is used and ends fourteen days after', async () => {
    const { token, cookies } = await signInAs(await kit.workspace())
    kit.clock.advance(13 * dayMs)
    const used = await inject({ url: '/api/session', cookies })
    expect(used.statusCode).toBe(200)
    expect(used.headers['set-cookie']).toContain('Max-Age=1209600')
    kit.clock.advance(13 * dayMs)
    expect((await inject({ url: '/api/session', cookies })).statusCode).toBe(200)
    kit.clock.advance(14 * dayMs + 1)
    expect((await inject({ url: '/api/session', cookies })).json().name).toBe('not-signed-in')
    await removeEndedSessions(platform)
    const { rows } = await sql`select 1 from sessions where token_hash = ${hashSecret(token)}`.execute(platform.db)
    expect(rows).toEqual([])
  })

  test('is kept as a hash, and ends at once when signed out', async () => {
    const { token, cookies } = await signInAs(await kit.workspace())
    expect((await inject({ url: '/api/session', cookies })).statusCode).toBe(200)
    const { rows } = await sql<{ text: string }>`select sessions::text as text from sessions`.execute(platform.db)
    expect(JSON.stringify(rows)).not.toContain(token)
    expect((await inject({ method: 'DELETE', url: '/api/session', cookies })).json()).toEqual({ done: true })
    expect((await inject({ url: '/api/session', cookies })).statusCode).toBe(401)
  })

  test('of the same user elsewhere ends when the password changes, which needs the current one', async () => {
    const ctx = await kit.workspace()
    const member = await addMember(ctx, { email: 'changes@example.com', name: '某人', role: 'analyst', initialPassword: 'correct horse' })
    const sessions = await Promise.all([1, 2].map(() => openSession(platform, member.id, { ip: null, userAgent: null })))
    const [here, elsewhere] = sessions.map((token) => ({ [sessionCookie]: token }))
    const change = (body: object) => inject({ method: 'PATCH', url: '/api/me', cookies: here, payload: body })
    expect((await change({ newPassword: 'battery staple', currentPassword: 'wrong' })).json().problems[0].at).toBe('body.currentPassword')
    expect((await change({ newPassword: 'battery staple' })).statusCode).toBe(400)
    expect((await inject({ url: '/api/session', cookies: elsewhere })).statusCode).toBe(200)
    expect((await change({ newPassword: 'battery staple', currentPassword: 'correct horse', locale: 'en' })).json().locale).toBe('en')
    expect((await inject({ url: '/api/session', cookies: elsewhere })).statusCode).toBe(401)
    const asOwner = await inject({ url: `/api/workspaces/${ctx.workspaceId}/audit`, cookies: here })
    expect(asOwner.json()).toMatchObject({ name: 'forbidden', title: expect.stringContaining('permission') })
  })
})

describe('requests that another website makes', () => {
  const change = async (headers: Record<string, string>) => {
    const ctx = await kit.workspace()
    const { cookies } = await signInAs(ctx)
    return (
      await inject({
        method: 'PATCH',
        url: `/api/workspaces/${ctx.workspaceId}`,
        cookies,
        payload: { name: '新名' },
        headers: { host: 'shop.example:3900', ...headers },
      })
    ).statusCode
  }

  test.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://shop.example:3901' }, 403],
    [{ 'sec-fetch-site': 'same-origin', origin: 'http://shop.example:3900' }, 200],
    [{ origin: 'http://shop.example:3900' }, 200],
    [{}, 200],
  ])('%j answers %i', async (headers, status) => {
    expect(await change(headers)).toBe(status)
  })

  test('may read nothing that a page could see, but are not refused for reading', async () => {
    const ctx = await kit.workspace()
    const { cookies } = await signInAs(ctx)
    const answer = await inject({ url: `/api/workspaces/${ctx.workspaceId}`, cookies, headers: { 'sec-fetch-site': 'cross-site' } })
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([200, undefined])
  })

  test('cannot sign a browser in either', async () => {
    const answer = await inject({
      method: 'POST',
      url: '/api/session',
      payload: { email: 'a@example.com', password: 'x' },
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    expect(answer.json().name).toBe('forbidden')
  })
})

describe('members', () => {
  test('keep an owner: the last one is neither removed nor demoted, even when two go at once', async () => {
    const ctx = await kit.workspace()
    const last = { status: 'rejected', reason: { errorName: 'precondition' } }
    await expect(removeMember(ctx, userOf(ctx))).rejects.toMatchObject({ errorName: 'precondition' })
    await expect(updateMember(ctx, { userId: userOf(ctx), role: 'manager' })).rejects.toMatchObject({ errorName: 'precondition' })
    const second = await kit.member(ctx, 'owner')
    const both = await Promise.allSettled([removeMember(ctx, userOf(second)), updateMember(ctx, { userId: userOf(ctx), role: 'manager' })])
    expect(both.filter((one) => one.status === 'rejected')).toMatchObject([last])
  })

  test('lose the workspace at once when removed', async () => {
    const ctx = await kit.workspace()
    const operator = await kit.member(ctx, 'operator')
    const { cookies } = await signInAs(operator)
    const url = `/api/workspaces/${ctx.workspaceId}`
    expect((await inject({ url, cookies })).statusCode).toBe(200)
    await removeMember(ctx, userOf(operator))
    expect((await inject({ url, cookies })).statusCode).toBe(404)
  })

  test('need an initial password only when they are new, and are added once', async () => {
    const [first, second] = [await kit.workspace(), await kit.workspace()]
    const person = { email: 'shared@example.com', name: '共享', role: 'sales' as const }
    await expect(addMember(first, person)).rejects.toMatchObject({ problems: [{ at: 'body.initialPassword' }] })
    const added = await addMember(first, { ...person, initialPassword: 'correct horse' })
    expect(await addMember(second, { ...person, name: '别名', role: 'manager' })).toMatchObject({ id: added.id, name: '共享', role: 'manager' })
    await expect(addMember(second, person)).rejects.toMatchObject({ errorName: 'conflict' })
  })
})

describe('API keys', () => {
  test('open what they were given, in their workspace, until revoked', async () => {
    const ctx = await kit.workspace()
    const key = await createApiKey(ctx, { name: '报表', permissions: ['workspace.read', 'members.manage'] })
    expect(key.secret).toMatch(/^hy_[\w-]{43}$/)
    const headers = { authorization: `Bearer ${key.secret}` }
    const base = `/api/workspaces/${ctx.workspaceId}`
    expect((await inject({ url: base, headers })).statusCode).toBe(200)
    expect((await inject({ url: `${base}/audit`, headers })).statusCode).toBe(403)
    expect((await inject({ url: '/api/session', headers })).statusCode).toBe(401)
    const grant = await inject({
      method: 'POST',
      url: `${base}/members`,
      headers,
      payload: { email: 'up@example.com', name: 'x', role: 'owner', initialPassword: 'correct horse' },
    })
    expect(grant.json()).toMatchObject({ name: 'forbidden', en: expect.stringContaining('can not grant') })

    const { cookies } = await signInAs(ctx)
    const listed = await inject({ url: `${base}/api-keys`, cookies })
    expect(listed.json().items).toMatchObject([{ id: key.id, prefix: key.secret.slice(0, 8), lastUsedAt: expect.any(String) }])
    expect(listed.body).not.toContain(key.secret)
    expect((await inject({ method: 'DELETE', url: `${base}/api-keys/${key.id}`, cookies })).statusCode).toBe(200)
    expect((await inject({ url: base, headers })).statusCode).toBe(401)
  })

  test('are no stronger than who makes them', async () => {
    const ctx = await kit.workspace()
    const weak = { ...ctx, permissions: new Set(['apiKeys.manage'] as const) } as Context
    await expect(createApiKey(weak, { name: 'x', permissions: ['people.reveal'] })).rejects.toMatchObject({ errorName: 'forbidden' })
  })
})

describe('write keys', () => {
  test('open the inbox of their source until it is disabled', async () => {
    const ctx = await kit.workspace()
    const writeKey = newSecret()
    const { rows } = await sql<{ id: string }>`
      with source as (insert into sources (workspace_id, name, kind) values (${ctx.workspaceId}, '网站', 'http') returning id)
      insert into source_keys (workspace_id, source_id, key_hash, hint) select ${ctx.workspaceId}, id, ${hashSecret(writeKey)}, '' from source
      returning source_id as id`.execute(platform.db)
    const sourceId = rows[0]?.id ?? ''
    expect(await findWriteKey(platform, writeKey)).toEqual({ workspaceId: ctx.workspaceId, sourceId })
    expect(await findWriteKey(platform, `${writeKey}x`)).toBeNull()
    await sql`update sources set disabled_at = now() where id = ${sourceId}`.execute(platform.db)
    expect(await findWriteKey(platform, writeKey)).not.toBeNull()
    forgetWriteKeys(platform, sourceId)
    expect(await findWriteKey(platform, writeKey)).toBeNull()
    const headers = { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` }
    expect((await inject({ method: 'POST', url: '/v1/batch', headers, payload: { batch: [] } })).json().name).toBe('wrong-write-key')
  })
})

test('an audit row stands or falls with the change it tells of', async () => {
  const ctx = await kit.workspace()
  const failing = mutate(ctx, { action: 'thing.make' }, async (tx) => {
    await sql`update workspaces set name = '变了' where id = ${ctx.workspaceId}`.execute(tx)
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  const { rows } = await sql<{ name: string; rows: number }>`
    select name, (select count(*) from audit_log where workspace_id = ${ctx.workspaceId}) as rows from workspaces where id = ${ctx.workspaceId}`.execute(
    platform.db,
  )
  expect(rows[0]).toMatchObject({ rows: 0, name: expect.not.stringContaining('变了') })
})

test('the audit list pages and filters, and knows no other workspace', async () => {
  const [ctx, other] = [await kit.workspace(), await kit.workspace()]
  for (const action of ['thing.make', 'thing.break', 'person.reveal']) await mutate(ctx, { action, targetKind: 'thing', targetId: '1' }, async () => {})
  await mutate(other, { action: 'thing.make' }, async () => {})
  const { cookies } = await signInAs(ctx)
  const list = async (query: string) => (await inject({ url: `/api/workspaces/${ctx.workspaceId}/audit?${query}`, cookies })).json()
  const first = await list('limit=2')
  expect(first.items.map((row: { action: string }) => row.action)).toEqual(['person.reveal', 'thing.break'])
  expect((await list(`limit=2&cursor=${first.nextCursor}`)).items).toHaveLength(1)
  expect((await list('action=thing')).items).toHaveLength(2)
  expect((await list('action=thing.make')).items).toHaveLength(1)
  expect((await list(`actor=${userOf(ctx)}`)).items).toHaveLength(3)
  expect((await list('cursor=x')).problems[0].at).toBe('query.cursor')
})
