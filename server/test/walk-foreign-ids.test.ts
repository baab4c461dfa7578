import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Context } from '../src/access/index.ts'
import { startTestKit, type TestKit } from './kit.ts'
import { ask, cookiesOf, fillWorkspace, routeNamed, type Ask, type Belongings, type Credentials } from './walk.ts'
import { bodies } from './walk-bodies.ts'

let kit: TestKit
let app: FastifyInstance
let mine: { ctx: Context; credentials: Credentials; belongings: Belongings }
let theirs: { ctx: Context; belongings: Belongings }

beforeAll(async () => {
  kit = await startTestKit()
  app = await kit.http()
  const [own, other] = [await kit.workspace(), await kit.workspace()]
  mine = { ctx: own, credentials: await cookiesOf(own), belongings: await fillWorkspace(kit, own) }
  theirs = { ctx: other, belongings: await fillWorkspace(kit, other) }
})
afterAll(() => kit.stop())

async function askMine(name: string, request: Ask) {
  return ask(app, routeNamed(name), mine.credentials, { ...request, params: { workspaceId: mine.ctx.workspaceId, ...request.params } })
}

function bodyOf(name: string): Record<string, unknown> {
  return bodies(mine.belongings)[name] as Record<string, unknown>
}

describe('an id of somebody else’s workspace inside a body is not taken', () => {
  const foreignRule = () => ({ kind: 'segment', segmentId: theirs.belongings.id['segments'] })
  const ownCampaign = () => ({ id: mine.belongings.id['campaigns'] ?? '' })
  const requests: [string, () => Ask][] = [
    ['createCampaign', () => ({ body: { ...bodyOf('createCampaign'), segmentId: theirs.belongings.id['segments'] } })],
    ['createCampaign', () => ({ body: { ...bodyOf('createCampaign'), templateId: theirs.belongings.id['templates'] } })],
    ['createCampaign', () => ({ body: { ...bodyOf('createCampaign'), accountId: theirs.belongings.id['accounts'] } })],
    ['updateCampaign', () => ({ params: ownCampaign(), body: { segmentId: theirs.belongings.id['segments'] } })],
    ['updateCampaign', () => ({ params: ownCampaign(), body: { templateId: theirs.belongings.id['templates'] } })],
    ['updateCampaign', () => ({ params: ownCampaign(), body: { accountId: theirs.belongings.id['accounts'] } })],
    ['createSegment', () => ({ body: { name: '别人的', rule: foreignRule() } })],
    ['countRule', () => ({ body: { rule: foreignRule() } })],
    ['createStaticSegment', () => ({ body: { name: '别人的', of: { kind: 'segment', segmentId: theirs.belongings.id['segments'] } } })],
    ['createStaticSegment', () => ({ body: { name: '别人的', of: { kind: 'people', personIds: [theirs.belongings.personId] } } })],
    ['createStaticSegment', () => ({ body: { name: '别人的', of: { kind: 'import', importId: theirs.belongings.id['imports'] } } })],
    ['listSetPeople', () => ({ body: { of: { kind: 'union', segmentIds: [theirs.belongings.id['segments']] } } })],
    ['overlapSegments', () => ({ body: { segmentIds: [mine.belongings.id['segments'], theirs.belongings.id['segments']] } })],
    ['previewSegmentChange', () => ({ params: { id: mine.belongings.id['segments'] ?? '' }, body: { rule: foreignRule() } })],
    ['searchPeople', () => ({ body: { rule: foreignRule() } })],
    ['explainRule', () => ({ body: { rule: { kind: 'hasAddress', channel: 'sms' }, personId: theirs.belongings.personId } })],
    ['previewTemplate', () => ({ body: { ...bodyOf('previewTemplate'), body: '{{ name }}', personId: theirs.belongings.personId } })],
    ['testSend', () => ({ params: ownCampaign(), body: { phones: ['13900001111'], personId: theirs.belongings.personId } })],
    ['settleUnknown', () => ({ body: { campaignId: theirs.belongings.id['campaigns'], decision: 'fail' } })],
  ]
  test.each(requests)('by %s', async (name, request) => {
    const answer = await askMine(name, request())
    expect([answer.statusCode, answer.body]).toEqual([
      expect.toSatisfy((status: number) => status === 400 || status === 404 || status === 409),
      expect.any(String),
    ])
    expect(answer.body).not.toContain('王小明')
  })
})

describe('a list filtered by an id of somebody else’s workspace shows nothing', () => {
  const filters: [string, () => Record<string, string>][] = [
    ['listPeople', () => ({ segmentId: theirs.belongings.id['segments'] ?? '' })],
    ['listPeople', () => ({ modelId: theirs.belongings.id['layer-models'] ?? '', layer: 'importantValue' })],
    ['listPeople', () => ({ campaignId: theirs.belongings.id['campaigns'] ?? '', outcome: 'planned' })],
    ['listPeople', () => ({ importId: theirs.belongings.id['imports'] ?? '' })],
    ['listMessages', () => ({ campaignId: theirs.belongings.id['campaigns'] ?? '' })],
    ['listMessages', () => ({ personId: String(theirs.belongings.personId) })],
    ['listReplies', () => ({ campaignId: theirs.belongings.id['campaigns'] ?? '' })],
    ['listReplies', () => ({ personId: String(theirs.belongings.personId) })],
  ]
  test.each(filters)('%s', async (name, query) => {
    const answer = await askMine(name, { query: query() })
    if (answer.statusCode === 404 || answer.statusCode === 400) return
    expect({ status: answer.statusCode, ...answer.json() }).toMatchObject({ status: 200, items: [] })
  })
})
