import { api } from '../../contracts/api.ts'
import { orderEvent } from '../../contracts/collect.ts'
import type { Rule } from '../../contracts/rule.ts'
import type { Session } from './session.ts'

/** Ordered so often in the last days. */
export const ordered = (operator: 'atLeast' | 'equals', times: number, days: number): Rule => ({
  kind: 'event',
  event: orderEvent,
  filters: [],
  measure: { kind: 'times' },
  comparison: { operator, values: [times] },
  window: { kind: 'last', amount: days, unit: 'day' },
})

const segments: readonly { name: string; description: string; rule: Rule }[] = [
  { name: '近 90 天复购客户', description: '90 天内下单至少 2 次', rule: ordered('atLeast', 2, 90) },
  {
    name: '沉睡老客',
    description: '一年内买过，但 120 天没有下单',
    rule: { kind: 'all', rules: [ordered('atLeast', 1, 365), ordered('equals', 0, 120)] },
  },
  {
    name: '看过护肤未下单',
    description: '30 天内浏览过护肤商品，但没有下单',
    rule: {
      kind: 'all',
      rules: [
        {
          kind: 'event',
          event: 'Product Viewed',
          filters: [{ property: '品类', test: { type: 'text', operator: 'is', values: ['护肤'] } }],
          measure: { kind: 'times' },
          comparison: { operator: 'atLeast', values: [1] },
          window: { kind: 'last', amount: 30, unit: 'day' },
        },
        ordered('equals', 0, 30),
      ],
    },
  },
  {
    name: '江浙沪高消费女性',
    description: '一年内消费满 500 元的江浙沪女性',
    rule: {
      kind: 'all',
      rules: [
        { kind: 'attribute', attribute: 'province', test: { type: 'text', operator: 'oneOf', values: ['上海', '江苏', '浙江'] } },
        { kind: 'attribute', attribute: 'gender', test: { type: 'text', operator: 'is', values: ['女'] } },
        {
          kind: 'event',
          event: orderEvent,
          filters: [],
          measure: { kind: 'sum', of: 'amount' },
          comparison: { operator: 'atLeast', values: [500] },
          window: { kind: 'last', amount: 365, unit: 'day' },
        },
      ],
    },
  },
]

interface Work {
  /** Where the sandbox network listens; without it no account is made. */
  sandboxUrl: string | undefined
  /** Whether the campaign is sent, too; else it stays a draft. */
  isLaunched: boolean
}

/** Segments, RFM layers, a template, an account of the sandbox and a campaign. */
export async function prepareWork({ client, workspaceId }: Session, { sandboxUrl, isLaunched }: Work): Promise<void> {
  const params = { workspaceId }
  // The sandbox disturbs nobody: without quiet hours there is something to see at any time of day.
  const { contactPolicy } = await client.call(api.workspaces.readWorkspace, { params })
  await client.call(api.workspaces.updateWorkspace, {
    params,
    body: { contactPolicy: { ...contactPolicy, quietHours: { ...contactPolicy.quietHours, enabled: false } } },
  })
  const saved = []
  for (const body of segments) saved.push(await client.call(api.audience.createSegment, { params, body }))
  const { items: models } = await client.call(api.layers.listLayerModels, { params })
  for (const model of models) await client.call(api.layers.recomputeLayerModel, { params: { workspaceId, id: model.id } })
  const template = await client.call(api.content.createTemplate, {
    params,
    body: {
      name: '老客回归礼',
      category: 'marketing',
      signature: '鸿雁优选',
      body: '{{ name | default: "亲爱的会员" }}，好久不见！为您留了 30 元回归礼，全场满 199 元可用，本周日前有效。',
    },
  })
  if (!sandboxUrl) return
  const account = await client.call(api.channels.createAccount, {
    params,
    body: { provider: 'sandbox', name: '沙箱通道', config: { endpoint: sandboxUrl, apiKey: 'sandbox-demo' }, ratePerSecond: 200, partCostFen: 5.5 },
  })
  const draft = await client.call(api.campaigns.createCampaign, {
    params,
    body: {
      name: '沉睡老客唤醒',
      type: '召回',
      segmentId: saved[1]!.id,
      templateId: template.id,
      accountId: account.id,
      controlPercent: 10,
      goal: { event: orderEvent, windowDays: 7 },
    },
  })
  if (!isLaunched) return
  const estimate = await client.call(api.campaigns.estimateCampaign, { params: { workspaceId, id: draft.id } })
  await client.call(api.campaigns.launchCampaign, { params: { workspaceId, id: draft.id }, body: { confirmRecipients: estimate.recipients } })
}
