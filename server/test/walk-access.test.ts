import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FastifyInstance } from 'fastify'
import { permissionNames, roleNames, rolePermissions } from '../../contracts/permissions.ts'
import type { Route } from '../../contracts/http.ts'
import { hashSecret, newSecret, type Context } from '../src/access/index.ts'
import { sql } from 'kysely'
import { startTestKit, type TestKit } from './kit.ts'
import { ask, cookiesOf, everyRoute, fillWorkspace, paramNames, paramsPointingAt, workspaceRoutes, type Belongings, type Credentials } from './walk.ts'
import { bodies } from './walk-bodies.ts'

let kit: TestKit
let app: FastifyInstance
/** The caller's workspace and somebody else's, with one of everything in it. */
let mine: { ctx: Context; credentials: Credentials }
let theirs: { ctx: Context; belongings: Belongings }

beforeAll(async () => {
  kit = await startTestKit()
  app = await kit.http()
  const [own, other] = [await kit.workspace(), await kit.workspace()]
  mine = { ctx: own, credentials: await cookiesOf(own) }
  theirs = { ctx: other, belongings: await fillWorkspace(kit, other) }
})
afterAll(() => kit.stop())

/** Open to anyone: adding to this list is a decision. */
const publicRoutes = ['readHealth', 'readReadiness', 'readMetrics', 'readOpenApi', 'readApiPage', 'readSetup', 'completeSetup', 'signIn']

test('only these routes are open to anyone', () => {
  expect(everyRoute.filter(({ route }) => route.access.kind === 'public').map(({ name }) => name)).toEqual(publicRoutes)
})

describe('without proof of who one is', () => {
  test.each(everyRoute.filter(({ name }) => !publicRoutes.includes(name)))('$name is closed', async ({ route }) => {
    const answer = await ask(app, route, {}, { params: { workspaceId: theirs.ctx.workspaceId } })
    // A callback address is its own key: a wrong one is an address that does not exist.
    expect(answer.statusCode).toBe(['callbackToken', 'hookToken'].includes(route.access.kind) ? 404 : 401)
  })

  test.each([
    ['a made-up session', { cookies: { hongyan_session: newSecret() } }],
    ['a made-up API key', { headers: { authorization: `Bearer ${newSecret('hy_')}` } }],
    ['a write key where none belongs', { headers: { authorization: `Basic ${Buffer.from('x:').toString('base64')}` } }],
  ])('%s opens nothing', async (_, credentials) => {
    for (const { route } of workspaceRoutes)
      expect((await ask(app, route, credentials, { params: { workspaceId: mine.ctx.workspaceId } })).statusCode).toBe(401)
  })
})

describe('somebody else’s workspace', () => {
  test.each(workspaceRoutes)('$name answers as if it did not exist, to a session and to an API key', async ({ route }) => {
    for (const credentials of [mine.credentials, await apiKeyOf(mine.ctx, permissionNames)]) {
      const [there, nowhere] = [theirs.ctx.workspaceId, 2_000_000_000].map((workspaceId) =>
        ask(app, route, credentials, {
          params: { workspaceId, ...paramsPointingAt(route, theirs.belongings) },
          body: bodies(theirs.belongings)[nameOf(route)],
        }),
      )
      expect((await there)?.statusCode).toBe(404)
      expect({ ...(await there)?.json(), requestId: '' }).toEqual({ ...(await nowhere)?.json(), requestId: '' })
    }
  })

  const pointing = workspaceRoutes.filter(({ route }) => paramNames(route).some((name) => name !== 'workspaceId' && name !== 'key'))
  test.each(pointing)('$name does not find what it holds from one’s own', async ({ name, route }) => {
    const params = { workspaceId: mine.ctx.workspaceId, ...paramsPointingAt(route, theirs.belongings) }
    const answer = await ask(app, route, mine.credentials, { params, query: queries[name], body: bodies(theirs.belongings)[name] })
    expect([answer.statusCode, answer.json().name]).toEqual([404, 'not-found'])
  })

  test('nothing in it was changed by all this', async () => {
    const { rows } = await sql`select action from audit_log where workspace_id = ${theirs.ctx.workspaceId}`.execute(kit.platform.db)
    expect(rows).toEqual([])
  })
})

describe('in one’s own workspace', () => {
  test.each(roleNames)('the role %s may exactly what its permissions say', async (role) => {
    const ctx = await kit.member(mine.ctx, role)
    const wrong: string[] = []
    for (const { name, route } of workspaceRoutes) {
      const credentials = await cookiesOf(ctx)
      const { statusCode } = await ask(app, route, credentials, { params: { workspaceId: ctx.workspaceId } })
      if ((statusCode === 403) === rolePermissions[role].includes(permissionOf(route))) wrong.push(`${name}: ${statusCode}`)
      if (statusCode === 401 || statusCode >= 500) wrong.push(`${name}: ${statusCode}`)
    }
    expect(wrong).toEqual([])
  })

  test('an API key may exactly what it was given', async () => {
    const wrong: string[] = []
    for (const { name, route } of workspaceRoutes) {
      const permission = permissionOf(route)
      const params = { workspaceId: mine.ctx.workspaceId }
      const withIt = await ask(app, route, await apiKeyOf(mine.ctx, [permission]), { params })
      const withoutIt = await ask(
        app,
        route,
        await apiKeyOf(
          mine.ctx,
          permissionNames.filter((other) => other !== permission),
        ),
        { params },
      )
      if (withIt.statusCode === 403 || withIt.statusCode === 401 || withoutIt.statusCode !== 403)
        wrong.push(`${name}: ${withIt.statusCode} ${withoutIt.statusCode}`)
    }
    expect(wrong).toEqual([])
  })

  const lists = workspaceRoutes.filter(({ route }) => route.method === 'GET' && paramNames(route).every((name) => name === 'workspaceId' || name === 'key'))
  test.each(lists)('$name answers while there is nothing yet', async ({ name, route }) => {
    const answer = await ask(app, route, mine.credentials, { params: { workspaceId: mine.ctx.workspaceId }, query: queries[name] })
    expect([answer.statusCode, answer.body]).toEqual([asksForOne.has(name) ? 404 : 200, expect.any(String)])
  })
})

/** Routes that ask for one thing by its name in the query, which is not there yet. */
const asksForOne = new Set(['readEventSchema'])

/** Queries that a route cannot do without. */
const queries: Record<string, Record<string, string>> = {
  suggestMapping: { target: 'people' },
  listPropertyValues: { event: 'Order Completed', property: 'category' },
  readEventSchema: { event: 'Product Viewed' },
  readLayerMoves: { from: '2026-01-01' },
}

function permissionOf(route: Route) {
  if (route.access.kind !== 'workspace') throw new Error('Not a route of a workspace')
  return route.access.permission
}

function nameOf(route: Route): string {
  return workspaceRoutes.find((entry) => entry.route === route)?.name ?? ''
}

async function apiKeyOf(ctx: Context, permissions: readonly string[]): Promise<Credentials> {
  const secret = newSecret('hy_')
  await sql`insert into api_keys (workspace_id, name, prefix, secret_hash, permissions)
    values (${ctx.workspaceId}, '走查', ${secret.slice(0, 8)}, ${hashSecret(secret)}, ${[...permissions]}::text[])`.execute(ctx.platform.db)
  return { headers: { authorization: `Bearer ${secret}` } }
}
