import { orderEvent } from '../../../../contracts/collect.ts'
import { everyone, type Rule } from '../../../../contracts/rule.ts'
import type { Context } from '../../access/index.ts'
import { createSegment } from '../../audience/index.ts'
import { createAccount } from '../../channels/index.ts'
import { appendToInbox, drainInbox, type IncomingItem } from '../../collect/index.ts'
import { createTemplate } from '../../content/index.ts'
import { stableUuid } from '../../platform/stable-uuid.ts'
import { createCampaign } from '../save-campaign.ts'

/** A person by number: a phone nobody has, and consent unless told otherwise. */
export function customer(number: number, given: Partial<IncomingItem> = {}): IncomingItem {
  return {
    type: 'identify',
    identities: [
      ['member_no', `M${number}`],
      ['phone', `+86164${String(10_000_000 + number)}`],
    ],
    timeMs: Date.UTC(2026, 0, 1),
    key: stableUuid('customer', number),
    traits: { name: `客户${number}`, city: number % 2 === 0 ? '上海' : '杭州' },
    consent: { channel: 'sms', purpose: 'marketing', state: 'granted', proof: '注册页' },
    ...given,
  }
}

export function order(number: number, at: Date, amountFen: number): IncomingItem {
  return {
    type: 'track',
    identities: [['member_no', `M${number}`]],
    timeMs: at.getTime(),
    key: stableUuid('order', number, at.getTime()),
    event: orderEvent,
    properties: { order_id: `D${number}-${at.getTime()}` },
    amountFen,
  }
}

/** Takes items through the inbox into both stores. */
export async function bringIn(ctx: Context, items: readonly IncomingItem[]): Promise<void> {
  await ctx.platform.db.transaction().execute((tx) => appendToInbox(tx, { platform: ctx.platform, workspaceId: ctx.workspaceId, kind: 'import', items }))
  await drainInbox(ctx.platform)
}

interface DraftOptions {
  rule?: Rule
  controlPercent?: number
  body?: string
  budgetFen?: number | null
  scheduledAt?: string | null
}

let made = 0

/** A draft with its segment, template and (never connected) sandbox account. */
export async function makeDraft(ctx: Context, options: DraftOptions = {}) {
  const suffix = ++made
  const segment = await createSegment(ctx, { name: `分群 ${suffix}`, description: '', rule: options.rule ?? everyone })
  const template = await createTemplate(ctx, {
    name: `模板 ${suffix}`,
    channel: 'sms',
    category: 'marketing',
    signature: '鸿雁优选',
    body: options.body ?? '{{ name | default: "会员" }}您好,会员日全场八折。',
    optOutText: '拒收请回复R',
  })
  const account = await createAccount(ctx, {
    provider: 'sandbox',
    name: `沙箱 ${suffix}`,
    config: { endpoint: 'http://127.0.0.1:9', apiKey: 'test-key-of-the-sandbox' },
    ratePerSecond: 100,
    partCostFen: 5.5,
  })
  return createCampaign(ctx, {
    name: `活动 ${suffix}`,
    type: '测试',
    segmentId: segment.id,
    templateId: template.id,
    accountId: account.id,
    controlPercent: options.controlPercent ?? 0,
    goal: { event: orderEvent, windowDays: 7, property: null },
    scheduledAt: options.scheduledAt ?? null,
    ignoreFrequencyCap: false,
    budgetFen: options.budgetFen ?? null,
  })
}
