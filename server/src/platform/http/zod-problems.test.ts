import { expect, test } from 'vitest'
import { z } from 'zod'
import { AppError } from '../errors.ts'
import { Rule } from '../../../../contracts/rule.ts'
import { parseInput } from './zod-problems.ts'

function problemsOf(schema: z.ZodType, value: unknown) {
  try {
    parseInput(schema, value, 'body')
  } catch (error) {
    if (error instanceof AppError) return error.problems
    throw error
  }
  return []
}

test.each([
  ['a missing field', z.object({ name: z.string() }), {}, { at: 'body.name', zh: '必填', en: 'Required' }],
  ['a missing body', z.object({}), undefined, { at: 'body', zh: '必填', en: 'Required' }],
  ['a wrong type', z.object({ days: z.int() }), { days: 'x' }, { at: 'body.days', zh: '应为数字', en: 'Must be a number' }],
  ['a fraction', z.object({ days: z.int() }), { days: 1.5 }, { at: 'body.days', zh: '应为整数', en: 'Must be a whole number' }],
  ['an empty text', z.object({ name: z.string().min(1) }), { name: '' }, { at: 'body.name', zh: '不能为空', en: 'Must not be empty' }],
  ['a long text', z.object({ name: z.string().max(3) }), { name: 'abcd' }, { at: 'body.name', zh: '最多 3 个字符', en: 'Must have at most 3 characters' }],
  ['a number too small', z.object({ n: z.number().min(2) }), { n: 1 }, { at: 'body.n', zh: '应不小于 2', en: 'Must be at least 2' }],
  ['a number too big', z.object({ n: z.number().lt(2) }), { n: 2 }, { at: 'body.n', zh: '应小于 2', en: 'Must be less than 2' }],
  ['an empty list', z.object({ l: z.array(z.string()).min(1) }), { l: [] }, { at: 'body.l', zh: '至少要有一项', en: 'Must have at least one item' }],
  ['a place in a list', z.object({ l: z.array(z.string()) }), { l: ['a', 1] }, { at: 'body.l.1', zh: '应为文字', en: 'Must be text' }],
  ['a word not in the list', z.enum(['a', 'b']), 'c', { at: 'body', zh: '应为以下之一：a, b', en: 'Must be one of: a, b' }],
  ['an e-mail address', z.email(), 'x', { at: 'body', zh: '邮箱格式不正确，例如 name@example.com', en: 'Not an e-mail address, such as name@example.com' }],
  ['an id', z.uuid(), 'x', { at: 'body', zh: '编号格式不正确', en: 'Not an id (UUID)' }],
  ['an unknown field', z.strictObject({}), { x: 1 }, { at: 'body', zh: '不认识的字段：x', en: 'Unknown fields: x' }],
  ['own words in both languages', z.string().min(9, '太短 / too short'), 'x', { at: 'body', zh: '太短', en: 'too short' }],
  ['own words in one', z.string().regex(/x/, 'HH:MM'), 'y', { at: 'body', zh: 'HH:MM', en: 'HH:MM' }],
  ['a plain union', z.union([z.string(), z.number()]), true, { at: 'body', zh: '应为文字或数字', en: 'Must be text or a number' }],
])('says what is wrong with %s', (_, schema, value, problem) => {
  expect(problemsOf(schema, value)).toEqual([problem])
})

test('names the place inside a rule tree, and the kinds that exist', () => {
  const event = {
    kind: 'event',
    event: '',
    filters: [],
    measure: { kind: 'times' },
    comparison: { operator: 'atLeast', values: [1] },
    window: { kind: 'ever' },
  }
  expect(problemsOf(Rule, { kind: 'all', rules: [event] })).toEqual([{ at: 'body.rules.0.event', zh: '不能为空', en: 'Must not be empty' }])
  const [problem] = problemsOf(Rule, { kind: 'all', rules: [{ kind: 'nonsense' }] })
  expect(problem?.at).toBe('body.rules.0.kind')
})

test('lists every mistake of a body, at most twenty', () => {
  expect(
    problemsOf(
      z.array(z.string()),
      Array.from({ length: 30 }, () => 1),
    ),
  ).toHaveLength(20)
})

test('never repeats what was sent', () => {
  expect(JSON.stringify(problemsOf(z.object({ phone: z.string().max(3) }), { phone: '13800001234' }))).not.toContain('13800001234')
})

test('refuses a tree that is nothing but nesting', () => {
  let rule: unknown = { kind: 'all', rules: [] }
  for (let depth = 0; depth < 50_000; depth += 1) rule = { kind: 'not', rule }
  expect(() => parseInput(Rule, rule, 'body')).toThrow(
    expect.objectContaining({ errorName: 'validation', problems: [expect.objectContaining({ at: 'body', en: 'Nested too deep' })] }),
  )
})

test('refuses the character that no text of PostgreSQL can hold, wherever it stands', () => {
  const zeroText = z.object({ name: z.string(), more: z.record(z.string(), z.array(z.string())) })
  expect(problemsOf(zeroText, { name: 'a\u0000', more: { list: ['b', '\u0000'], 'c\u0000': [] } }).map(({ at }) => at)).toEqual([
    'body.name',
    'body.more.list.1',
    'body.more',
  ])
  expect(problemsOf(zeroText, { name: '\\u0000', more: {} })).toEqual([])
})
