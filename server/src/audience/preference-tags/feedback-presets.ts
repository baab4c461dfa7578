import { orderEvent } from '../../../../contracts/collect.ts'
import type { LocaleText } from '../../../../contracts/common.ts'
import type { EventWindow, Rule } from '../../../../contracts/rule.ts'
import type { FeedbackKey } from '../../../../contracts/tag-rules.ts'
import { findProperty, type EventProperties } from './propose-settings.ts'

/** What campaigns brought, as a tag: its words, and its rule where the data carries it. */
export interface FeedbackPreset {
  label: LocaleText
  description: LocaleText
  rule(events: readonly EventProperties[]): Rule | { missing: LocaleText }
}

const quarter: EventWindow = { kind: 'last', amount: 90, unit: 'day' }
const has = (events: readonly EventProperties[], name: string) => events.some(({ event }) => event === name)

const noMessages = { missing: { zh: '还没有发送过短信，请先开展一次活动', en: 'No messages were sent yet; run a campaign first' } }
const noClicks = {
  missing: {
    zh: '还没有点击数据（事件 Message Clicked），请在渠道或短链里回传点击',
    en: 'No clicks came in yet (event Message Clicked); have the channel or short links send them',
  },
}
const noOrders = { missing: { zh: '还没有订单，请先接入或导入订单', en: 'There are no orders yet; connect or import them' } }
const noCoupons = { missing: { zh: '订单没有带优惠券，请在订单事件里带上它（如 coupon）', en: 'Orders carry no coupon; send it with them (e.g. coupon)' } }

const did = (event: string): Rule => ({
  kind: 'event',
  event,
  filters: [],
  measure: { kind: 'times' },
  comparison: { operator: 'atLeast', values: [1] },
  window: quarter,
})

/** A message, and an order within so many days of it. */
function boughtAfter(days: number, coupon?: string): Rule {
  const filters = coupon === undefined ? [] : [{ property: coupon, test: { type: 'text' as const, operator: 'isSet' as const, values: [] } }]
  return {
    kind: 'sequence',
    steps: [
      { event: 'Message Accepted', filters: [], without: [] },
      { event: orderEvent, filters, within: { amount: days, unit: 'day' }, without: [] },
    ],
    window: quarter,
  }
}

export const feedbackPresets: Readonly<Record<FeedbackKey, FeedbackPreset>> = {
  clicked: {
    label: { zh: '点击过营销消息', en: 'Clicked a message' },
    description: { zh: '近 90 天点击过消息里的链接', en: 'Clicked a link of a message in the last 90 days' },
    rule: (events) => (has(events, 'Message Clicked') ? did('Message Clicked') : noClicks),
  },
  replied: {
    label: { zh: '回复过营销消息', en: 'Replied to a message' },
    description: { zh: '近 90 天回复过消息（退订不算）', en: 'Replied to a message in the last 90 days, opting out apart' },
    rule: (events) =>
      has(events, 'Message Accepted')
        ? { kind: 'message', behaviour: 'replied', comparison: { operator: 'atLeast', values: [1] }, window: quarter }
        : noMessages,
  },
  ignoredThrice: {
    label: { zh: '连续三次未回应', en: 'Ignored three in a row' },
    description: { zh: '最近三条已满 7 天的消息都没有任何回应', en: 'No answer to the last three messages within seven days of each' },
    rule: (events) =>
      has(events, 'Message Accepted')
        ? {
            kind: 'message',
            behaviour: 'ignored',
            inARow: true,
            afterDays: 7,
            comparison: { operator: 'atLeast', values: [3] },
            window: { kind: 'last', amount: 365, unit: 'day' },
          }
        : noMessages,
  },
  boughtAfterMessage: {
    label: { zh: '收到消息后购买', en: 'Bought after a message' },
    description: { zh: '近 90 天收到消息后 3 天内下单', en: 'Ordered within three days of a message, in the last 90 days' },
    rule: (events) => (!has(events, 'Message Accepted') ? noMessages : has(events, orderEvent) ? boughtAfter(3) : noOrders),
  },
  boughtAfterCoupon: {
    label: { zh: '收到消息后用券购买', en: 'Bought with a coupon after a message' },
    description: { zh: '近 90 天收到消息后 7 天内用券下单', en: 'Ordered with a coupon within seven days of a message, in the last 90 days' },
    rule(events) {
      if (!has(events, 'Message Accepted')) return noMessages
      const orders = events.find(({ event }) => event === orderEvent)
      if (!orders) return noOrders
      const coupon = findProperty({ ...orders, properties: orders.properties.filter(({ type }) => type === 'text') }, 'coupon')
      return coupon === undefined ? noCoupons : boughtAfter(7, coupon)
    },
  },
}
