import type { LocaleText } from '../../../../contracts/common.ts'
import type { PreferenceKey, PreferenceSettings } from '../../../../contracts/tag-rules.ts'

/** Properties that a preference may read, named like in its settings. */
export type PreferenceProperty = 'category' | 'price' | 'coupon' | 'discount'

export interface PreferenceDefinition {
  label: LocaleText
  description: LocaleText
  /** What must be there; `optional` is used when it is. */
  needs: readonly PreferenceProperty[]
  optional?: readonly PreferenceProperty[]
  /** Reads the properties of one event; the others read whatever people did, or messages. */
  ofOneEvent: boolean
  days: number
  eventsMin: number
  /** The values in their order, by language; none: they come from the data. */
  values: Readonly<Record<PreferenceSettings['locale'], readonly string[]>>
}

const none = { zh: [], en: [] }
const hours = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`)

/** Bounds between the values: what is below the first gets the first. See docs/guides/computed-tags for the definitions in words. */
export const preferenceBounds = { priceRatio: [0.8, 1.25], couponShare: [0.3, 0.7], discountShare: [0.1, 0.3] } as const

export const preferenceDefinitions: Readonly<Record<PreferenceKey, PreferenceDefinition>> = {
  favouriteCategory: {
    label: { zh: '偏好品类', en: 'Favourite category' },
    description: { zh: '近一年里次数最多的品类', en: 'The category met most often in the last year' },
    needs: ['category'],
    ofOneEvent: true,
    days: 365,
    eventsMin: 3,
    values: none,
  },
  priceSensitivity: {
    label: { zh: '价格敏感度', en: 'Price sensitivity' },
    description: { zh: '与同品类的一般价格相比，买得便宜还是贵', en: 'Whether people buy cheaper or dearer than what is usual in the category' },
    needs: ['price'],
    optional: ['category'],
    ofOneEvent: true,
    days: 365,
    eventsMin: 3,
    values: { zh: ['高', '中', '低'], en: ['high', 'medium', 'low'] },
  },
  activeHour: {
    label: { zh: '活跃时段', en: 'Active hour' },
    description: { zh: '近 90 天里行为最多的钟点', en: 'The hour of the day with most of what people did in the last 90 days' },
    needs: [],
    ofOneEvent: false,
    days: 90,
    eventsMin: 5,
    values: { zh: hours, en: hours },
  },
  activeWeekday: {
    label: { zh: '活跃星期', en: 'Active weekday' },
    description: { zh: '近 90 天里行为最多的星期几', en: 'The weekday with most of what people did in the last 90 days' },
    needs: [],
    ofOneEvent: false,
    days: 90,
    eventsMin: 5,
    values: {
      zh: ['周一', '周二', '周三', '周四', '周五', '周六', '周日'],
      en: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
    },
  },
  bestChannel: {
    label: { zh: '最佳渠道', en: 'Best channel' },
    description: { zh: '近一年里回应率最高的触达渠道', en: 'The channel whose messages were answered most in the last year' },
    needs: [],
    ofOneEvent: false,
    days: 365,
    eventsMin: 3,
    values: none,
  },
  couponAffinity: {
    label: { zh: '用券偏好', en: 'Coupon affinity' },
    description: { zh: '近一年的订单里用券的比例', en: 'The share of orders with a coupon in the last year' },
    needs: ['coupon'],
    ofOneEvent: true,
    days: 365,
    eventsMin: 2,
    values: { zh: ['从不用券', '偶尔用券', '经常用券', '几乎总用券'], en: ['never', 'sometimes', 'often', 'nearly always'] },
  },
  discountShare: {
    label: { zh: '折扣占比', en: 'Discount share' },
    description: { zh: '近一年里优惠金额占原价的比例', en: 'The share of the full price that was taken off in the last year' },
    needs: ['discount'],
    optional: ['price'],
    ofOneEvent: true,
    days: 365,
    eventsMin: 2,
    values: { zh: ['无折扣', '10% 以内', '10%–30%', '30% 以上'], en: ['none', 'below 10%', '10%–30%', 'above 30%'] },
  },
}

/** Names of channels as values of a tag. */
export const channelNames: Readonly<Record<PreferenceSettings['locale'], Readonly<Record<string, string>>>> = {
  zh: { sms: '短信', email: '邮件' },
  en: { sms: 'SMS', email: 'e-mail' },
}
