import net from 'node:net'
import { createConnection, type Connection, type FieldPacket } from 'mysql2'
import type { SqlPullSettings } from '../../../../contracts/connector-settings.ts'
import { parseJson } from '../mapping/read-body.ts'
import { bindStatement } from './statement.ts'
import type { Row, SqlSource } from './read-sql.ts'

/** Rows of a MySQL or MariaDB statement as the server sends them, in a transaction that only reads; the server waits while a batch is worked on. */
export async function* readMysql({ settings, password, address, cursor, batchRows, offset }: SqlSource): AsyncGenerator<Row[]> {
  const connection = createConnection({
    host: settings.host,
    // The address that was checked; the name stays for the certificate.
    stream: () => net.connect({ host: address, port: settings.port }),
    database: settings.database,
    user: settings.user,
    password,
    connectTimeout: 10_000,
    // DATETIME stands as it is stored, TIMESTAMP in the zone of the session.
    dateStrings: true,
    // As it was written: read by the driver, numbers beyond 2^53 would be rounded.
    jsonStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    multipleStatements: false,
    ...tlsOf(settings),
  })
  connection.on('error', () => undefined)
  try {
    await run(connection, 'set session transaction read only')
    await run(connection, `set session time_zone = '${offset}'`)
    // MySQL says it in milliseconds and MariaDB in seconds; whichever it is not refuses.
    await run(connection, `set session max_execution_time = ${settings.timeoutSeconds * 1000}`).catch(() =>
      run(connection, `set session max_statement_time = ${settings.timeoutSeconds}`),
    )
    await run(connection, 'start transaction read only')
    const { text, parameters } = bindStatement(settings.statement, 'mysql')
    const rows = connection.execute({ sql: text, values: Array.from({ length: parameters }, () => cursor) }).stream({ highWaterMark: batchRows })
    let readers: ColumnReader[] = []
    rows.once('fields', (fields: FieldPacket[]) => (readers = columnReaders(fields)))
    let batch: Row[] = []
    for await (const row of rows) {
      batch.push(readRow(row as Row, readers))
      if (batch.length < batchRows) continue
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
  } finally {
    connection.destroy()
  }
}

/** Types of columns by their numbers in the protocol (`enum_field_types` of MySQL); those of bytes are those of texts as well. */
const columnTypes = { bit: 16, json: 245 } as const
const bytesTypes: ReadonlySet<number> = new Set([15, 249, 250, 251, 252, 253, 254])

interface ColumnReader {
  name: string
  read(value: unknown): unknown
}

/**
 * Readers of the columns that the driver gives otherwise than the mapping reads them: JSON (a type of its own in MySQL, a text that says it is JSON in
 * MariaDB) as what it holds, BIT as a number, bytes as hex. BIGINT and DECIMAL come as texts, TINYINT(1) as 0 or 1.
 */
function columnReaders(fields: readonly FieldPacket[]): ColumnReader[] {
  return fields.flatMap((field) => {
    const read = readerOf(field)
    return read === null ? [] : [{ name: field.name, read }]
  })
}

function readerOf(field: FieldPacket & { extendedFormat?: string }): ColumnReader['read'] | null {
  if (field.columnType === columnTypes.json || field.extendedFormat === 'json') return jsonOf
  if (field.columnType === columnTypes.bit) return bitsOf
  return bytesTypes.has(field.columnType ?? -1) ? hexOf : null
}

function readRow(row: Row, readers: readonly ColumnReader[]): Row {
  const values = { ...row }
  for (const { name, read } of readers) values[name] = read(values[name])
  return values
}

const jsonOf = (value: unknown): unknown => (typeof value === 'string' ? parseJson(value) : value)
const hexOf = (value: unknown): unknown => (Buffer.isBuffer(value) ? value.toString('hex') : value)

function bitsOf(value: unknown): unknown {
  if (!Buffer.isBuffer(value)) return value
  const bits = BigInt(`0x${value.toString('hex')}`)
  return bits <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(bits) : bits.toString()
}

function run(connection: Connection, statement: string): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.query(statement, (error) => (error ? reject(error) : resolve()))
  })
}

function tlsOf({ tls, certificate }: SqlPullSettings): { ssl?: { rejectUnauthorized: boolean; verifyIdentity: boolean; ca?: string } } {
  if (tls === 'off') return {}
  const isVerified = tls === 'verify'
  return { ssl: { rejectUnauthorized: isVerified, verifyIdentity: isVerified, ...(certificate === '' ? {} : { ca: certificate }) } }
}
