import { afterAll, beforeAll, expect, it } from 'vitest'
import { Rule } from '../../../contracts/rule.ts'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import type { Context } from '../access/index.ts'
import { mirrorConsents } from '../people/mirror/mirror-consents.ts'
import { setConsent } from '../people/profile/set-consent.ts'
import { makePerson } from '../people/merging/testing/merge-kit.ts'
import { applyTags, createTag } from '../tags/index.ts'
import { mirrorTags } from '../tags/mirror-tags.ts'
import { countRule } from './audience-statement.ts'
import { explainRule } from './explain-rule.ts'

let kit: TestKit
let ctx: Context
let personId: number
let tagId: string
beforeAll(async () => {
  kit = await startTestKit({ now: '2026-11-22T04:00:00Z' })
  ctx = await kit.workspace()
  personId = await makePerson(ctx, { identities: ['user_id:1'], attributes: {}, createdAtMs: Date.parse('2026-01-01T00:00:00Z') })
  await makePerson(ctx, { identities: ['user_id:2'], attributes: {}, createdAtMs: Date.parse('2026-01-01T00:00:00Z') })
  const tag = await createTag(ctx, { ...newTag, name: '偏好品类', kind: 'value' })
  tagId = tag.id
  const events = [
    ['Product Viewed', '2026-11-20T01:00:00Z', { category: '护肤' }],
    ['Product Added', '2026-11-20T02:00:00Z', {}],
    ['Message Accepted', '2026-11-01T02:00:00Z', { campaignId: '0190a000-0000-7000-8000-000000000001' }],
  ] as const
  const rows = events.map(([event, time, properties]) => ({
    workspace_id: ctx.workspaceId,
    event,
    person_id: personId,
    time: Date.parse(time),
    event_id: crypto.randomUUID(),
    source_id: crypto.randomUUID(),
    amount_fen: null,
    properties,
    received_at: Date.parse(time),
  }))
  await kit.platform.warehouse.insertRows('event_intake', rows, { token: 'explained' })
  const client = await kit.platform.pool.connect()
  try {
    await applyTags(client, {
      workspaceId: ctx.workspaceId,
      entries: [{ tagId, personId, value: '护肤' }],
      source: 'hand',
      originId: null,
      now: kit.platform.clock.now(),
    })
  } finally {
    client.release()
  }
  while (await mirrorTags(kit.platform));
  await setConsent(ctx, { personId, channel: 'sms', purpose: 'marketing', state: 'granted', proof: 'said so' })
  while (await mirrorConsents(kit.platform));
})
afterAll(() => kit.stop())

const newTag = { categoryId: null, description: '', values: [], many: true, colour: 'blue' as const, ownerId: null, expiresAfterDays: null }
const ever = { kind: 'ever' }
const once = { operator: 'atLeast', values: [1] }

it.each<[string, () => object, boolean, [zh: string, en: string]]>([
  ['a tag', () => ({ kind: 'tag', tagId, values: ['护肤'] }), true, ['护肤，打标于 2026-11-22 12:00', '护肤, set at 2026-11-22 12:00']],
  ['a consent', () => ({ kind: 'consent', channel: 'sms', state: 'granted' }), true, ['已同意', 'agreed']],
  [
    'how far a sequence came',
    () => ({ kind: 'sequence', steps: [{ event: 'Product Viewed' }, { event: 'Product Added' }, { event: 'Order Completed' }], window: ever }),
    false,
    ['到第 2 步（共 3 步），2026-11-20 10:00', 'reached step 2 of 3, 2026-11-20 10:00'],
  ],
  [
    'the last value',
    () => ({
      kind: 'eventValue',
      event: 'Product Viewed',
      which: 'last',
      of: 'category',
      test: { type: 'text', operator: 'is', values: ['护肤'] },
      window: ever,
    }),
    true,
    ['护肤', '护肤'],
  ],
  [
    'the first time',
    () => ({
      kind: 'eventValue',
      event: 'Product Viewed',
      which: 'first',
      of: '$time',
      test: { type: 'date', operator: 'withinLast', values: [7] },
      window: ever,
    }),
    true,
    ['2026-11-20 09:00', '2026-11-20 09:00'],
  ],
  ['ignored messages', () => ({ kind: 'message', behaviour: 'ignored', comparison: once, window: ever }), true, ['1 条', '1 message']],
  [
    'days since a campaign',
    () => ({ kind: 'event', event: 'Product Added', measure: { kind: 'days' }, comparison: once, window: { kind: 'sinceCampaign' } }),
    true,
    ['1 天', '1 day'],
  ],
])('tells %s, as the count has it', async (_, written, holds, [zh, en]) => {
  const rule = Rule.parse(written())
  const { nodes, ...explanation } = await explainRule(ctx, { rule, personId })
  expect({ ...explanation, found: nodes[0]!.found }).toEqual({ holds, found: { zh, en } })
  expect((await countRule(ctx, rule)).count).toBe(holds ? 1 : 0)
})

it('follows a withdrawal and refuses tags and campaigns of nowhere at their node', async () => {
  const granted = Rule.parse({ kind: 'consent', channel: 'sms', state: 'granted' })
  const none = Rule.parse({ kind: 'consent', channel: 'sms', state: 'none' })
  expect([(await countRule(ctx, granted)).count, (await countRule(ctx, none)).count]).toEqual([1, 1])
  await setConsent(ctx, { personId, channel: 'sms', purpose: 'marketing', state: 'withdrawn', proof: 'said so' })
  while (await mirrorConsents(kit.platform));
  expect([(await countRule(ctx, granted)).count, (await countRule(ctx, none)).count]).toEqual([0, 1])

  const nowhere = '0190a000-0000-7000-8000-00000000dead'
  const rule = Rule.parse({
    kind: 'all',
    rules: [
      { kind: 'tag', tagId: nowhere },
      { kind: 'message', behaviour: 'sent', campaignId: nowhere, comparison: once, window: { kind: 'sinceCampaign', campaignId: nowhere } },
    ],
  })
  const at = ['rule.rules.0.tagId', 'rule.rules.1.campaignId', 'rule.rules.1.window.campaignId'].map((path) => ({ at: path }))
  await expect(countRule(ctx, rule)).rejects.toMatchObject({ errorName: 'validation', problems: at })
})
