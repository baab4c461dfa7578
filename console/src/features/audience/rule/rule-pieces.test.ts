import { describe, expect, it } from 'vitest'
import { messageBehaviours, Rule, ValueTest } from '../../../../../contracts/rule.ts'
import {
  dateMeaning,
  newAddress,
  newAttribute,
  newConsent,
  newEvent,
  newEventValue,
  newGroup,
  newMessage,
  newSegment,
  newSequence,
  newTag,
  newTest,
  offeredOperators,
  shownOperator,
  testWith,
  textTest,
} from './new-nodes.ts'
import { searchChoices, type Choice } from './choice-search.ts'
import { problemsByNode } from './rule-problems.ts'
import { industries, ruleTemplates, templateNames } from './rule-templates.ts'
import { readRuleText, writeRuleText } from './rule-text.ts'
import { withoutStep } from './sequence-steps.ts'
import { unfinishedNodes } from './unfinished.ts'
import { addDays, instantOf, localOf } from './zone-days.ts'

const today = '2026-11-22'

describe('tests of values', () => {
  it.each(Object.keys(offeredOperators) as (keyof typeof offeredOperators)[])(
    'of type %s are whole with every operator, and change into each other',
    (type) => {
      const begun = type === 'anniversary' ? dateMeaning(newTest('date', today), 'lunar', today) : newTest(type, today)
      for (const first of offeredOperators[type]) {
        for (const second of offeredOperators[type]) {
          const test = testWith(testWith(begun, first, today), second, today)
          expect(ValueTest.safeParse(test).success).toBe(true)
          expect(shownOperator(test)).toBe(second)
        }
      }
    },
  )

  it('write several values of “is” as one of them', () => {
    expect(textTest('is', ['a', 'b'])).toEqual({ type: 'text', operator: 'oneOf', values: ['a', 'b'] })
    expect(textTest('isNot', ['a', 'b'])).toEqual({ type: 'text', operator: 'isNot', values: ['a'] })
  })

  it('keep what still fits', () => {
    const test = testWith({ type: 'number', operator: 'atLeast', values: [50] }, 'between', today)
    expect(test).toEqual({ type: 'number', operator: 'between', values: [50, 50] })
    expect(testWith(newTest('date', today), 'between', today)).toEqual({ type: 'date', operator: 'between', values: ['2026-10-23', today] })
  })
})

describe('new conditions', () => {
  it('lack what they are about, and are whole rules once that is there', () => {
    const lacks = (rule: Rule) => [...unfinishedNodes(rule).values()]
    expect([newTag(), newSegment(), newEventValue(), newSequence(), newAttribute()].map(lacks)).toEqual([
      ['tag'],
      ['segment'],
      ['event'],
      ['event'],
      ['attribute'],
    ])
    const id = '0190a000-0000-7000-8000-00000000000a'
    const messages = messageBehaviours.map((behaviour) => newMessage(behaviour))
    for (const rule of [newTag(id), newSegment(id), newEventValue('x'), newConsent(), newAddress(), ...messages]) {
      expect(Rule.parse(rule)).toEqual(rule)
      expect(lacks(rule)).toEqual([])
    }
  })

  it('of an order keep their first step free of a way to it', () => {
    const steps = ['a', 'b', 'c'].map((event) => ({ event, filters: [], without: [], within: { amount: 1, unit: 'day' as const } }))
    expect(withoutStep(steps, 0)).toEqual([{ event: 'b', filters: [], without: [] }, steps[2]])
    expect(withoutStep(steps, 1).map(({ event }) => event)).toEqual(['a', 'c'])
  })
})

describe('unfinished conditions', () => {
  it('are named by their node', () => {
    const rule: Rule = {
      kind: 'all',
      rules: [newAttribute(), { kind: 'not', rule: { kind: 'any', rules: [newEvent(), newEvent('Order Completed')] } }, newGroup()],
    }
    expect([...unfinishedNodes(rule)]).toEqual([
      ['rules.0', 'attribute'],
      ['rules.1.rule.rules.0', 'event'],
    ])
  })

  it('are those whose filters lack a property or a value', () => {
    const filtered = (property: string, values: string[]): Rule => ({
      ...newEvent('x'),
      filters: [{ property, test: { type: 'text', operator: 'is', values } }],
    })
    expect([...unfinishedNodes(filtered('', ['a'])).values()]).toEqual(['property'])
    expect([...unfinishedNodes(filtered('sku', [''])).values()]).toEqual(['value'])
    expect(unfinishedNodes(filtered('sku', ['a'])).size).toBe(0)
    const nested: Rule = { ...newEvent('x'), filters: [{ kind: 'not', filter: { kind: 'any', filters: [{ property: 'sku', test: textTest('is', []) }] } }] }
    expect([...unfinishedNodes(nested).values()]).toEqual(['value'])
  })
})

