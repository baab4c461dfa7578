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
