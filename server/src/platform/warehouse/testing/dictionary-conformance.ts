import { expect, it } from 'vitest'
import type { Warehouse } from '../warehouse.ts'

/** The dictionary of former ids of people is made like these: from a view in its own database, whatever that is called, read by the engine itself. */
export function testDictionaries(given: () => Warehouse): void {
  const asked = (database: string) =>
    given().rows<{ person: number }>({
      sql: `select toUInt32(number + dictGet('${database}.nicknames', 'shift', number)) as person from numbers(4)`,
    })

  it.each([
    ['', ''],
    ['_of_a_user', `user 'default' password ''`],
  ])('follow their source when they are reloaded, in a database of any name%s', async (suffix, credentials) => {
    const database = `other${suffix}`
    const run = (sql: string) => given().run({ sql })
    await run(`create database if not exists ${database}`)
    await run(`create table ${database}.names (nickname UInt32, person UInt32, version UInt64) engine = ReplacingMergeTree(version) order by nickname
      settings non_replicated_deduplication_window = 1000`)
    await run(
      `create view ${database}.names_now as select toUInt64(nickname) as nickname, toUInt32(person - nickname) as shift from ${database}.names final where nickname != person`,
    )
    const source = `source(clickhouse(${credentials} table 'names_now'))`
    await run(
      `create dictionary ${database}.nicknames (nickname UInt64, shift UInt32) primary key nickname ${source} layout(flat(max_array_size 4294967296)) lifetime(0)`,
    )
    expect(await asked(database)).toEqual([0, 1, 2, 3].map((person) => ({ person })))
    await run(`insert into ${database}.names values (2, 1, 1)`)
    await run(`system reload dictionary ${database}.nicknames`)
    expect(await asked(database)).toEqual([0, 1, 1, 3].map((person) => ({ person })))
    await run(`insert into ${database}.names values (2, 2, 2), (3, 0, 1)`)
    await run(`system reload dictionary ${database}.nicknames`)
    const all = await Promise.all(Array.from({ length: 8 }, () => asked(database)))
    expect(all).toEqual(Array.from({ length: 8 }, () => [0, 1, 2, 0].map((person) => ({ person }))))
    await run(`drop database ${database}`)
  })
}
