import { expect, it } from 'vitest'
import { Rule, type Rule as AnyRule } from '../../../../contracts/rule.ts'
import { checkRule } from './check-rule.ts'
import { typedValue } from '../../platform/warehouse/json-path.ts'

const attribute = (test: object): AnyRule => Rule.parse({ kind: 'attribute', attribute: 'city', test })
const at = (rule: AnyRule) => checkRule(rule).map((problem) => problem.at)

it('points at the node that is wrong', () => {
  const rule: AnyRule = {
    kind: 'all',
    rules: [attribute({ type: 'text', operator: 'is', values: [] }), { kind: 'not', rule: attribute({ type: 'number', operator: 'between', values: [5, 1] }) }],
  }
  expect(at(rule)).toEqual(['rule.rules.0.test.values', 'rule.rules.1.rule.test.values'])
})

it.each([
  { type: 'text', operator: 'is', values: ['a', 'b'] },
  { type: 'text', operator: 'oneOf', values: [] },
  { type: 'text', operator: 'is', values: [''] },
  { type: 'text', operator: 'is', values: ['\ud800'] },
  { type: 'text', operator: 'isSet', values: ['x'] },
  { type: 'number', operator: 'atLeast', values: [] },
  { type: 'date', operator: 'before', values: [3] },
  { type: 'date', operator: 'withinLast', values: ['2026-01-01'] },
  { type: 'date', operator: 'between', values: ['2026-02-01', '2026-01-01'] },
  { type: 'date', operator: 'withinNext', values: ['2026-01-01'] },
  { type: 'text', operator: 'within', values: [] },
  { type: 'text', operator: 'within', values: ['上海', ' / '] },
  { type: 'list', operator: 'hasAny', values: [] },
  { type: 'list', operator: 'isSet', values: ['x'] },
  { type: 'anniversary', calendar: 'lunar', operator: 'withinNext', values: [] },
  { type: 'anniversary', calendar: 'solar', operator: 'today', values: [3] },
])('refuses the values of %j', (test) => {
  expect(at(attribute(test))).toEqual(['rule.test.values'])
})

it('refuses reserved keys tested as something else, and windows that end before they begin', () => {
  const event = { kind: 'event', event: 'x', measure: { kind: 'times' }, comparison: { operator: 'atLeast', values: [1] }, window: { kind: 'ever' } }
  expect(at(Rule.parse({ kind: 'attribute', attribute: 'created_at', test: { type: 'text', operator: 'isSet' } }))).toEqual(['rule.test.type'])
  expect(at(Rule.parse({ ...event, filters: [{ property: 'amount', test: { type: 'text', operator: 'isSet' } }] }))).toEqual(['rule.filters.0.test.type'])
  expect(at(Rule.parse({ ...event, window: { kind: 'between', from: '2026-01-02T00:00:00Z', to: '2026-01-02T08:00:00+08:00' } }))).toEqual(['rule.window'])
  expect(at(Rule.parse({ ...event, comparison: { operator: 'between', values: [1] } }))).toEqual(['rule.comparison.values'])
  expect(at(Rule.parse({ ...event, measure: { kind: 'sum', of: 'amount' }, comparison: { operator: 'atLeast', values: [1e13] } }))).toEqual([
    'rule.comparison.values',
  ])
})

it('refuses trees that are too deep or too large', () => {
  let deep: AnyRule = { kind: 'all', rules: [] }
  for (let depth = 1; depth < 11; depth += 1) deep = { kind: 'not', rule: deep }
  expect(checkRule(deep)).toMatchObject([{ at: `rule${'.rule'.repeat(10)}` }])
  const wide: AnyRule = { kind: 'any', rules: Array.from({ length: 34 }, () => ({ kind: 'all', rules: [deep, deep] })) }
  expect(checkRule(wide).at(-1)).toMatchObject({ at: 'rule', en: 'More than 100 conditions' })
})

it.each(['a`b', 'a\\b', "a'b", 'a"b', 'a\nb', 'a\u0000b', '', 'a{b}', 'a;b', 'a:b', '1a', 'x'.repeat(65)])('lets no key like %j into a statement', (key) => {
  expect(Rule.safeParse({ kind: 'attribute', attribute: key, test: { type: 'text', operator: 'isSet' } }).success).toBe(false)
  expect(() => typedValue('attributes', key, 'String')).toThrow('grammar')
})

const first = { event: 'a', window: { kind: 'ever' } }
it.each<[object, string]>([
  [{ kind: 'eventValue', ...first, which: 'last', of: '$time', test: { type: 'number', operator: 'isSet' } }, 'rule.test.type'],
  [{ kind: 'eventValue', ...first, which: 'last', of: 'amount', test: { type: 'text', operator: 'isSet' } }, 'rule.test.type'],
  [{ kind: 'attribute', attribute: 'x', test: { type: 'list', operator: 'count' } }, 'rule.test.comparison'],
  [{ kind: 'attribute', attribute: 'x', test: { type: 'list', operator: 'isSet', comparison: { operator: 'atLeast', values: [1] } } }, 'rule.test.comparison'],
  [{ kind: 'sequence', ...first, steps: [{ event: 'a', within: { amount: 1, unit: 'day' } }, { event: 'b' }] }, 'rule.steps.0.within'],
  [{ kind: 'sequence', ...first, steps: [{ event: 'a', without: [{ event: 'b' }] }, { event: 'b' }] }, 'rule.steps.0.without'],
  [
    {
      kind: 'sequence',
      ...first,
      steps: [
        { event: 'a' },
        { event: 'b', without: [{ event: 'c', filters: [{ kind: 'not', filter: { property: 'p', test: { type: 'text', operator: 'is' } } }] }] },
      ],
    },
    'rule.steps.1.without.0.filters.0.filter.test.values',
  ],
  [{ kind: 'message', behaviour: 'sent', comparison: { operator: 'atLeast', values: [1] }, window: first.window, afterDays: 3 }, 'rule.afterDays'],
  [{ kind: 'message', behaviour: 'ignored', comparison: { operator: 'between', values: [1] }, window: first.window }, 'rule.comparison.values'],
  [
    { kind: 'tag', tagId: '0190a000-0000-7000-8000-000000000001', window: { kind: 'between', from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' } },
    'rule.window',
  ],
])('refuses %j at its node', (rule, path) => {
  expect(at(Rule.parse(rule))).toEqual([path])
})

it('refuses filters that are too deep', () => {
  let deep: object = { property: 'p', test: { type: 'text', operator: 'isSet' } }
  for (let depth = 0; depth < 4; depth += 1) deep = { kind: 'not', filter: deep }
  const rule = {
    kind: 'event',
    event: 'a',
    filters: [deep],
    measure: { kind: 'times' },
    comparison: { operator: 'atLeast', values: [1] },
    window: first.window,
  }
  expect(at(Rule.parse(rule))).toEqual([`rule.filters.0${'.filter'.repeat(4)}`])
})
