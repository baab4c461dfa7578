import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Mapping } from '../../../../contracts/connector-mapping.ts'
import { readNamespaces } from '../../people/index.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import { bindStatement, checkStatement } from '../pulls/statement.ts'
import { nextRunAfter } from '../pulls/schedule.ts'
import { compareCursors, Edge, shiftBack } from '../pulls/cursor.ts'
import { compareVersions } from '../webhooks/take-items.ts'
import { applyMapping, type MappingContext } from './apply-mapping.ts'
import { MappingProblem } from './mapping-problem.ts'
import { parsePath, readPath, type Scope } from './path.ts'
import { parseForm, parseJson } from './read-body.ts'
import { transform } from './transforms.ts'

let kit: TestKit
let context: MappingContext
beforeAll(async () => {
  kit = await startTestKit({ now: '2026-02-01T00:00:00Z' })
  const { workspaceId } = await kit.workspace()
  const namespaces = await readNamespaces(kit.platform, workspaceId)
  context = { connectorId: 'c', workspaceId, timezone: 'Asia/Shanghai', namespaces, receivedAtMs: Date.parse('2026-02-01T00:00:00Z') }
})
afterAll(() => kit.stop())

const scopeOf = (element: unknown): Scope => ({ element, message: element, body: { b: 1 }, headers: { 'x-topic': 'paid' }, query: { q: 'z' }, path: 'a/b' })
const read = (path: string, element: unknown) => readPath(parsePath(path)!, scopeOf(element))

describe('a path', () => {
  const order = { id: 7, items: [{ sku: 'a', price: 1 }, { sku: 'b' }], 'odd.key': { '中文 名': true }, nothing: null }
  test.each([
    ['id', 7],
    ['$.id', 7],
    ['items[1].sku', 'b'],
    ['items.0.sku', 'a'],
    ['items[*].sku', ['a', 'b']],
    ['items.*.price', [1]],
    ['["odd.key"].中文 名', true],
    ['nothing', null],
    ['nothing.more', undefined],
    ['toString', undefined],
    ['__proto__', undefined],
    ['@body.b', 1],
    ['@headers.x-topic', 'paid'],
    ['@query.q', 'z'],
    ['@path', 'a/b'],
    ['@message.id', 7],
  ])('%s', (path, value) => {
    expect(read(path, order)).toEqual(value)
  })
  test.each(['', '.', 'a..b', 'a[', 'a[x]', 'a]b', '@nothing.x', 'a{b}', 'a[-1]'])('%s is none', (path) => {
    expect(parsePath(path)).toBeNull()
  })
  test('never throws, whatever it is and whatever it reads', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.jsonValue(), (path, value) => {
        const parsed = parsePath(path)
        if (parsed) readPath(parsed, scopeOf(value))
      }),
    )
  })
})

describe('a body', () => {
  test('keeps numbers that JavaScript would round', () => {
    expect(parseJson('{"a":9007199254740993,"b":12.50,"c":1e3,"d":0.1234567890123456789,"e":-5}')).toEqual({
      a: '9007199254740993',
      b: 12.5,
      c: 1000,
      d: '0.1234567890123456789',
      e: -5,
    })
  })
  test('reads like JSON.parse whatever is safe', () => {
    const safe = fc.jsonValue().filter((value) => !/(?<![\d.])\d{16,}|\\u0000/.test(JSON.stringify(value)))
    fc.assert(
      fc.property(safe, (value) => {
        expect(parseJson(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value).toWellFormed()))
      }),
      { numRuns: 200 },
    )
  })
  test('that is none says where', () => {
    expect(() => parseJson('{\n"a": }')).toThrow(MappingProblem)
    expect(() => parseJson('['.repeat(100_000))).toThrow(/deeper/)
  })
  test('of a form takes the last of a repeated field', () => {
    expect(parseForm('a=1&b=%E6%98%A5+x&a=2')).toEqual({ a: '2', b: '春 x' })
  })
})