describe('problems', () => {
  it('go to the node they name, whoever found them', () => {
    const problem = (at: string) => ({ at, zh: '错', en: 'wrong' })
    const { nodes, rest } = problemsByNode([
      problem('rule.rules.0.test.values'),
      problem('body.rule.rules.1.rule.window'),
      problem('rule'),
      problem('rule.rule.test'),
      problem('body.name'),
    ])
    expect([...nodes.keys()]).toEqual(['rules.0', 'rules.1.rule', '', 'rule'])
    expect(rest).toEqual([problem('body.name')])
  })
})

describe('text of a rule', () => {
  it('comes back as it went, also out of a segment', () => {
    const rule: Rule = { kind: 'all', rules: [newEvent('Order Completed')] }
    expect(readRuleText(writeRuleText(rule))).toEqual(rule)
    expect(readRuleText(JSON.stringify({ name: 'x', rule }))).toEqual(rule)
  })

  it.each(['', '{', '42', 'null', '{"kind":"nonsense"}', '{"kind":"all"}'])('is no rule: %s', (text) => {
    expect(readRuleText(text)).toBeUndefined()
  })
})

describe('templates', () => {
  const everything = {
    events: [
      'Order Completed',
      'Product Added',
      'Product Viewed',
      'Order Refunded',
      '试听',
      '上课',
      '到店',
      '预约',
      '注册',
      '使用功能',
      '登录',
      '提交申请',
      '开户',
      '开通订阅',
    ],
    attributes: ['birthday', '到期日', '余额'],
  }

  it('are whole rules of the events and attributes that were seen, for every industry', () => {
    const templates = ruleTemplates(everything)
    expect(templates.map(({ name }) => name)).toEqual(templateNames)
    expect(new Set(templates.map(({ industry }) => industry))).toEqual(new Set(industries))
    for (const { name, rule, missing } of templates) {
      expect([name, missing]).toEqual([name, []])
      expect(Rule.parse(rule)).toEqual(rule)
      expect(unfinishedNodes(rule!).size).toBe(0)
    }
  })

  it('say what they lack, and take the first of the names that was seen', () => {
    const nothing = ruleTemplates({ events: [], attributes: [] })
    expect(nothing.every(({ rule, missing }) => rule === undefined && missing.length > 0)).toBe(true)
    const cart = ruleTemplates({ events: ['Order Completed', '加入购物车'], attributes: [] }).find(({ name }) => name === 'leftInCart')
    expect(cart?.rule).toMatchObject({ rules: [{ event: '加入购物车' }, { event: 'Order Completed' }] })
    const alone = ruleTemplates({ events: ['Order Completed'], attributes: [] }).find(({ name }) => name === 'leftInCart')
    expect(alone).toMatchObject({ rule: undefined, missing: [{ kind: 'event', names: expect.arrayContaining(['Product Added']) }] })
  })
})

describe('everything that can be added', () => {
  const choice = (group: Choice['group'], label: string, words = ''): Choice => ({
    key: `${group} ${label}`,
    group,
    label,
    words: `${label} ${words}`.toLowerCase(),
    make: newGroup,
  })
  const choices = [
    choice('event', 'Order Completed', '完成订单'),
    choice('tag', '订单大户'),
    ...Array.from({ length: 20 }, (_, index) => choice('event', `e${index}`)),
  ]

  it('is found by any of its words, what begins with them first', () => {
    expect(searchChoices(choices, ' 订单 ', ['event e3']).map(({ group, choices: found }) => [group, found.map(({ label }) => label)])).toEqual([
      ['tag', ['订单大户']],
      ['event', ['Order Completed']],
    ])
    expect(searchChoices(choices, 'order 完成', [])).toHaveLength(1)
    expect(searchChoices(choices, 'nothing like it', [])).toEqual([])
  })

  it('shows what was used lately first while nothing is typed, and some of each group', () => {
    const [first, second] = searchChoices(choices, '', ['tag 订单大户', 'event gone'])
    expect(first).toMatchObject({ group: 'recent', choices: [{ label: '订单大户' }] })
    expect(second).toMatchObject({ group: 'event' })
    expect(second!.choices).toHaveLength(8)
  })
})

describe('days in a zone', () => {
  it('begin where its clocks say', () => {
    expect(instantOf('2026-11-22T00:00', 'Asia/Shanghai')).toBe('2026-11-21T16:00:00.000Z')
    expect(instantOf('2026-11-22T08:30', 'UTC')).toBe('2026-11-22T08:30:00.000Z')
    expect(localOf('2026-11-21T16:00:00Z', 'Asia/Shanghai')).toBe('2026-11-22T00:00')
  })

  it('stay right on the days when clocks change', () => {
    expect(instantOf('2026-03-29T00:00', 'Europe/Berlin')).toBe('2026-03-28T23:00:00.000Z')
    expect(instantOf('2026-03-30T00:00', 'Europe/Berlin')).toBe('2026-03-29T22:00:00.000Z')
    expect(instantOf('2026-10-26T00:00', 'Europe/Berlin')).toBe('2026-10-25T23:00:00.000Z')
  })

  it('are counted on the calendar', () => {
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28')
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
  })
})
