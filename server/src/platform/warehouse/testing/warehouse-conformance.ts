import { setTimeout as wait } from 'node:timers/promises'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../errors.ts'
import type { Warehouse } from '../warehouse.ts'
import { testDictionaries } from './dictionary-conformance.ts'
import { createFacts, fact } from './facts.ts'
import { endless, testStreams } from './stream-conformance.ts'

interface Subject {
  warehouse: Warehouse
  close(): Promise<void>
}

/** Texts that break out of careless quoting, end an insert's data, or are lost on the way. */
const hostileTexts = [
  "it's",
  "'",
  "\\'",
  'a\\b',
  'ends with \\',
  '\\N',
  '"',
  '`',
  'two\n\nlines; drop table facts',
  '\n\ncreate table pwned (x UInt8) engine = Memory;\n\n',
  "'); drop table facts; --",
  '{name:String}',
  '/* comment */ -- and # more',
  '$$ heredoc $$',
  'tab\tand\r\nreturn\b\f',
  'nul \0 inside',
  '\u0001\u0007\u000B\u001B\u007F\u2028',
  '中文字符 😀 ',
  '',
]

/** What the product relies on, whichever ClickHouse stands behind the port. */
export function describeWarehouse(name: string, open: () => Promise<Subject>): void {
  describe(name, () => {
    let subject: Subject
    let warehouse: Warehouse

    beforeAll(async () => {
      subject = await open()
      warehouse = subject.warehouse
      await createFacts(warehouse)
    })
    afterAll(() => subject.close())

    const given = () => warehouse
    const parts = {
      values: testValues,
      'rows in': testRows,
      tokens: testTokens,
      'limits and faults': testLimits,
      cancelling: testCancelling,
      'streams and parallel statements': testStreams,
      dictionaries: testDictionaries,
    }
    for (const [part, test] of Object.entries(parts)) {
      describe(part, () => {
        test(given)
      })
    }
  })
}

function testValues(given: () => Warehouse): void {
  it('binds hostile texts as they are, alone, in arrays and as nullable', async () => {
    for (const text of hostileTexts) {
      const sql = 'select {text:String} as text, {list:Array(String)} as list, {perhaps:Nullable(String)} as perhaps, length({text:String}) as size'
      const row = await given().row<Record<string, unknown>>({ sql, params: { text, list: [text, 'x', text], perhaps: text } })
      expect(row).toEqual({ text, list: [text, 'x', text], perhaps: text, size: Buffer.byteLength(text) })
    }
  })

  it('binds any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 5 }), async (texts) => {
        const whole = texts.map((text) => text.toWellFormed())
        const row = await given().row({ sql: 'select {list:Array(String)} as list, {text:String} as text', params: { list: whole, text: whole.join('\n') } })
        expect(row).toEqual({ list: whole, text: whole.join('\n') })
      }),
      { numRuns: 60 },
    )
  })

  it('binds numbers, dates, identifiers, nothing and empty lists', async () => {
    const sql = `select {ids:Array(UInt32)} as ids, {none:Array(UInt32)} as none, {uuid:UUID} as uuid, {at:DateTime64(3, 'UTC')} as at, {missing:Nullable(UInt8)} as missing,
      {share:Float64} as share, {yes:Bool} as yes, {low:LowCardinality(String)} as low, {minus:Int64} as minus, {largest:UInt64} as largest`
    const params = {
      ids: [1, 2, 4_294_967_295],
      none: [],
      uuid: '7aa96bd7-63b0-467c-8f82-a50488980651',
      at: '2026-01-02 03:04:05.678',
      missing: null,
      share: 1e-7,
      yes: true,
      low: 'x',
      minus: -9_007_199_254_740_991,
      largest: '18446744073709551615',
    }
    expect(await given().row({ sql, params })).toEqual(params)
  })

  it('binds a list of 300,000 numbers', async () => {
    const ids = Array.from({ length: 300_000 }, (_, index) => index)
    expect(await given().row({ sql: 'select length({ids:Array(UInt32)}) as size, arraySum({ids:Array(UInt32)}) as sum', params: { ids } })).toEqual({
      size: 300_000,
      sum: 44_999_850_000,
    })
  })

  it('answers whole numbers as numbers when they are safe and as exact texts when not', async () => {
    const sql = `select 9007199254740991 as safe, toUInt64('9007199254740993') as unsafe, [toInt64('-9223372036854775808')] as list, 1234567890123456.5 as fraction, '9007199254740993' as text`
    expect(await given().row({ sql })).toEqual({
      safe: 9_007_199_254_740_991,
      unsafe: '9007199254740993',
      list: ['-9223372036854775808'],
      fraction: 1_234_567_890_123_456.5,
      text: '9007199254740993',
    })
  })

  it('keeps slots and semicolons within quotes and comments apart from real ones', async () => {
    expect(await given().row({ sql: `select '{no:String}; -- ' as text /* ; {no:String} */ -- ; {no:String}\n, "a;b" from (select 1 as "a;b");` })).toEqual({
      text: '{no:String}; -- ',
      'a;b': 1,
    })
  })

  it('refuses a slot without a value, even when an earlier statement had one of that name', async () => {
    await given().row({ sql: 'select {leftover:UInt32} as x', params: { leftover: 7 } })
    for (let round = 0; round < 8; round += 1) await expect(given().row({ sql: 'select {leftover:UInt32} as x' })).rejects.toThrow('has no value')
  })

  it('refuses two statements in one', async () => {
    await expect(given().run({ sql: 'select 1; create table pwned (x UInt8) engine = Memory' })).rejects.toThrow('more than one statement')
    expect(await given().row({ sql: `select count() as found from system.tables where name = 'pwned'` })).toEqual({ found: 0 })
  })

  it('counts days in UTC', async () => {
    expect(await given().row({ sql: `select toString(toDate(toDateTime64('2026-01-01 23:30:00', 3, 'UTC'))) as day, timezone() as zone` })).toMatchObject({
      day: '2026-01-01',
    })
  })

  it('throws when a single row is asked for and none or two come', async () => {
    await expect(given().row({ sql: 'select 1 as x where 0' })).rejects.toThrow('0 rows')
    await expect(given().row({ sql: 'select number from numbers(2)' })).rejects.toThrow('2 rows')
  })
}

