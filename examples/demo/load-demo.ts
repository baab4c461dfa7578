import { openAsBlob } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { api } from '../../contracts/api.ts'
import { createClient } from '../../contracts/client.ts'
import { orderEvent } from '../../contracts/collect.ts'
import type { Import, ImportTarget } from '../../contracts/imports.ts'
import type { Rule } from '../../contracts/rule.ts'
import { writeShopFiles } from './shop-files.ts'
import { simulateShop } from './simulate.ts'

export interface DemoOptions {
  /** Where the running server listens, e.g. `http://127.0.0.1:3900`. */
  baseUrl: string
  email: string
  password: string
  workspaceId: number
  /** Where the sandbox network listens, e.g. `http://127.0.0.1:3901`; without it no account is made. */
  sandboxUrl?: string
  progress: (text: string) => void
  people?: number
  seed?: number
  now?: number
}

const people = 24_000
const seed = 20_260_101

/** Fills a workspace with the simulated shop through the same public API that everybody uses: imports, segments, a template, an account, a campaign. */
export async function loadDemo(options: DemoOptions): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hongyan-demo-'))
  try {
    const { progress } = options
    progress('模拟店铺数据 / simulating the shop')
    const shop = simulateShop({ seed: options.seed ?? seed, people: options.people ?? people, now: options.now ?? Date.now() })
    const files = await writeShopFiles(shop, folder)
    const session = await signIn(options)
    await importFile(session, files.customers, 'people', { consentProof: '会员注册页勾选「同意接收优惠短信」(演示数据)' })
    await importFile(session, files.orders, 'orders', {})
    await importFile(session, files.behaviour, 'events', {})
    await importFile(session, files.contacts, 'campaignContacts', { goalEvent: orderEvent, goalWindowDays: 7 })
    progress('建立分群、模板与活动 / segments, template and campaign')
    await prepareWork(session, options)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Session {
  client: ReturnType<typeof createClient>
  headers: Record<string, string>
  workspaceId: number
  baseUrl: string
  progress: (text: string) => void
}

async function signIn({ baseUrl, email, password, workspaceId, progress }: DemoOptions): Promise<Session> {
  const answer = await fetch(`${baseUrl}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: baseUrl },
    body: JSON.stringify({ email, password }),
  })
  if (!answer.ok) throw new Error(`demo: sign-in failed with ${answer.status}`)
  const cookie = answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
  const headers = { cookie, origin: baseUrl }
  return { client: createClient({ baseUrl, headers: () => headers }), headers, workspaceId, baseUrl, progress }
}

async function importFile(session: Session, file: string, target: ImportTarget, options: Import['options']): Promise<void> {
  const { client, workspaceId, progress } = session
  const form = new FormData()
  form.append('file', await openAsBlob(file), path.basename(file))
  const upload = await fetch(`${session.baseUrl}/api/workspaces/${workspaceId}/imports?target=${target}`, {
    method: 'POST',
    headers: session.headers,
    body: form,
  })
  if (!upload.ok) throw new Error(`demo: upload of ${path.basename(file)} failed with ${upload.status} ${await upload.text()}`)
  const { id } = (await upload.json()) as Import
  const params = { workspaceId, id }
  const { mapping } = await client.call(api.imports.suggestMapping, { params, query: { target } })
  await client.call(api.imports.startImport, { params, body: { target, mapping, options } })
  for (;;) {
    const state = await client.call(api.imports.readImport, { params })
    progress(`${path.basename(file)}: ${state.rowsRead.toLocaleString('en')} / ${state.estimatedRows.toLocaleString('en')}`)
    if (state.state === 'finished') return
    if (state.state === 'failed' || state.state === 'cancelled')
      throw new Error(`demo: import of ${path.basename(file)} ${state.state}: ${state.error?.en ?? ''}`)
    await sleep(400)
  }
}

const ordered = (operator: 'atLeast' | 'equals', times: number, days: number): Rule => ({
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
    description: '一年内买过,但 120 天没有下单',
    rule: { kind: 'all', rules: [ordered('atLeast', 1, 365), ordered('equals', 0, 120)] },
  },
  {
    name: '看过护肤未下单',
    description: '30 天内浏览过护肤商品,但没有下单',
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

async function prepareWork({ client, workspaceId }: Session, { sandboxUrl, people: count }: DemoOptions): Promise<void> {
  const params = { workspaceId }
  // The sandbox disturbs nobody: without quiet hours there is something to see at any time of day.
  const { contactPolicy } = await client.call(api.workspaces.readWorkspace, { params })
  await client.call(api.workspaces.updateWorkspace, {
    params,
    body: { contactPolicy: { ...contactPolicy, quietHours: { ...contactPolicy.quietHours, enabled: false } } },
  })
  const saved = []
  for (const body of segments) saved.push(await client.call(api.audience.createSegment, { params, body }))
  const { items: models } = await client.call(api.audience.listLayerModels, { params })
  for (const model of models) await client.call(api.audience.recomputeLayerModel, { params: { workspaceId, id: model.id } })
  const template = await client.call(api.content.createTemplate, {
    params,
    body: {
      name: '老客回归礼',
      category: 'marketing',
      signature: '鸿雁优选',
      body: '{{ name | default: "亲爱的会员" }},好久不见!为您留了 30 元回归礼,全场满 199 元可用,本周日前有效。',
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
  // A small shop (tests) keeps the draft; the demo shows a campaign under way.
  if (count !== undefined && count < people) return
  const estimate = await client.call(api.campaigns.estimateCampaign, { params: { workspaceId, id: draft.id } })
  await client.call(api.campaigns.launchCampaign, { params: { workspaceId, id: draft.id }, body: { confirmRecipients: estimate.recipients } })
}
