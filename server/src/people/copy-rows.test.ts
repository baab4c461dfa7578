import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import { inTransaction } from '../platform/postgres/in-transaction.ts'
import { copyRows } from './copy-rows.ts'

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit()
})
afterAll(async () => kit?.stop())

interface Row {
  flag: boolean
  small: number
  large: number
  at: number
  id: string
  bytes: Buffer
  words: string
  said: unknown
}

/** What PostgreSQL has of rows that were copied into a table of its own. */
async function copied(rows: readonly Row[]): Promise<Row[]> {
  return inTransaction(kit.platform.pool, async (client) => {
    await client.query(
      `create temporary table copied (at_row integer, flag boolean, small integer, large bigint, at timestamptz, id uuid, bytes bytea, words text, said jsonb, nothing text) on commit drop`,
    )
    await copyRows(client, {
      into: 'copied',
      columns: 10,
      rows: rows.entries(),
      write(fields, [index, row]) {
        fields.integer(index)
        fields.boolean(row.flag)
        fields.integer(row.small)
        fields.bigint(row.large)
        fields.instant(row.at)
        fields.uuid(row.id)
        fields.bytes(row.bytes)
        fields.text(row.words)
        fields.json(JSON.stringify(row.said))
        fields.null()
      },
    })
    const { rows: stored } = await client.query<Row>(
      `select flag, small, large, (extract(epoch from at) * 1000)::float8 as at, id::text, bytes, words, said from copied where nothing is null order by at_row`,
    )
    return stored
  })
}

it('copies what was given, whatever the values', async () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((words) => !words.includes('\0'))
  const row = fc.record({
    flag: fc.boolean(),
    small: fc.integer(),
    large: fc.maxSafeInteger(),
    at: fc.integer({ min: Date.UTC(1, 0, 1), max: Date.UTC(200_000, 0, 1) }),
    id: fc.uuid(),
    bytes: fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
    words: text,
    said: fc
      .dictionary(fc.constantFrom('name', '城市', 'list'), fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text, { maxLength: 2 })))
      .map((said) => ({ ...said })),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (rows) => {
      expect(await copied(rows)).toEqual(rows)
    }),
    { numRuns: 60 },
  )
})

it('copies rows that fill many buffers, and one that is larger than a buffer', async () => {
  const rowOf = (index: number): Row => ({
    flag: index % 2 === 0,
    small: 7 - index,
    large: 2 ** 40 + index,
    at: 1_700_000_000_000 + index,
    id: `0198c0de-0000-7000-8000-${String(index).padStart(12, '0')}`,
    bytes: Buffer.alloc(45, index),
    words: '客户'.repeat(index === 2_000 ? 200_000 : 40),
    said: { city: '杭州', points: index },
  })
  const rows = Array.from({ length: 4_000 }, (_, index) => rowOf(index))
  expect(await copied(rows)).toEqual(rows)
})

it('refuses what is no UUID and no instant instead of storing something else', async () => {
  const row: Row = { flag: true, small: 1, large: 1, at: 0, id: '0198c0de-0000-7000-8000-000000000001', bytes: Buffer.alloc(0), words: '', said: null }
  for (const id of ['0198c0de', '0198c0de-0000-7000-8000-00000000000g', `${row.id}0`, '客198c0de-0000-7000-8000-000000000001'])
    await expect(copied([{ ...row, id }])).rejects.toThrow('Not a UUID')
  await expect(copied([{ ...row, at: Number.NaN }])).rejects.toThrow(RangeError)
  expect(await copied([row])).toEqual([row])
})