describe('transforms', () => {
  const zone = { timezone: 'Asia/Shanghai' }
  test.each([
    [{ kind: 'fenToYuan' }, '386', 3.86],
    [{ kind: 'epochSeconds' }, 1767323045, '2026-01-02T03:04:05.000Z'],
    [{ kind: 'epochMilliseconds' }, '1767323045678', '2026-01-02T03:04:05.678Z'],
    [{ kind: 'date' }, '2026-01-02 11:04:05', '2026-01-02T03:04:05.000Z'],
    [{ kind: 'date', timezone: 'UTC' }, '2026年1月2日', '2026-01-02T00:00:00.000Z'],
    [{ kind: 'map', table: { '1': '男' }, otherwise: '未知' }, 2, '未知'],
    [{ kind: 'map', table: { '1': '男' } }, 1, '男'],
    [{ kind: 'map', table: {} }, 'constructor', undefined],
    [{ kind: 'number' }, '1,234.5', 1234.5],
    [{ kind: 'boolean' }, '是', true],
    [{ kind: 'sum' }, ['1.5', 2], 3.5],
    [{ kind: 'count' }, undefined, 0],
    [{ kind: 'join', separator: '/' }, ['a', 'b'], 'a/b'],
    [{ kind: 'first' }, ['a', 'b'], 'a'],
    [{ kind: 'trim' }, [' a ', 'b'], ['a', 'b']],
    [{ kind: 'md5' }, '鸿雁', '88302e97c9e0ee548805d512878d7aef'],
  ] as const)('%j', (step, value, result) => {
    expect(transform(value, step, zone)).toEqual(result)
  })
  test.each(['number', 'date', 'epochSeconds', 'fenToYuan', 'boolean'] as const)('%s refuses words without repeating them', (kind) => {
    expect(() => transform('秘密', { kind }, zone)).toThrow(MappingProblem)
    expect(() => transform('秘密', { kind }, zone)).not.toThrow(/秘密/)
  })
})