function testRows(given: () => Warehouse): void {
  it('keeps every type, JSON with Chinese keys included', async () => {
    const uuid = '7aa96bd7-63b0-467c-8f82-a50488980651'
    const properties = {
      商品: '乌龙茶',
      price: 12.5,
      count: 3,
      isGift: true,
      day: '2026-01-01',
      at: '2026-01-01 00:00:00',
      list: [1, 2],
      mixed: [1, 'x', { deep: true }],
      nested: { 城市: '上海' },
    }
    await given().insertRows('facts', [fact(1, { uuid, money: -5, tags: ['甲', '乙'], kind: 'types', properties, weight: 0.1 })], { token: 'types' })
    const row = await given().row({ sql: 'select * from facts where id = 1' })
    expect(row).toEqual({ id: 1, name: 'fact 1', at: '2026-11-22 01:02:03.456', uuid, money: -5, tags: ['甲', '乙'], kind: 'types', properties, weight: 0.1 })
  })

  it('fills left-out columns with their defaults', async () => {
    await given().insertRows('facts', [fact(2)], { token: 'defaults' })
    expect(await given().row({ sql: 'select money, tags, weight, properties from facts where id = 2' })).toEqual({
      money: null,
      tags: [],
      weight: 1.5,
      properties: {},
    })
  })

  it('takes instants as text, as ISO 8601 and as epoch milliseconds', async () => {
    const instant = new Date('2026-03-04T05:06:07.089Z')
    const rows = ['2026-03-04 05:06:07.089', instant.toISOString(), instant.getTime(), instant].map((at, index) => fact(10 + index, { at, kind: 'instants' }))
    await given().insertRows('facts', rows, { token: 'instants' })
    expect(await given().row({ sql: `select count() as found, groupUniqArray(toString(at)) as seen from facts where kind = 'instants'` })).toEqual({
      found: 4,
      seen: ['2026-03-04 05:06:07.089'],
    })
  })

  it('stores hostile texts as data', async () => {
    const rows = hostileTexts.map((text, index) => fact(100 + index, { name: text, kind: 'hostile', tags: [text], properties: { text, [`key ${text}`]: 1 } }))
    await given().insertRows('facts', rows, { token: 'hostile' })
    const seen = await given().rows<{ name: string; tags: string[]; properties: { text: string } }>({
      sql: `select name, tags, properties from facts where kind = 'hostile' order by id`,
    })
    expect(seen.map((row) => [row.name, row.tags[0], row.properties.text])).toEqual(hostileTexts.map((text) => [text, text, text]))
    expect(await given().row({ sql: `select count() as found from system.tables where name = 'pwned'` })).toEqual({ found: 0 })
  })

  it('takes numbers beyond 64 bits and beyond a double, and leaves long digits in texts alone', async () => {
    const line = `{"id":1,"kind":"numbers","properties":{"a":18446744073709552000,"b":[-1e400, 123456789012345678901234567890],"c":"a, 18446744073709552000","d":18446744073709551615}}\n`
    await given().insertJsonLines('facts', Buffer.from(line), { token: 'numbers' })
    expect(await given().row({ sql: `select properties from facts where kind = 'numbers'` })).toEqual({
      properties: { a: '18446744073709552000', b: [null, 1.2345678901234568e29], c: 'a, 18446744073709552000', d: '18446744073709551615' },
    })
  })

  it('takes any JSON object that JSON.stringify can write, for one refused object would hold its whole batch back', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string({ unit: 'binary', maxLength: 12 }), fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' })), {
          minLength: 1,
          maxLength: 20,
        }),
        async (objects) => {
          run += 1
          const rows = objects.map((properties, index) => fact(index, { kind: `any ${run}`, properties: { ...properties, half: '\uD800' } }))
          await given().insertRows('facts', rows, { token: `any ${run}` })
          expect(await given().row({ sql: 'select count() as found from facts where kind = {kind:String}', params: { kind: `any ${run}` } })).toEqual({
            found: objects.length,
          })
        },
      ),
      { numRuns: 40 },
    )
  })

  it('refuses unknown keys, values of another type and rows that are no JSON, and writes nothing of their batch', async () => {
    const before = await given().row({ sql: 'select count() as found from facts' })
    await expect(given().insertRows('facts', [fact(1), fact(2, { surprise: 1 })], { token: 'unknown' })).rejects.toThrow('surprise')
    await expect(given().insertRows('facts', [fact(1), { ...fact(2), id: 'two' }], { token: 'no number' })).rejects.toMatchObject({ name: 'WarehouseError' })
    await expect(given().insertJsonLines('facts', Buffer.from('{"id":1}\nnonsense\n'), { token: 'nonsense' })).rejects.toMatchObject({ name: 'WarehouseError' })
    expect(await given().row({ sql: 'select count() as found from facts' })).toEqual(before)
  })

  it('refuses a name that is no table name, and a table that is not there', async () => {
    await expect(given().insertRows('facts; drop table facts', [fact(1)], { token: 'x' })).rejects.toThrow('Not a name')
    await expect(given().insertRows('nowhere', [fact(1)], { token: 'x' })).rejects.toThrow('nowhere')
  })

  it('takes lines in chunks that end anywhere, blank lines and a missing last newline', async () => {
    const bytes = Buffer.from(
      [fact(1, { kind: 'chunks', name: '中文\n\n字符' }), fact(2, { kind: 'chunks' }), fact(3, { kind: 'chunks' })]
        .map((row) => JSON.stringify(row))
        .join('\n\n'),
    )
    async function* chunks() {
      for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7)
    }
    await given().insertJsonLines('facts', chunks(), { token: 'chunks' })
    expect(await given().rows({ sql: `select name from facts where kind = 'chunks' order by id` })).toEqual([
      { name: '中文\n\n字符' },
      { name: 'fact 2' },
      { name: 'fact 3' },
    ])
  })

  it('writes nothing when the source of rows fails on the way', async () => {
    async function* source() {
      yield fact(1, { kind: 'failing' })
      yield fact(2, { kind: 'failing' })
      throw new Error('the source broke')
    }
    await expect(given().insertRows('facts', source(), { token: 'failing' })).rejects.toThrow()
    await wait(100)
    expect(await given().row({ sql: `select count() as found from facts where kind = 'failing'` })).toEqual({ found: 0 })
  })
}

