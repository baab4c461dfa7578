import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FieldUse } from '../../contracts/catalogue.ts'
import type { Context } from '../src/access/index.ts'
import { startTestKit, type TestKit } from './kit.ts'
import { ask, cookiesOf, fillWorkspace, routeNamed, type Ask, type Credentials } from './walk.ts'

let kit: TestKit
let app: FastifyInstance
let ctx: Context
let credentials: Credentials

beforeAll(async () => {
  kit = await startTestKit()
  app = await kit.http()
  ctx = await kit.workspace()
  credentials = await cookiesOf(ctx)
})
afterAll(() => kit.stop())

const call = async (name: string, input: Ask = {}) =>
  ask(app, routeNamed(name), credentials, { ...input, params: { workspaceId: ctx.workspaceId, ...input.params } })
const usesOf = async (kind: FieldUse['kind'], key: string) =>
  ((await call('listFieldUses')).json().items as FieldUse[])
    .find((use) => use.kind === kind && use.key === key)
    ?.users.map((user) => `${user.kind} ${user.name}`)

test('what segments, templates, campaigns, layers and mappings use is listed, and cannot be retired unasked', async () => {
  const { id } = await fillWorkspace(kit, ctx)
  await call('updateAttribute', { params: { key: 'city' }, body: { description: '常住城市' } })
  const city = { kind: 'attribute', attribute: 'city', test: { type: 'text', operator: 'is', values: ['杭州'] } }
  const segment = (await call('createSegment', { body: { name: '杭州客户', rule: { kind: 'not', rule: city } } })).json()
  await call('createTemplate', { body: { name: '问候', category: 'notice', signature: '鸿雁', body: '{{ city | default: "本地" }}的朋友您好' } })
  await call('updateCampaign', { params: { id: id['campaigns']! }, body: { segmentId: segment.id } })

  expect((await usesOf('attribute', 'city'))?.toSorted()).toEqual(['segment 杭州客户', 'template 问候'])
  expect(await usesOf('segment', segment.id)).toEqual([expect.stringContaining('campaign ')])
  expect(await usesOf('attribute', 'gender')).toEqual([])

  const refused = await call('retireAttribute', { params: { key: 'city' }, body: {} })
  expect([refused.statusCode, refused.json().zh]).toEqual([409, expect.stringContaining('分群「杭州客户」')])
  expect((await call('retireAttribute', { params: { key: 'city' }, body: { confirmUsed: true } })).statusCode).toBe(200)
  const pickable = (await call('listAttributes')).json().items.map((attribute: { key: string }) => attribute.key)
  expect(pickable).not.toContain('city')
  // A retired attribute goes on to mean what it meant.
  expect((await call('countRule', { body: { rule: city } })).statusCode).toBe(200)
})
