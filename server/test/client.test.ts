import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { accessRoutes, type Me } from '../../contracts/access.ts'
import { createClient, ProblemError, type Client } from '../../contracts/client.ts'
import { collectRoutes } from '../../contracts/collect.ts'
import { peopleRoutes } from '../../contracts/people.ts'
import { systemRoutes } from '../../contracts/system.ts'
import { workspaceRoutes } from '../../contracts/workspaces.ts'
import type { Context } from '../src/access/index.ts'
import { startTestKit, type TestKit } from './kit.ts'
import { cookiesOf } from './walk.ts'

let kit: TestKit
let ctx: Context
let client: Client
let baseUrl: string

beforeAll(async () => {
  kit = await startTestKit()
  const app = await kit.http()
  await app.listen({ port: 0, host: '127.0.0.1' })
  baseUrl = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  ctx = await kit.workspace()
  const { cookies } = await cookiesOf(ctx)
  const cookie = Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ')
  client = createClient({ baseUrl, headers: () => ({ cookie, 'accept-language': 'en' }) })
})
afterAll(() => kit.stop())

describe('the typed client over the wire', () => {
  test('takes params, query and body by the route and gives its answer', async () => {
    const me = await client.call(accessRoutes.readSession)
    expectTypeOf(me).toEqualTypeOf<Me>()
    expect(me.workspaces[0]?.workspaceId).toBe(ctx.workspaceId)

    const { workspaceId } = ctx
    const changed = await client.call(workspaceRoutes.updateWorkspace, { params: { workspaceId }, body: { name: '新店' } })
    expect(changed.name).toBe('新店')
    const audit = await client.call(accessRoutes.listAudit, { params: { workspaceId }, query: { action: 'workspace.update', limit: 1 } })
    expect(audit.items).toMatchObject([{ action: 'workspace.update', targetId: String(workspaceId) }])
  })

  test('gives text of routes that answer bytes', async () => {
    expect(await client.call(systemRoutes.readMetrics)).toContain('hongyan_http_request_seconds')
  })

  test('throws the problem as the server told it', async () => {
    const refused = client.call(workspaceRoutes.updateWorkspace, { params: { workspaceId: ctx.workspaceId }, body: { timezone: 'Mars' } })
    await expect(refused).rejects.toThrow(ProblemError)
    await expect(refused).rejects.toMatchObject({
      problem: { name: 'validation', status: 400, title: 'The request is not valid; see the listed problems', problems: [{ at: 'body.timezone' }] },
    })
  })

  test('throws unavailable when nobody answers, and passes an abort on', async () => {
    const nowhere = createClient({ baseUrl: 'http://127.0.0.1:9' })
    await expect(nowhere.call(systemRoutes.readHealth)).rejects.toMatchObject({ problem: { name: 'unavailable' } })
    await expect(client.call(systemRoutes.readHealth, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i)
  })

  test('does not compile with what a route does not take', () => {
    const _never = () => [
      // @ts-expect-error -- params are missing
      client.call(peopleRoutes.readPerson),
      // @ts-expect-error -- a person's id is a number
      client.call(peopleRoutes.readPerson, { params: { workspaceId: 1, personId: 'x' } }),
      // @ts-expect-error -- no such field
      client.call(collectRoutes.createSource, { params: { workspaceId: 1 }, body: { nom: 'x' } }),
    ]
    expect(_never).toBeTypeOf('function')
  })
})