function testTokens(given: () => Warehouse): void {
  const counts = (kind: string) =>
    given().row<{ base: number; target: number }>({
      sql: 'select (select count() from facts where kind = {kind:String}) as base, (select sum(total) from facts_per_kind where kind = {kind:String}) as target',
      params: { kind },
    })

  it('writes nothing when the same token comes again, neither in the table nor in what its view feeds', async () => {
    const rows = Array.from({ length: 1000 }, (_, id) => fact(id, { kind: 'again', at: `2026-0${(id % 3) + 1}-01 00:00:00.000` }))
    for (let time = 0; time < 3; time += 1) await given().insertRows('facts', rows, { token: 'again' })
    expect(await counts('again')).toEqual({ base: 1000, target: 1000 })
    await given().insertRows('facts', rows, { token: 'another' })
    expect(await counts('again')).toEqual({ base: 2000, target: 2000 })
  })

  it('gives equal rows under different tokens their own place', async () => {
    for (const token of ['first', 'second']) await given().insertRows('facts', [fact(1, { kind: 'equal' })], { token })
    expect(await counts('equal')).toEqual({ base: 2, target: 2 })
  })

  it('hides deleted rows from every reader when it returns, and takes new ones in their place', async () => {
    const rows = (kind: string) => Array.from({ length: 500 }, (_, id) => fact(id, { kind, at: `2026-0${(id % 3) + 1}-01 00:00:00.000` }))
    await given().insertRows('facts', rows('gone'), { token: 'gone' })
    await given().insertRows('facts', rows('stays'), { token: 'stays' })
    await given().run({ sql: 'delete from facts where kind = {kind:String} and id < 400', params: { kind: 'gone' } })
    expect((await counts('gone')).base).toBe(100)
    expect((await counts('stays')).base).toBe(500)
    await given().insertRows('facts', rows('gone'), { token: 'gone anew' })
    expect((await counts('gone')).base).toBe(600)
  })

  it('does an insert of a statement once per token, and as often as asked without one', async () => {
    const sql = `insert into facts (id, kind, at) select number, 'selected', toDateTime64('2026-01-01 00:00:00', 3) from numbers(100)`
    for (let time = 0; time < 3; time += 1) await given().run({ sql }, { token: 'selected' })
    expect(await counts('selected')).toEqual({ base: 100, target: 100 })
    for (let time = 0; time < 2; time += 1) await given().run({ sql })
    expect(await counts('selected')).toEqual({ base: 300, target: 300 })
  })

  it('splits a batch beyond one block and still knows it again', async () => {
    function* rows() {
      for (let id = 0; id < 1_100_000; id += 1) yield { id, kind: 'large', at: '2026-01-01 00:00:00.000' }
    }
    for (let time = 0; time < 2; time += 1) await given().insertRows('facts', rows(), { token: 'large' })
    expect(await counts('large')).toEqual({ base: 1_100_000, target: 1_100_000 })
  })
}

