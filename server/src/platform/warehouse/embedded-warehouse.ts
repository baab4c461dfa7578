import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { drainPending, type Session } from 'chdb'
import { rowsOfJsonLines } from './answer-rows.ts'
import { parameterText, sqlString } from './encode-values.ts'
import { baseSettings, insertSettings, memorySettings, rowSettings } from './engine-settings.ts'
import { forgetLostParts } from './forget-lost-parts.ts'
import type { Piece } from './pieces.ts'
import { SessionPool } from './session-pool.ts'
import { Spool } from './spool.ts'
import { checkStatement, checkTableName } from './sql-text.ts'
import { WarehouseAdapter } from './warehouse-adapter.ts'
import { translateError, unavailable } from './warehouse-errors.ts'
import type { Statement, Warehouse } from './warehouse.ts'

export interface EmbeddedWarehouseOptions {
  /** The data directory; made when absent. One process at a time. */
  path: string
  /** Statements that run at once; further ones wait in line. */
  sessionsMax?: number
  /** Memory of the whole engine, beyond which statements fail; the engine's own default is 0.9 of the machine. */
  memoryBytesMax?: number
  /** How long `close` waits for running statements before it kills them. */
  closeGraceMs?: number
}

const statementBytesMax = 256 * 1024 * 1024

/** A Session keeps the parameters it was last given; after large ones it is discarded. */
const keptParameterCharacters = 1_000_000

interface Column {
  name: string
  type: string
  default_kind: string
  default_expression: string
}

const literal = (value: string | number) => (typeof value === 'number' ? String(value) : sqlString(value))
const assignments = (settings: Record<string, string | number>) => Object.entries(settings).map(([name, value]) => `${name} = ${literal(value)}`)

class EmbeddedWarehouse extends WarehouseAdapter {
  override readonly kind = 'embedded'
  readonly #pool: SessionPool
  readonly #spool: Spool
  readonly #closeGraceMs: number
  readonly #running = new Set<string>()
  readonly #columns = new Map<string, Column[]>()

  constructor(pool: SessionPool, spool: Spool, closeGraceMs: number) {
    super()
    this.#pool = pool
    this.#spool = spool
    this.#closeGraceMs = closeGraceMs
  }

