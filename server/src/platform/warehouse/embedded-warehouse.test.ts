import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openEmbeddedWarehouse } from './embedded-warehouse.ts'
import { describeWarehouse } from './testing/warehouse-conformance.ts'

describeWarehouse('the embedded warehouse', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hongyan-warehouse-'))
  const warehouse = await openEmbeddedWarehouse({ path: join(folder, 'chdb') })
  return {
    warehouse,
    async close() {
      await warehouse.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
})

describe('the embedded warehouse on its directory', () => {
  it('clears what a dead process left in the spool, keeps what is in the tables, and says no when it is closed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hongyan-warehouse-'))
    const path = join(folder, 'chdb')
    const first = await openEmbeddedWarehouse({ path })
    await first.run({ sql: 'create table kept (x UInt8) engine = MergeTree order by x settings non_replicated_deduplication_window = 10' })
    await first.insertRows('kept', [{ x: 1 }], { token: 'one' })
    await first.close()
    await expect(first.rows({ sql: 'select 1' })).rejects.toMatchObject({ errorName: 'unavailable' })
    await mkdir(join(folder, 'chdb-spool'), { recursive: true })
    await writeFile(join(folder, 'chdb-spool', 'stale.jsonl'), 'stale')

    const second = await openEmbeddedWarehouse({ path })
    expect(await readdir(join(folder, 'chdb-spool'))).toEqual([])
    await second.insertRows('kept', [{ x: 1 }], { token: 'one' })
    expect(await second.row({ sql: 'select count() as found from kept' })).toEqual({ found: 1 })
    await second.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('finishes what is running before it closes, and ends what does not finish', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hongyan-warehouse-'))
    const warehouse = await openEmbeddedWarehouse({ path: join(folder, 'chdb'), closeGraceMs: 5_000 })
    const short = warehouse.row({ sql: 'select sleep(0.1) as slept' })
    const endless = warehouse.rows({ sql: 'select sleepEachRow(1) from numbers(1000) settings max_block_size = 1' }).catch((error: unknown) => error)
    await warehouse.ping()
    await warehouse.close()
    expect(await short).toEqual({ slept: 0 })
    expect(await endless).toMatchObject({ errorName: 'unavailable' })
    await rm(folder, { recursive: true, force: true })
  })

  it('sees columns that were added after its first insert', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hongyan-warehouse-'))
    const warehouse = await openEmbeddedWarehouse({ path: join(folder, 'chdb') })
    await warehouse.run({ sql: 'create table grown (x UInt8) engine = MergeTree order by x settings non_replicated_deduplication_window = 10' })
    await warehouse.insertRows('grown', [{ x: 1 }], { token: 'one' })
    await warehouse.run({ sql: 'alter table grown add column y String' })
    await warehouse.insertRows('grown', [{ x: 2, y: 'new' }], { token: 'two' })
    expect(await warehouse.rows({ sql: 'select * from grown order by x' })).toEqual([
      { x: 1, y: '' },
      { x: 2, y: 'new' },
    ])
    await warehouse.close()
    await rm(folder, { recursive: true, force: true })
  })
})
