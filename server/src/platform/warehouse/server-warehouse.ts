import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { createClient, ClickHouseLogLevel, type ClickHouseClient, type ClickHouseSettings } from '@clickhouse/client'
import { rowsOfJsonLines } from './answer-rows.ts'
import { baseSettings, insertSettings, memorySettings, rowSettings } from './engine-settings.ts'
import { failOnTrailingException } from './exception-tail.ts'
import type { Piece } from './pieces.ts'
import { checkStatement } from './sql-text.ts'
import { WarehouseAdapter } from './warehouse-adapter.ts'
import { translateError } from './warehouse-errors.ts'
import type { Statement, Warehouse } from './warehouse.ts'

export interface ServerWarehouseOptions {
  /** `http(s)://user:password@host:8123/database`. */
  url: string
  /** Requests that run at once; further ones wait in line. */
  connectionsMax?: number
}

/** How long a statement without a limit of its own may stay silent. */
const silenceMsMax = 30 * 60_000

/** How long a cancelled statement may take to end before its connection is closed. */
const giveUpMs = 1000

/** What a request needs besides its text: mark, settings, parameters, and the end of the watch for abort. */
interface Lease {
  sql: string
  mark: string
  settings: ClickHouseSettings
  params: Record<string, unknown>
  signal: AbortSignal
  finish(): void
}

class ServerWarehouse extends WarehouseAdapter {
  override readonly kind = 'server'
  readonly #client: ClickHouseClient

  constructor(client: ClickHouseClient) {
    super()
    this.#client = client
  }

  override async rows<Row>(statement: Statement): Promise<Row[]> {
    return this.#request(statement, async (lease) => {
      // NOTE: `wait_end_of_query` holds the answer back until it is whole, so that an error is an HTTP error, not a broken body.
      const answer = await this.#client.query({
        ...requestOf(lease, { wait_end_of_query: 1 }),
        query: lease.sql,
        format: 'JSONEachRow',
        use_multipart_params_auto: true,
      })
      return rowsOfJsonLines<Row>(await answer.text())
    })
  }

  override async *stream(statement: Statement, format: 'TabSeparated' | 'JSONEachRow'): AsyncGenerator<Buffer> {
    const lease = this.#lease(statement, undefined)
    let body: Readable | undefined
    let isWhole = false
    const breakOff = () => body?.destroy(lease.signal.reason)
    lease.signal.addEventListener('abort', breakOff, { once: true })
    try {
      const settings = { cancel_http_readonly_queries_on_client_close: 1 as const }
      const answer = await this.#client.exec({ ...requestOf(lease, settings), query: `${lease.sql}\nformat ${format}` })
      body = answer.stream
      lease.signal.throwIfAborted()
      yield* failOnTrailingException(body, answer.response_headers['x-clickhouse-exception-tag'])
      isWhole = true
    } catch (error) {
      throw translateError(error, statement.signal)
    } finally {
      lease.signal.removeEventListener('abort', breakOff)
      body?.destroy()
      lease.finish()
      if (!isWhole) await this.#kill(lease.mark)
    }
  }

  override async run(statement: Statement, options: { token?: string } = {}): Promise<void> {
    await this.#request(statement, (lease) => this.#client.command({ ...requestOf(lease, { wait_end_of_query: 1 }), query: lease.sql }), options.token)
  }

  override async close(): Promise<void> {
    await this.#client.close()
  }

  protected override async insertPiece(table: string, piece: Piece): Promise<void> {
    const insert = async (lease: Lease) => {
      const values = Readable.from(piece.bytes, { objectMode: false })
      const query = `insert into ${table} format JSONEachRow`
      const answer = await this.#client.exec({ ...requestOf(lease, { ...(rowSettings as ClickHouseSettings), wait_end_of_query: 1 }), query, values })
      answer.stream.resume()
      await finished(answer.stream)
    }
    await this.#request({ sql: 'insert' }, insert, piece.token)
  }

  async #request<Answer>(statement: Statement, work: (lease: Lease) => Promise<Answer>, token?: string): Promise<Answer> {
    const lease = this.#lease(statement, token)
    try {
      lease.signal.throwIfAborted()
      return await work(lease)
    } catch (error) {
      throw translateError(error, statement.signal)
    } finally {
      lease.finish()
    }
  }

  /** Marks and watches a statement: on abort it is killed on the server, and the request is given up once that is ordered. */
  #lease(statement: Statement, token: string | undefined): Lease {
    const { params = {}, limits = {}, signal } = statement
    const mark = randomUUID()
    const controller = new AbortController()
    let timer: NodeJS.Timeout | undefined
    let isFinished = false
    const abort = () => {
      const deadline = performance.now() + giveUpMs
      const kill = async () => {
        await this.#kill(mark)
        // NOTE: a kill that comes before the server has listed the statement meets nothing, so it is repeated until the request ends.
        if (isFinished) return
        if (performance.now() < deadline) timer = setTimeout(() => void kill(), 50)
        else controller.abort(signal?.reason)
      }
      void kill()
    }
    if (signal?.aborted) controller.abort(signal.reason)
    signal?.addEventListener('abort', abort, { once: true })
    return {
      sql: checkStatement(statement.sql, params),
      mark,
      settings: {
        ...baseSettings,
        ...insertSettings(token),
        log_comment: mark,
        ...(limits.secondsMax === undefined ? {} : { max_execution_time: limits.secondsMax }),
        ...(limits.memoryBytesMax === undefined ? {} : memorySettings(limits.memoryBytesMax)),
      },
      params,
      signal: controller.signal,
      finish: () => {
        signal?.removeEventListener('abort', abort)
        isFinished = true
        clearTimeout(timer)
      },
    }
  }

  /** Orders the end of a statement; when even that does not get through, closing the request has to do. */
  async #kill(mark: string): Promise<void> {
    const query = `kill query where Settings['log_comment'] = {mark:String} async`
    await this.#client.command({ query, query_params: { mark } }).catch(() => undefined)
  }
}

function requestOf(lease: Lease, settings: ClickHouseSettings) {
  return { query_id: lease.mark, query_params: lease.params, clickhouse_settings: { ...lease.settings, ...settings }, abort_signal: lease.signal }
}

/** Opens a ClickHouse server or cluster over its HTTP interface. @throws AppError `unavailable` when it does not answer. */
export async function openServerWarehouse(options: ServerWarehouseOptions): Promise<Warehouse> {
  const client = createClient({
    url: options.url,
    application: 'hongyan',
    max_open_connections: options.connectionsMax ?? 16,
    request_timeout: silenceMsMax,
    log: { level: ClickHouseLogLevel.OFF },
  })
  const warehouse = new ServerWarehouse(client)
  try {
    await warehouse.ping()
  } catch (error) {
    await client.close()
    throw error
  }
  return warehouse
}
