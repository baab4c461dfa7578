import { randomUUID } from 'node:crypto'
import { writeFile, mkdir, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Session } from 'chdb'
import { sqlString } from '../encode-values.ts'
import { engineCode } from '../warehouse-errors.ts'

/** Parameters of a request's address that are neither settings nor values of slots. */
const ownParameters = new Set(['query', 'query_id', 'database', 'default_format', 'user', 'password', 'role', 'session_id'])
/** Settings that only mean something to ClickHouse's HTTP server. */
const httpSettings = new Set(['wait_end_of_query', 'cancel_http_readonly_queries_on_client_close', 'enable_http_compression', 'send_progress_in_http_headers'])

interface Front {
  url: string
  /** Every further request is answered by closing its connection until `heal`. */
  break(): void
  heal(): void
  close(): Promise<void>
}

interface Request {
  sql: string
  body: Buffer
  settings: Map<string, string>
  params: Map<string, string>
}

/**
 * As much of ClickHouse's HTTP interface as our adapter uses, over the real engine in this process: statement in the address or the body,
 * `param_*`, settings, multipart parameters, insert bodies, streamed answers, error codes, and errors in the middle of an answer.
 * It stands in for a server that cannot be installed where the tests run; what it cannot show is a server's own HTTP code.
 */
export async function startHttpFront(path: string, port = 0): Promise<Front> {
  const anchor = new Session(join(path, 'chdb'))
  const files = join(path, 'bodies')
  await mkdir(files, { recursive: true })
  let isBroken = false

  const server = createServer((request, response) => {
    if (isBroken) return void request.destroy()
    void answer(request, response).catch((error: unknown) => fail(response, error))
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { sql, body, settings, params } = await readRequest(request)
    const session = new Session(join(path, 'chdb'))
    response.on('close', () => {
      if (response.writableFinished || settings.get('cancel_http_readonly_queries_on_client_close') !== '1') return
      anchor.query(`kill query where Settings['log_comment'] = ${sqlString(settings.get('log_comment') ?? '')} async`)
    })
    try {
      // Settings go to the engine as they came; unknown ones fail as on a server.
      const assignments = [...settings].filter(([name]) => !httpSettings.has(name)).map(([name, value]) => `${name} = ${sqlString(value)}`)
      for (const [name, value] of params) assignments.push(`param_${name} = ${sqlString(value)}`)
      await session.queryAsync('set max_query_size = 100000000')
      if (assignments.length > 0) await session.queryAsync(`set ${assignments.join(', ')}`)
      if (/^\s*insert[^]*\bformat\s+\w+\s*$/i.test(sql)) await insert(session, sql, body)
      else await select(session, sql, response, settings.get('wait_end_of_query') === '1')
      response.end()
    } finally {
      session.close()
    }
  }

  async function insert(session: Session, sql: string, body: Buffer): Promise<void> {
    const [, table, format] = /insert\s+into\s+(\S+)\s+format\s+(\w+)\s*$/i.exec(sql) ?? []
    if (table === undefined || format === undefined) throw new Error(`The front does not understand: ${sql}`)
    const described = JSON.parse(
      `[${(await session.queryAsync(`describe table ${table}`, { format: 'JSONEachRow' })).text().trim().replaceAll('\n', ',')}]`,
    ) as {
      name: string
      type: string
      default_type: string
      default_expression: string
    }[]
    const columns = described.filter((column) => column.default_type === '' || column.default_type === 'DEFAULT')
    const names = columns.map((column) => column.name).join(', ')
    const structure = columns.map((column) => `${column.name} ${column.type} ${column.default_type} ${column.default_expression}`).join(', ')
    const file = join(files, randomUUID())
    try {
      await writeFile(file, body)
      await session.queryAsync(`insert into ${table} (${names}) select ${names} from file(${sqlString(file)}, '${format}', ${sqlString(structure)})`)
    } finally {
      await rm(file, { force: true })
    }
  }

  async function select(session: Session, sql: string, response: ServerResponse, isWhole: boolean): Promise<void> {
    const [, statement = sql, format = 'TabSeparated'] = /^([^]*)\n\s*format\s+(\w+)\s*$/i.exec(sql) ?? []
    if (isWhole || !/^\s*(?:select|with)\b/i.test(statement)) {
      const result = await session.queryAsync(statement, { format })
      response.write(result.bytes())
      return
    }
    const tag = randomUUID().replaceAll('-', '').slice(0, 16)
    response.setHeader('x-clickhouse-exception-tag', tag)
    try {
      for await (const chunk of session.queryStream(statement, { format })) {
        const bytes = chunk.raw()
        if (!response.write(Buffer.from(bytes))) await drained(response)
        if (response.destroyed) return
      }
    } catch (error) {
      if (!response.headersSent) throw error
      const message = `${error instanceof Error ? error.message : String(error)}\n`
      response.write(`\r\n__exception__\r\n${tag}\r\n${message}${message.length} ${tag}\r\n__exception__\r\n`)
    }
  }

  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://default:@127.0.0.1:${(server.address() as AddressInfo).port}`,
    break: () => {
      isBroken = true
      server.closeAllConnections()
    },
    heal: () => {
      isBroken = false
    },
    close: async () => {
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
      anchor.close()
    },
  }
}

async function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return
  await new Promise<void>((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.on('drain', done).on('close', done)
  })
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy()
  const message = error instanceof Error ? error.message : String(error)
  response.writeHead(500, { 'x-clickhouse-exception-code': String(engineCode(error) ?? 1000) })
  response.end(message.startsWith('Code:') ? message : `Code: 1000. DB::Exception: ${message} (UNKNOWN_EXCEPTION)`)
}

async function readRequest(request: IncomingMessage): Promise<Request> {
  const address = new URL(request.url ?? '/', 'http://front')
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const whole = Buffer.concat(chunks)
  const settings = new Map<string, string>()
  const params = new Map<string, string>()
  for (const [name, value] of address.searchParams) {
    if (name.startsWith('param_')) params.set(name.slice('param_'.length), value)
    else if (!ownParameters.has(name)) settings.set(name, value)
  }
  const boundary = /multipart\/form-data; boundary=(.+)$/.exec(request.headers['content-type'] ?? '')?.[1]
  if (boundary !== undefined) {
    let sql = ''
    for (const [, name = '', value = ''] of whole
      .toString()
      .matchAll(new RegExp(`--${boundary}\\r\\n[^]*?name="([^"]+)"[^]*?\\r\\n\\r\\n([^]*?)\\r\\n(?=--${boundary})`, 'g'))) {
      if (name === 'query') sql = value
      else params.set(name.replace(/^param_/, ''), value)
    }
    return { sql, body: Buffer.alloc(0), settings, params }
  }
  const query = address.searchParams.get('query')
  return query === null ? { sql: whole.toString(), body: Buffer.alloc(0), settings, params } : { sql: query, body: whole, settings, params }
}