  override async rows<Row>(statement: Statement): Promise<Row[]> {
    return this.#inSession(statement, async (session, sql) => {
      const answer = await session.queryAsync(sql, { format: 'JSONEachRow' })
      return rowsOfJsonLines<Row>(answer.text())
    })
  }

  override async *stream(statement: Statement, format: 'TabSeparated' | 'JSONEachRow'): AsyncGenerator<Buffer> {
    const lease = await this.#lease(statement)
    try {
      for await (const chunk of lease.session.queryStream(lease.sql, { format })) {
        const bytes = chunk.raw()
        yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      }
      statement.signal?.throwIfAborted()
      lease.finish('done')
    } catch (error) {
      lease.finish('failed')
      throw translateError(error, statement.signal)
    } finally {
      lease.finish('left')
    }
  }

  override async run(statement: Statement, options: { token?: string } = {}): Promise<void> {
    await this.#inSession(statement, (session, sql) => session.queryAsync(sql, { format: 'Null' }), options.token)
    if (!/^\s*insert\b/i.test(statement.sql)) this.#columns.clear()
  }

  override async close(): Promise<void> {
    await this.#pool.close(this.#closeGraceMs, () => {
      for (const mark of this.#running) this.#kill(mark)
    })
    await drainPending()
    await this.#spool.remove()
  }

  protected override async insertPiece(table: string, piece: Piece): Promise<void> {
    const columns = await this.#columnsOf(table)
    const names = columns.map((column) => `\`${column.name}\``).join(', ')
    const structure = columns
      .map((column) => `\`${column.name}\` ${column.type}${column.default_kind === 'DEFAULT' ? ` DEFAULT ${column.default_expression}` : ''}`)
      .join(', ')
    try {
      await this.#spool.withFile(piece.bytes, async (path) => {
        const source = `file(${sqlString(path)}, 'JSONEachRow', ${sqlString(structure)})`
        const sql = `insert into ${table} (${names}) select ${names} from ${source} settings ${assignments(rowSettings).join(', ')}`
        await this.#inSession({ sql }, (session, text) => session.queryAsync(text, { format: 'Null' }), piece.token)
      })
    } catch (error) {
      this.#columns.delete(table)
      throw error
    }
  }

  async #columnsOf(table: string): Promise<Column[]> {
    const known = this.#columns.get(table)
    if (known) return known
    const [name, database] = table.split('.').toReversed()
    const columns = await this.rows<Column>({
      sql: `select name, type, default_kind, default_expression from system.columns
        where database = ${database === undefined ? 'currentDatabase()' : '{database:String}'} and table = {name:String}
          and default_kind in ('', 'DEFAULT') order by position`,
      params: { name: name ?? '', database: database ?? '' },
    })
    if (columns.length === 0) throw new Error(`The warehouse has no table ${table}`)
    this.#columns.set(table, columns)
    return columns
  }

  async #inSession<Answer>(statement: Statement, work: (session: Session, sql: string) => Promise<Answer>, token?: string): Promise<Answer> {
    const lease = await this.#lease(statement, token)
    try {
      const answer = await work(lease.session, lease.sql)
      lease.finish('done')
      return answer
    } catch (error) {
      lease.finish('failed')
      throw translateError(error, statement.signal)
    }
  }

  /** A Session with the statement's settings and parameters set, watched for abort until `finish`; only the first call of it counts. */
  async #lease(statement: Statement, token?: string) {
    const { params = {}, limits = {}, signal } = statement
    const sql = checkStatement(statement.sql, params)
    const mark = randomUUID()
    const session = await this.#acquire(signal)
    const parameters = Object.entries(params).map(([name, value]) => `param_${checkTableName(name)} = ${sqlString(parameterText(value))}`)
    const isLarge = parameters.reduce((sum, text) => sum + text.length, 0) > keptParameterCharacters
    let timer: NodeJS.Timeout | undefined
    let finished = false
    const kill = () => {
      this.#kill(mark)
      // NOTE: a kill that comes before the engine has listed the statement meets nothing, so it is repeated until the statement ends.
      timer = setTimeout(kill, 50)
    }
    const finish = (how: 'done' | 'failed' | 'left') => {
      if (finished) return
      finished = true
      clearTimeout(timer)
      signal?.removeEventListener('abort', kill)
      this.#running.delete(mark)
      this.#pool.release(session, how === 'left' || isLarge || signal?.aborted ? 'discard' : 'reusable')
    }
    this.#running.add(mark)
    signal?.addEventListener('abort', kill, { once: true })
    try {
      // Every statement sets all of these, so that nothing of the statement before is left.
      const settings = assignments({
        log_comment: mark,
        max_execution_time: limits.secondsMax ?? 0,
        ...memorySettings(limits.memoryBytesMax),
        ...insertSettings(token),
      })
      await session.queryAsync(`set ${[...settings, ...parameters].join(', ')}`)
      signal?.throwIfAborted()
    } catch (error) {
      finish('left')
      throw translateError(error, signal)
    }
    return { session, sql, finish }
  }

  async #acquire(signal: AbortSignal | undefined): Promise<Session> {
    try {
      return await this.#pool.acquire(signal)
    } catch (error) {
      throw signal?.aborted ? signal.reason : translateError(error)
    }
  }

  #kill(mark: string): void {
    // NOTE: never SYNC: it waits for ever, for the entry leaves the list only with the next statement of the killed Session.
    this.#pool.control(`kill query where Settings['log_comment'] = ${sqlString(mark)} async`)
  }
}

/**
 * Opens ClickHouse in this process on a data directory.
 * @throws AppError `unavailable` when the directory cannot be opened; most often another process holds its lock.
 */
export async function openEmbeddedWarehouse(options: EmbeddedWarehouseOptions): Promise<Warehouse> {
  const path = resolve(options.path)
  await mkdir(path, { recursive: true, mode: 0o700 })
  const pool = openPool(path, options)
  // The engine's lock on the directory is ours now, so whatever is in the spool belongs to nobody.
  const spool = await Spool.open(join(path, '..', `${path.split('/').at(-1)}-spool`))
  const warehouse = new EmbeddedWarehouse(pool, spool, options.closeGraceMs ?? 10_000)
  try {
    await forgetLostParts(warehouse)
  } catch (error) {
    await warehouse.close()
    throw error
  }
  return warehouse
}

function openPool(path: string, options: EmbeddedWarehouseOptions): SessionPool {
  try {
    return new SessionPool({
      path,
      sessionsMax: options.sessionsMax ?? 6,
      prepare: `set ${assignments({ ...baseSettings, max_query_size: statementBytesMax }).join(', ')}`,
      connectionArgs: options.memoryBytesMax === undefined ? [] : [`--max_server_memory_usage=${options.memoryBytesMax}`],
    })
  } catch (error) {
    throw unavailable(`the directory ${path} cannot be opened; another process may hold its lock, or this process has another warehouse open`, error)
  }
}
