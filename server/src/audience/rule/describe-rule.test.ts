import { describe, expect, it } from 'vitest'
import { Rule } from '../../../../contracts/rule.ts'
import { describeRule, type RuleWords } from './describe-rule.ts'
import { propertyWordsKey } from './describe-words.ts'

const segmentId = '0190a000-0000-7000-8000-000000000002'
const modelId = '0190a000-0000-7000-8000-000000000001'
const tagId = '0190a000-0000-7000-8000-000000000003'
const campaignId = '0190a000-0000-7000-8000-000000000004'
const words: RuleWords = {
  timezone: 'Asia/Shanghai',
  attributes: new Map([
    ['city', { label: { zh: '城市', en: 'City' }, unit: '' }],
    ['birthday', { label: { zh: '生日', en: 'Birthday' }, unit: '' }],
    ['income', { label: { zh: '月收入', en: 'Income' }, unit: '元' }],
  ]),
  events: new Map([['Product Viewed', { label: { zh: '浏览商品', en: 'viewed a product' }, unit: '' }]]),
  properties: new Map([[propertyWordsKey('Product Viewed', 'category'), { label: { zh: '品类', en: 'category' }, unit: '' }]]),
  tags: new Map([[tagId, '偏好品类']]),
  campaigns: new Map([[campaignId, '双 11']]),
  segments: new Map([[segmentId, '老客']]),
  models: new Map([[modelId, { name: 'RFM', layers: new Map([['importantValue', { zh: '重要价值', en: 'Champions' }]]) }]]),
}
const sentence = (rule: unknown) => describeRule(Rule.parse(rule), words)
const city = (operator: string, values: string[]) => ({ kind: 'attribute', attribute: 'city', test: { type: 'text', operator, values } })
const attribute = (key: string, test: object) => ({ kind: 'attribute', attribute: key, test })
const message = (behaviour: string, operator: string, values: number[], more: object = {}) => ({
  kind: 'message',
  behaviour,
  comparison: { operator, values },
  window: { kind: 'last', amount: 30, unit: 'day' },
  ...more,
})
const orders = (operator: string, values: number[], more: object = {}) => ({
  kind: 'event',
  event: 'Order Completed',
  measure: { kind: 'times' },
  comparison: { operator, values },
  window: { kind: 'last', amount: 30, unit: 'day' },
  ...more,
})

