import type { ConnectorSecrets, SqlPullSettings } from '../../../../contracts/connector-settings.ts'
import type { Platform } from '../../platform/platform.ts'
import { Edge, shiftBack, type CursorState } from './cursor.ts'
import { addressOf } from './outgoing-address.ts'
import type { PullBatch } from './pull-batch.ts'
import { connectionTrouble, PullError, saidBy } from './pull-error.ts'
import { readMysql } from './read-mysql.ts'
import { readPostgres } from './read-postgres.ts'

export type Row = Record<string, unknown>

/** A statement to be read, its host looked up and checked. */
export interface SqlSource {
  settings: SqlPullSettings
  password: string
  address: string
  /** What `:cursor` stands for. */
  cursor: string | null
  batchRows: number
  /** Of the workspace's zone, `+08:00`: local times of the database are taken for local times of the workspace. */
  offset: string
}

interface SqlPull {
  settings: SqlPullSettings
  secrets: ConnectorSecrets
  from: CursorState
  batchRows: number
  timezone: string
}

/**
 * Rows from the cursor on, in batches that say where to go on behind them. Rows at the cursor's own value are read again and those known left out, so
 * that rows with the same value are never lost between two runs. Throws a PullError in words for whoever set it up.
 */
export async function* readSql(platform: Platform, { settings, secrets, from, batchRows, timezone }: SqlPull): AsyncGenerator<PullBatch> {
  const { cursor: column } = settings
  const edge = column ? new Edge(from, column) : null
  const start = column ? shiftBack(from.value ?? column.start, from.value !== null && column.type === 'time' ? column.overlapSeconds : 0) : null
  const address = await addressOf(platform.config, settings.host)
  const source: SqlSource = { settings, password: secrets.password ?? '', address, cursor: start, batchRows, offset: offsetOf(timezone, platform.clock.now()) }
  for await (const rows of failuresInWords(settings.engine === 'postgres' ? readPostgres(source) : readMysql(source))) {
    const fresh = edge && column ? rows.filter((row) => isNew(edge, row, column.column)) : rows
    yield { rows: fresh, skipped: rows.length - fresh.length, cursor: edge?.state() ?? null, position: null }
  }
}

function isNew(edge: Edge, row: Row, column: string): boolean {
  if (!Object.hasOwn(row, column))
    throw new PullError({ zh: `结果里没有增量字段 ${column}：请在 select 中加上它`, en: `The result has no column ${column}: add it to the select list` })
  const value = row[column]
  if ((typeof value !== 'string' && typeof value !== 'number') || value === '')
    throw new PullError({ zh: `增量字段 ${column} 有空值：请在语句中排除`, en: `The cursor column ${column} is empty in a row: leave such rows out` })
  try {
    return edge.take(row, String(value))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new PullError({ zh: `结果没有按 ${column} 升序排列：请加 order by ${column}`, en: `Rows do not ascend by ${column}: add order by ${column}` })
  }
}

async function* failuresInWords(rows: AsyncGenerator<Row[]>): AsyncGenerator<Row[]> {
  try {
    yield* rows
  } catch (error) {
    if (error instanceof PullError) throw error
    throw new PullError(connectionTrouble(error) ?? { zh: `数据库说：${saidBy(error)}`, en: `The database says: ${saidBy(error)}` }, error)
  }
}

function offsetOf(timezone: string, now: Date): string {
  const name = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' })
    .formatToParts(now)
    .find(({ type }) => type === 'timeZoneName')?.value
  return name === undefined || name === 'GMT' ? '+00:00' : name.slice(3)
}