function testLimits(given: () => Warehouse): void {
  it('throws past the time limit', async () => {
    await expect(given().rows({ sql: endless, limits: { secondsMax: 0.5 } })).rejects.toMatchObject({ errorName: 'rule-too-costly' })
  })

  it('throws past the memory limit instead of answering another count', async () => {
    // The shapes that rules take: group, set, anti-join, bitmap, sort. Each answers the true count or throws, never anything else.
    const many = '(select cityHash64(number) % 3000000 as id from numbers(6000000))'
    const few = '(select number * 3 as id from numbers(500000))'
    const shapes = [
      `select count() as found from (select id, count() from ${many} group by id having count() >= 2)`,
      `select count() as found from (select id from ${many} where id not in ${few} group by id)`,
      `select count() as found from ${few} as few left anti join ${many} as many on few.id = many.id`,
      `select count() as found from (select id from ${many} except select id from ${few})`,
      `select bitmapCardinality(bitmapAndnot((select groupBitmapState(toUInt32(id)) from ${many}), (select groupBitmapState(toUInt32(id)) from ${few}))) as found`,
      `select count() as found from (select id from ${many} order by id desc limit 1 by id)`,
      `select count() as found from (select distinct id from ${many})`,
    ]
    const outcomes: string[] = []
    for (const sql of shapes) {
      const truth = await given().row<{ found: number }>({ sql })
      for (const memoryBytesMax of [5_000_000, 20_000_000, 60_000_000, 150_000_000]) {
        const answer = given().row<{ found: number }>({ sql, limits: { memoryBytesMax } })
        outcomes.push(
          await answer.then(
            ({ found }) => (found === truth.found ? 'true' : `${found} instead of ${truth.found}: ${sql}`),
            (error: unknown) => (error instanceof AppError ? error.errorName : String(error)),
          ),
        )
      }
    }
    expect(new Set(outcomes)).toEqual(new Set(['rule-too-costly', 'true']))
  })

  it('throws in a stream past the limit, also after bytes have come', async () => {
    let bytes = 0
    const read = async () => {
      for await (const chunk of given().stream({ sql: 'select number from numbers(1000000000000)', limits: { secondsMax: 0.5 } }, 'TabSeparated'))
        bytes += chunk.length
    }
    await expect(read()).rejects.toMatchObject({ errorName: 'rule-too-costly' })
    expect(bytes).toBeGreaterThan(0)
  })

  it('throws in a stream when a row in the middle cannot be computed', async () => {
    const read = async () => {
      for await (const _ of given().stream({ sql: 'select throwIf(number = 700000) from numbers(1000000) settings max_block_size = 1000' }, 'TabSeparated'));
    }
    await expect(read()).rejects.toMatchObject({ name: 'WarehouseError', code: 395 })
  })

  it('does not carry limits or settings over to later statements', async () => {
    for (let round = 0; round < 8; round += 1) {
      await given().rows({ sql: 'select 1 settings max_block_size = 1234', limits: { secondsMax: 77, memoryBytesMax: 777_000_000 } })
      const sql = `select toUInt64(getSetting('max_memory_usage')) as memory, toString(getSetting('max_execution_time')) as seconds, toUInt64(getSetting('max_block_size')) as block`
      expect(await given().row({ sql })).toMatchObject({ memory: 0, seconds: '0', block: 65_409 })
    }
  })

  it('tells a mistake in a statement from a broken warehouse, and stays healthy after it', async () => {
    for (const [sql, code] of [
      ['selec 1', 62],
      ['select x from nowhere', 60],
      ['select throwIf(1)', 395],
      [`select toUInt8('x')`, 6],
    ] as const) {
      await expect(given().rows({ sql })).rejects.toMatchObject({ name: 'WarehouseError', code })
    }
    const answers = await Promise.all(Array.from({ length: 12 }, (_, x) => given().row<{ x: number }>({ sql: 'select {x:UInt32} as x', params: { x } })))
    expect(answers.map(({ x }) => x)).toEqual(Array.from({ length: 12 }, (_, x) => x))
  })
}

