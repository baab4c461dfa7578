import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { projectPath } from '../project-root.ts'
import { openEmbeddedWarehouse } from './embedded-warehouse.ts'
import { migrateWarehouse } from './migrate-warehouse.ts'
import { splitStatements } from './sql-text.ts'
import type { Warehouse } from './warehouse.ts'

let root: string
let folder: string
let warehouse: Warehouse
let round = 0

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'hongyan-migrations-'))
  warehouse = await openEmbeddedWarehouse({ path: join(root, 'chdb') })
})
afterAll(async () => {
  await warehouse.close()
  await rm(root, { recursive: true, force: true })
})
beforeEach(async () => {
  folder = join(root, `migrations-${(round += 1)}`)
  await mkdir(folder)
  for (const table of ['schema_migrations', 'apples', 'pears']) await warehouse.run({ sql: `drop table if exists ${table}` })
  await write('202601010000-apples.sql', 'create table if not exists apples (x UInt8) engine = MergeTree order by x;')
  await write(
    '202601020000-pears.sql',
    'create table if not exists pears (x UInt8) engine = MergeTree order by x; alter table apples add column if not exists y UInt8',
  )
})

const write = (name: string, text: string) => writeFile(join(folder, name), text)
const tables = async () =>
  (
    await warehouse.rows<{ name: string }>({
      sql: `select name from system.tables where database = currentDatabase() and name in ('apples', 'pears') order by name`,
    })
  ).map(({ name }) => name)

describe('migrateWarehouse', () => {
  it('applies what is missing, in order of names, and nothing the second time', async () => {
    expect(await migrateWarehouse(warehouse, { folder })).toEqual(['202601010000-apples.sql', '202601020000-pears.sql'])
    expect(await tables()).toEqual(['apples', 'pears'])
    expect(await migrateWarehouse(warehouse, { folder })).toEqual([])
    await write('202601030000-plums.sql', '-- nothing yet')
    expect(await migrateWarehouse(warehouse, { folder })).toEqual(['202601030000-plums.sql'])
  })

  it('goes on where it was broken off', async () => {
    await write('202601020000-pears.sql', 'create table if not exists pears (x UInt8) engine = MergeTree order by x; selec nonsense')
    await expect(migrateWarehouse(warehouse, { folder })).rejects.toThrow()
    await write('202601020000-pears.sql', 'create table if not exists pears (x UInt8) engine = MergeTree order by x; select 1')
    expect(await migrateWarehouse(warehouse, { folder })).toEqual(['202601020000-pears.sql'])
  })

  it('refuses a warehouse that is newer than the program', async () => {
    await migrateWarehouse(warehouse, { folder })
    await rm(join(folder, '202601020000-pears.sql'))
    await expect(migrateWarehouse(warehouse, { folder })).rejects.toThrow('newer than this program: it has 202601020000-pears.sql')
  })

  it('refuses a file that was changed after it had been applied', async () => {
    await migrateWarehouse(warehouse, { folder })
    await write('202601010000-apples.sql', 'create table if not exists apples (x UInt16) engine = MergeTree order by x')
    await expect(migrateWarehouse(warehouse, { folder })).rejects.toThrow('changed after they had been applied: 202601010000-apples.sql')
  })

  it('does everything under the lock it is given', async () => {
    const steps: string[] = []
    await migrateWarehouse(warehouse, {
      folder,
      withLock: async (work) => {
        steps.push(`before: ${(await tables()).length}`)
        const answer = await work()
        steps.push(`after: ${(await tables()).length}`)
        return answer
      },
    })
    expect(steps).toEqual(['before: 0', 'after: 2'])
  })
})

describe("the product's migrations", () => {
  const product = projectPath('server', 'migrations', 'warehouse')

  it('run from empty, and each statement again without harm', async () => {
    const names = (await readdir(product)).filter((name) => name.endsWith('.sql')).toSorted()
    expect(await migrateWarehouse(warehouse)).toEqual(names)
    for (const name of names) {
      for (const sql of splitStatements(await readFile(join(product, name), 'utf8'))) await warehouse.run({ sql })
    }
    expect(await migrateWarehouse(warehouse)).toEqual([])
  })

  it('give every table that rows go into a window of deduplication tokens', async () => {
    const without = await warehouse.rows({
      sql: `select name from system.tables where database = currentDatabase() and engine like '%MergeTree' and name not in ('apples', 'pears')
        and extract(create_table_query, 'non_replicated_deduplication_window = (\\d+)') in ('', '0')`,
    })
    expect(without).toEqual([])
  })
})
