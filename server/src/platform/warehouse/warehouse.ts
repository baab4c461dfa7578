/** A value bound to a typed slot `{name:Type}` of a statement. */
export type WarehouseValue = string | number | boolean | null | readonly (string | number)[]

export interface Statement {
  /** SQL with typed slots, e.g. `where workspace_id = {workspaceId:UInt32}`. User bytes never stand in the text. */
  sql: string
  params?: Record<string, WarehouseValue>
  /** Throws `rule-too-costly` past these; never truncates. */
  limits?: { secondsMax?: number; memoryBytesMax?: number }
  /** Cancels the statement in the engine, not only the wait for it. */
  signal?: AbortSignal
}

/** Rows of a batch: one JSON object per row, keys are column names. Instants as `YYYY-MM-DD HH:MM:SS.mmm` (UTC) or epoch milliseconds. */
export type InsertRow = Record<string, unknown>

/**
 * The memory of the product: an append-only ClickHouse, embedded (chDB) or a server. Both adapters pass one conformance suite.
 * A broken warehouse throws `unavailable`; it never answers empty.
 */
export interface Warehouse {
  readonly kind: 'embedded' | 'server'
  /** All rows of a small answer. 64-bit integers come as numbers when safe; `Row` is what the statement selects. */
  rows<Row>(statement: Statement): Promise<Row[]>
  /** Exactly one row; throws when there is none. */
  row<Row>(statement: Statement): Promise<Row>
  /** Bytes of a large answer as they come, e.g. TSV into a COPY. */
  stream(statement: Statement, format: 'TabSeparated' | 'JSONEachRow'): AsyncIterable<Buffer>
  /** A statement without rows: DDL, `insert … select`, `alter`. With `token`, an insert that was done before is not done again. */
  run(statement: Statement, options?: { token?: string }): Promise<void>
  /** Writes rows under a deduplication token: the same token again writes nothing, in the table and in what its views feed. */
  insertRows(table: string, rows: Iterable<InsertRow> | AsyncIterable<InsertRow>, options: { token: string }): Promise<void>
  /** Same for a batch that is already JSON lines. */
  insertJsonLines(table: string, lines: Buffer | AsyncIterable<Buffer>, options: { token: string }): Promise<void>
  ping(): Promise<void>
  close(): Promise<void>
}
