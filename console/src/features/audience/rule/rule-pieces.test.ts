import { describe, expect, it } from 'vitest'
import { Rule, ValueTest } from '../../../../../contracts/rule.ts'
import { newAttribute, newEvent, newGroup, newTest, offeredOperators, shownOperator, testWith, textTest } from './new-nodes.ts'
import { problemsByNode } from './rule-problems.ts'
import { ruleTemplates, templateNames } from './rule-templates.ts'
import { readRuleText, writeRuleText } from './rule-text.ts'
import { unfinishedNodes } from './unfinished.ts'
import { addDays, instantOf, localOf } from './zone-days.ts'

const today = '2026-11-22'

describe('tests of values', () => {
  it.each(Object.keys(offeredOperators) as (keyof typeof offeredOperators)[])(
    'of type %s are whole with every operator, and change into each other',
    (type) => {
      for (const first of offeredOperators[type]) {
        for (const second of offeredOperators[type]) {
          const test = testWith(testWith(newTest(type, today), first, today), second, today)
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
  it('are whole rules of the events that were seen', () => {
    const templates = ruleTemplates([{ event: 'Order Completed' }, { event: 'Product Added' }])
    expect(templates.map((template) => template.name).toSorted()).toEqual([...templateNames].toSorted())
    for (const { rule } of templates) {
      expect(Rule.parse(rule)).toEqual(rule)
      expect(unfinishedNodes(rule).size).toBe(0)
    }
  })

  it('leave out what nothing was seen of', () => {
    expect(ruleTemplates([]).map((template) => template.name)).not.toContain('leftInCart')
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