function testCancelling(given: () => Warehouse): void {
  const running = () =>
    given().row<{ found: number }>({
      sql: `select count() as found from system.processes where query like '%cityHash64(number, number)%' and query not like '%system.processes%'`,
    })

  async function untilRunning(expected: (found: number) => boolean): Promise<void> {
    await expect.poll(async () => expected((await running()).found), { interval: 20 }).toBe(true)
  }

  it('ends a statement in the engine when it is aborted', async () => {
    const controller = new AbortController()
    const statement = given().rows({ sql: endless, signal: controller.signal })
    const outcome = statement.catch((error: unknown) => error)
    await untilRunning((found) => found === 1)
    controller.abort(new Error('enough'))
    expect(await outcome).toEqual(new Error('enough'))
    await untilRunning((found) => found === 0)
  })

  it('ends many at once, also those that are only about to start or wait in line', async () => {
    const controller = new AbortController()
    const statements = Array.from({ length: 10 }, () => given().rows({ sql: endless, signal: controller.signal }))
    const outcomes = Promise.all(statements.map((statement) => expect(statement).rejects.toMatchObject({ name: 'AbortError' })))
    controller.abort()
    await outcomes
    await untilRunning((found) => found === 0)
    await given().ping()
  })

  it('does not begin what is already aborted', async () => {
    await expect(given().run({ sql: 'create table begun (x UInt8) engine = Memory', signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
    expect(await given().row({ sql: `select count() as found from system.tables where name = 'begun'` })).toEqual({ found: 0 })
  })

  it('ends a stream on abort and when its reader leaves', async () => {
    const controller = new AbortController()
    const sql = 'select cityHash64(number, number) from numbers(1000000000000)'
    const read = async () => {
      for await (const chunk of given().stream({ sql, signal: controller.signal }, 'TabSeparated')) if (chunk.length > 0) controller.abort()
    }
    await expect(read()).rejects.toMatchObject({ name: 'AbortError' })
    for await (const chunk of given().stream({ sql }, 'TabSeparated')) if (chunk.length > 0) break
    await untilRunning((found) => found === 0)
    await given().ping()
  })
}
