import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FastifyInstance } from 'fastify'
import { startTestKit, type TestKit } from './kit.ts'
import { ask, cookiesOf, fillWorkspace, paramsPointingAt, workspaceRoutes, type Belongings, type Credentials } from './walk.ts'

let kit: TestKit
let app: FastifyInstance
let belongings: Belongings
let credentials: Credentials
let workspaceId: number

beforeAll(async () => {
  kit = await startTestKit()
  app = await kit.http()
  const ctx = await kit.workspace()
  ;[workspaceId, credentials, belongings] = [ctx.workspaceId, await cookiesOf(ctx), await fillWorkspace(kit, ctx)]
})
afterAll(() => kit.stop())

const lists = workspaceRoutes.filter(({ route }) => route.query !== undefined && 'shape' in route.query && 'cursor' in (route.query.shape as object))

test('lists are paged', () => {
  expect(lists.length).toBeGreaterThan(5)
})

test.each(lists)('$name refuses a place in the list that is none', async ({ route }) => {
  for (const cursor of ['x', '1 or 1=1', '9'.repeat(40), '-1']) {
    const answer = await ask(app, route, credentials, { params: { workspaceId, ...paramsPointingAt(route, belongings) }, query: { cursor } })
    expect([answer.statusCode, answer.json().name, answer.json().problems?.[0]?.at]).toEqual([400, 'validation', 'query.cursor'])
  }
})