describe('a mapping', () => {
  const path = (text: string) => ({ kind: 'path' as const, text })
  test('splits messages and what is inside them, and keeps the rest when one is no good', () => {
    const mapping = Mapping.parse({
      each: 'orders',
      rules: [
        {
          name: '退款',
          each: 'refunds',
          identities: [{ namespace: 'user_id', value: path('@message.buyer') }],
          event: { name: { kind: 'constant', text: 'Order Refunded' }, orderId: path('@message.no'), amount: { value: path('fen'), unit: 'fen' } },
          key: 'refund:{{id}}',
        },
      ],
    })
    const body = {
      orders: [
        { no: 'A', buyer: 'u1', refunds: [{ id: 1, fen: 100 }, { id: 2, fen: 'x' }, { fen: 3 }] },
        { no: 'B', buyer: '', refunds: [{ id: 3, fen: 5 }] },
      ],
    }
    const outcome = applyMapping(mapping, { body, headers: {}, query: {}, path: '' }, context)
    expect(outcome.items.map(({ item, keyText }) => [item.amountFen, keyText, item.properties])).toEqual([[100, 'refund:1', { order_id: 'A', total: 1 }]])
    expect(outcome.problems.map(({ at }) => at)).toEqual(['mapping.rules.0.event.amount.value', 'mapping.rules.0.key', 'mapping.rules.0.identities'])
    expect(outcome.problemCount).toBe(3)
  })

  test('gives the same keys every time, and other keys to another connector unless the rule says otherwise', () => {
    const mapping = (keyScope: string) =>
      Mapping.parse({
        rules: [
          {
            name: 'r',
            keyScope,
            identities: [{ namespace: 'user_id', value: path('u') }],
            event: { name: { kind: 'constant', text: 'Order Completed' }, orderId: path('o') },
          },
        ],
      })
    const key = (keyScope: string, connectorId: string) =>
      applyMapping(mapping(keyScope), { body: { u: 'a', o: '1' }, headers: {}, query: {}, path: '' }, { ...context, connectorId }).items[0]?.item.key
    expect(key('connector', 'c')).toBe(key('connector', 'c'))
    expect(key('connector', 'c')).not.toBe(key('connector', 'd'))
    expect(key('workspace', 'c')).toBe(key('workspace', 'd'))
  })

  test('never throws for what stands in the data', () => {
    const mapping = Mapping.parse({
      decode: [{ path: 'a', kind: 'json' }],
      each: 'b',
      rules: [
        {
          name: 'r',
          identities: [{ namespace: 'phone', value: path('c') }],
          attributes: [{ key: 'd', value: path('d') }],
          event: { name: path('e'), time: path('f'), amount: { value: path('g'), unit: 'yuan' } },
        },
      ],
    })
    fc.assert(
      fc.property(
        fc.object({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g') }),
        (body) => void applyMapping(mapping, { body, headers: {}, query: {}, path: '' }, context),
      ),
    )
  })
})

describe('a statement', () => {
  test.each([
    ['select * from t where at >= :cursor order by at', true, null],
    ['with x as (select 1) select * from x where a > :cursor order by a;', true, null],
    ["select ':cursor; -- no' from t -- ; :cursor\nwhere a::text >= :cursor order by a", true, null],
    ['delete from t', false, /SELECT/],
    ['select 1; drop table t', false, /single/],
    ['select 1', true, /:cursor/],
    ['select * from t where a > :cursor', true, /ascending/],
    ['select * from t where a > :cursor order by a', false, /cursor column/],
  ] as const)('%s', (statement, hasCursor, problem) => {
    const found = checkStatement(statement, hasCursor)
    expect(found?.en ?? '').toMatch(problem ?? /^$/)
  })
  test('has its cursor bound, never written in', () => {
    const statement = "select ':cursor' as a, x::date from t where b >= :cursor and c >= :cursor order by b;"
    expect(bindStatement(statement, 'postgres')).toEqual({ text: "select ':cursor' as a, x::date from t where b >= $1 and c >= $1 order by b", parameters: 2 })
    expect(bindStatement(statement, 'mysql').text).toContain('b >= ? and c >= ?')
  })
})

describe('a cursor', () => {
  test('moves back by whole seconds and keeps fraction and zone', () => {
    expect(shiftBack('2026-01-01 00:00:30.123456+00:00', 60)).toBe('2025-12-31 23:59:30.123456+00:00')
    expect(shiftBack('2026-01-01', 1)).toBe('2025-12-31 23:59:59')
    expect(shiftBack('17', 60)).toBe('17')
  })
  test('compares numbers longer than 2^53 and fractions of any length', () => {
    expect(compareCursors('9007199254740993', '9007199254740992', 'number')).toBe(1)
    expect(compareCursors('-2', '1.5', 'number')).toBe(-1)
    expect(compareCursors('2026-01-01 00:00:00.1', '2026-01-01 00:00:00.09', 'time')).toBe(1)
    expect(compareVersions('9007199254740993', '9007199254740992')).toBe(1)
  })
  test('knows every row at its edge, however rows fall into runs', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 30 }), fc.integer({ min: 0, max: 30 }), (values, cut) => {
        const rows = values.toSorted((a, b) => a - b).map((value, id) => ({ id, at: String(value) }))
        const first = new Edge({ value: null, edge: [] }, { type: 'number', overlapSeconds: 0 })
        const taken = rows.slice(0, cut).filter((row) => first.take(row, row.at))
        const state = first.state()
        const second = new Edge(state, { type: 'number', overlapSeconds: 0 })
        const rest = rows.filter(({ at }) => state.value === null || Number(at) >= Number(state.value)).filter((row) => second.take(row, row.at))
        expect([...taken, ...rest].map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(rows.map(({ id }) => id))
      }),
    )
  })
})

test('a schedule goes by the clock of the workspace', () => {
  const at = (schedule: Parameters<typeof nextRunAfter>[0], after: string, zone = 'Asia/Shanghai') =>
    nextRunAfter(schedule, new Date(after), zone)?.toISOString()
  expect(at({ kind: 'manual' }, '2026-01-01T00:00:00Z')).toBeUndefined()
  expect(at({ kind: 'every', minutes: 15 }, '2026-01-01T00:00:00Z')).toBe('2026-01-01T00:15:00.000Z')
  expect(at({ kind: 'daily', at: '03:00' }, '2026-01-01T18:59:59Z')).toBe('2026-01-01T19:00:00.000Z')
  expect(at({ kind: 'daily', at: '03:00' }, '2026-01-01T19:00:00Z')).toBe('2026-01-02T19:00:00.000Z')
  expect(at({ kind: 'daily', at: '02:30' }, '2026-03-28T12:00:00Z', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z')
})