describe('sentences', () => {
  it.each([
    [{ kind: 'all', rules: [] }, '所有客户', 'everyone'],
    [orders('equals', [0], { event: '*' }), '最近 30 天内没有过任意行为', 'did not do anything in the last 30 days'],
    [
      { kind: 'all', rules: [orders('atLeast', [2]), city('oneOf', ['上海', '北京'])] },
      '最近 30 天内「Order Completed」至少 2 次，且城市是上海或北京',
      '“Order Completed” at least 2 times in the last 30 days, and City is 上海 or 北京',
    ],
    [orders('atLeast', [1]), '最近 30 天内有过「Order Completed」', 'did “Order Completed” in the last 30 days'],
    [orders('equals', [0], { window: { kind: 'ever' } }), '没有过「Order Completed」', 'did not “Order Completed”'],
    [orders('between', [2, 5]), '最近 30 天内「Order Completed」在 2 到 5 次', '“Order Completed” between 2 and 5 times in the last 30 days'],
    [
      orders('greaterThan', [300], { measure: { kind: 'sum', of: 'amount' } }),
      '最近 30 天内「Order Completed」的金额合计大于 300 元',
      'the total amount of “Order Completed” in the last 30 days is more than 300 yuan',
    ],
    [
      orders('atLeast', [1], { filters: [{ property: 'category', test: { type: 'text', operator: 'is', values: ['护肤'] } }] }),
      '最近 30 天内有过「Order Completed」（category 是护肤）',
      'did “Order Completed” (category is 护肤) in the last 30 days',
    ],
    [
      orders('atMost', [1], { window: { kind: 'between', from: '2026-10-31T16:00:00Z', to: '2026-11-11T02:30:00Z' } }),
      '2026-11-01 至 2026-11-11 10:30 前「Order Completed」至多 1 次',
      '“Order Completed” at most 1 time from 2026-11-01 until 2026-11-11 10:30',
    ],
    [
      orders('atLeast', [2], {
        event: 'Product Viewed',
        filters: [
          { property: 'category', test: { type: 'text', operator: 'is', values: ['护肤'] } },
          { property: 'amount', test: { type: 'number', operator: 'greaterThan', values: [300] } },
        ],
      }),
      '最近 30 天内「浏览商品」（品类是护肤，金额大于 300 元）至少 2 次',
      '“viewed a product” (category is 护肤, amount is more than 300 yuan) at least 2 times in the last 30 days',
    ],
    [
      orders('atLeast', [1], {
        window: { kind: 'calendar', unit: 'month', previous: 0 },
        filters: [
          {
            kind: 'any',
            filters: [
              { property: 'a', test: { type: 'number', operator: 'equals', values: [1] } },
              { kind: 'not', filter: { property: 'b', test: { type: 'boolean', operator: 'isTrue' } } },
            ],
          },
        ],
      }),
      '本月有过「Order Completed」（（a 等于 1或不满足（b 为「是」）））',
      'did “Order Completed” ((a is exactly 1 or not (b is yes))) this month',
    ],
    [
      orders('atLeast', [3], { measure: { kind: 'days' }, window: { kind: 'calendar', unit: 'quarter', previous: 2 } }),
      '本季度之前的 2 个整季度内有「Order Completed」的天数至少 3 天',
      '“Order Completed” on at least 3 days in the 2 whole quarters before this quarter',
    ],
    [
      orders('atLeast', [3], { event: 'Product Viewed', measure: { kind: 'distinct', of: 'category' }, window: { kind: 'before', amount: 7, unit: 'day' } }),
      '7 天以前「浏览商品」的不同品类至少 3 个',
      'the number of different values of category of “viewed a product” more than 7 days ago is at least 3',
    ],
    [
      orders('equals', [0], { window: { kind: 'sinceCampaign', campaignId } }),
      '最近一次被活动「双 11」触达之后没有过「Order Completed」',
      'did not “Order Completed” since the last contact by campaign “双 11”',
    ],
    [
      {
        kind: 'eventValue',
        event: 'Product Viewed',
        which: 'last',
        of: 'category',
        test: { type: 'text', operator: 'is', values: ['护肤'] },
        window: { kind: 'ever' },
      },
      '最后一次「浏览商品」的品类是护肤',
      'the category of the last “viewed a product” is 护肤',
    ],
    [
      {
        kind: 'eventValue',
        event: 'Order Completed',
        which: 'first',
        of: '$time',
        test: { type: 'date', operator: 'moreThanAgo', values: [90] },
        window: { kind: 'ever' },
      },
      '首次「Order Completed」的时间在 90 天以前',
      'the time of the first “Order Completed” is more than 90 days ago',
    ],
    [
      {
        kind: 'sequence',
        steps: [
          { event: 'Product Viewed' },
          { event: 'Product Added', within: { amount: 1, unit: 'day' } },
          { event: 'Order Completed', without: [{ event: 'Cart Emptied' }] },
        ],
        within: { amount: 7, unit: 'day' },
        window: { kind: 'last', amount: 30, unit: 'day' },
      },
      '最近 30 天内先「浏览商品」，然后 1 天内「Product Added」，然后「Order Completed」（其间没有「Cart Emptied」），全程不超过 7 天',
      '“viewed a product”, then within 1 day “Product Added”, then “Order Completed” (without “Cart Emptied” between), all within 7 days (in the last 30 days)',
    ],
    [
      message('delivered', 'atLeast', [2], { channel: 'sms', campaignId }),
      '最近 30 天内活动「双 11」的短信送达至少 2 次',
      'at least 2 text messages delivered of campaign “双 11” in the last 30 days',
    ],
    [message('replied', 'equals', [0]), '最近 30 天内没有过回复消息', 'no replies to messages in the last 30 days'],
    [
      message('ignored', 'atLeast', [3], { channel: 'sms', afterDays: 5, inARow: true, window: { kind: 'ever' } }),
      '短信发出 5 天内未回应的连续条数至少 3 条',
      'at least 3 text messages in a row not answered within 5 days',
    ],
    [message('optedOut', 'equals', [1]), '最近 30 天内退订消息等于 1 次', 'exactly 1 opt-out from messages in the last 30 days'],
    [message('sent', 'atLeast', [1]), '最近 30 天内有过收到消息', 'at least one message sent in the last 30 days'],
    [message('heldBack', 'atLeast', [2]), '最近 30 天内被留作对照组至少 2 次', 'held back as a control at least 2 times in the last 30 days'],
    [
      { kind: 'tag', tagId, values: ['护肤', '彩妆'], window: { kind: 'last', amount: 30, unit: 'day' } },
      '有标签「偏好品类」（护肤或彩妆），打标时间在最近 30 天内',
      'has the tag “偏好品类” (护肤 or 彩妆), set in the last 30 days',
    ],
    [{ kind: 'tag', tagId: modelId }, '有标签「（已删除）」', 'has the tag “(deleted)”'],
    [{ kind: 'consent', channel: 'sms', state: 'none' }, '从未表态是否接收营销短信', 'never said yes or no to marketing by text message'],
    [
      attribute('birthday', { type: 'anniversary', calendar: 'lunar', operator: 'withinNext', values: [7] }),
      '生日的周年按农历在未来 7 天内',
      'Birthday comes round by the lunar calendar within the next 7 days',
    ],
    [attribute('income', { type: 'number', operator: 'atLeast', values: [8000] }), '月收入至少 8000 元', 'Income is at least 8000 yuan'],
    [attribute('city', { type: 'text', operator: 'within', values: ['浙江省', '江苏省'] }), '城市位于浙江省或江苏省', 'City is in 浙江省 or 江苏省'],
    [attribute('hobbies', { type: 'list', operator: 'hasAll', values: ['瑜伽', '跑步'] }), 'hobbies 同时含有瑜伽、跑步', 'hobbies includes all of 瑜伽, 跑步'],
    [
      attribute('hobbies', { type: 'list', operator: 'count', comparison: { operator: 'atLeast', values: [3] } }),
      'hobbies 的项数至少 3 项',
      'hobbies has at least 3 items',
    ],
    [city('oneOf', ['1', '2', '3', '4', '5', '6']), '城市是1、2、3等 6 个之一', 'City is one of 6 (1, 2, 3, …)'],
    [city('isNotSet', []), '城市没有值', 'City is not set'],
    [
      { kind: 'attribute', attribute: 'created_at', test: { type: 'date', operator: 'withinLast', values: [7] } },
      '注册时间在最近 7 天内',
      'Registration is within the last 7 days',
    ],
    [{ kind: 'not', rule: { kind: 'segment', segmentId } }, '不满足（属于分群「老客」）', 'not (in segment “老客”)'],
    [{ kind: 'segment', segmentId: modelId }, '属于分群「（已删除）」', 'in segment “(deleted)”'],
    [{ kind: 'layer', modelId, layers: ['importantValue'] }, '「RFM」属于重要价值', '“RFM” layer is Champions'],
    [
      {
        kind: 'all',
        rules: [
          { kind: 'hasAddress', channel: 'sms' },
          { kind: 'any', rules: [city('is', ['上海']), city('contains', ['州'])] },
        ],
      },
      '有手机号，且（城市是上海，或城市包含「州」）',
      'has a phone, and (City is 上海, or City contains “州”)',
    ],
  ])('%j', (rule, zh, en) => {
    expect(sentence(rule)).toEqual({ zh, en })
  })
})
