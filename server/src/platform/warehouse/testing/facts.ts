import type { InsertRow, Warehouse } from '../warehouse.ts'

/** Tables of the tests: a base of every type, in monthly partitions, and a view that counts it. */
export async function createFacts(warehouse: Warehouse): Promise<void> {
  const window = 'settings non_replicated_deduplication_window = 10000'
  await warehouse.run({
    sql: `create table if not exists facts (id UInt32, name String, at DateTime64(3, 'UTC'), uuid UUID, money Nullable(Int64), tags Array(String),
      kind LowCardinality(String), properties JSON(max_dynamic_paths = 32), weight Float64 default 1.5)
      engine = MergeTree partition by toYYYYMM(at) order by id ${window}`,
  })
  await warehouse.run({
    sql: `create table if not exists facts_per_kind (kind LowCardinality(String), total UInt64) engine = SummingMergeTree order by kind ${window}`,
  })
  await warehouse.run({
    sql: 'create materialized view if not exists facts_feed to facts_per_kind as select kind, count() as total from facts group by kind',
  })
}

export function fact(id: number, more: InsertRow = {}): InsertRow {
  return { id, name: `fact ${id}`, at: '2026-11-22 01:02:03.456', kind: 'plain', ...more }
}

export const batchSize = 1500

/** Batch `number`, always the same: rows in three partitions, so that a kill can leave it half done. */
export function* factsOfBatch(number: number): Generator<InsertRow> {
  for (let index = 0; index < batchSize; index += 1) {
    yield fact(number * batchSize + index, { kind: `batch ${number}`, at: `2026-0${(index % 3) + 1}-01 00:00:00.000`, properties: { 批次: number, index } })
  }
}

/** Batches that are not there exactly once, in the table or in what the view feeds; empty when all is well. */
export async function wrongBatches(warehouse: Warehouse, batches: number): Promise<unknown[]> {
  return warehouse.rows({
    sql: `select batch, base, distinct, target from
        (select number as batch, concat('batch ', toString(number)) as kind from numbers({batches:UInt32})) as batches
        left join (select kind, count() as base, uniqExact(id) as distinct from facts group by kind) as facts using kind
        left join (select kind, sum(total) as target from facts_per_kind group by kind) as totals using kind
      where base != {size:UInt32} or distinct != {size:UInt32} or target != {size:UInt32}`,
    params: { batches, size: batchSize },
  })
}
