import { expect, it } from 'vitest'
import { FieldKey } from '../../../../../contracts/rule.ts'
import { keyOfHeader, mappingProblems } from './mapping-problems.ts'

it('accepts people with one identity', () => {
  expect(mappingProblems('people', ['phone', 'attribute:城市', ''], {})).toEqual([])
})

it('names what orders lack', () => {
  const problems = mappingProblems('orders', ['phone', 'order_id'], {})
  expect(problems.map((problem) => (problem.kind === 'missing' ? problem.field.field : problem.kind))).toEqual(['time', 'amount'])
})

it('asks for one identity of several', () => {
  expect(mappingProblems('people', ['attribute:城市'], {})).toMatchObject([{ kind: 'missingOneOf', group: 'identity' }])
})

it('takes an event name from the options instead of a column', () => {
  expect(mappingProblems('events', ['phone', 'time'], {})).toMatchObject([{ kind: 'missingOneOf', group: 'event' }])
  expect(mappingProblems('events', ['phone', 'time'], { eventName: '到店' })).toEqual([])
})

it('refuses one field for two columns, but any number of columns left out', () => {
  expect(mappingProblems('people', ['phone', 'phone', '', ''], {})).toEqual([{ kind: 'twice', field: 'phone', columns: [0, 1] }])
})

it('makes a valid key of any header', () => {
  for (const header of ['城市', ' 2025 年级', '', '***', 'a/b(c)', 'x'.repeat(90)])
    expect([header, FieldKey.safeParse(keyOfHeader(header, 3)).success]).toEqual([header, true])
})
