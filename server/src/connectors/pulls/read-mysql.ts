import net from 'node:net'
import { createConnection, type Connection } from 'mysql2'
import type { SqlPullSettings } from '../../../../contracts/connector-settings.ts'
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
    dateStrings: true,
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
    let batch: Row[] = []
    for await (const row of rows) {
      batch.push({ ...(row as Row) })
      if (batch.length < batchRows) continue
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
  } finally {
    connection.destroy()
  }
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
