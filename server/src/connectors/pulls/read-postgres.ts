import { Client, type ClientConfig } from 'pg'
import type { SqlPullSettings } from '../../../../contracts/connector-settings.ts'
import { parseJson } from '../mapping/read-body.ts'
import { bindStatement } from './statement.ts'
import type { Row, SqlSource } from './read-sql.ts'

const oid = { bool: 16, int2: 21, int4: 23, json: 114, float4: 700, float8: 701, timestamptz: 1184, jsonb: 3802 }

/** Values as text in full precision, but for those that JavaScript holds exactly. */
function parserOf(type: number): (text: string) => unknown {
  switch (type) {
    case oid.bool:
      return (text) => text === 't'
    case oid.int2:
    case oid.int4:
    case oid.float4:
    case oid.float8:
      return Number
    case oid.json:
    case oid.jsonb:
      return parseJson
    case oid.timestamptz:
      return (text) => text.replace(/([+-]\d{2})$/, '$1:00')
    default:
      return (text) => text
  }
}

/** Rows of a PostgreSQL statement through a cursor of the server, in a transaction that only reads. */
export async function* readPostgres({ settings, password, address, cursor, batchRows }: SqlSource): AsyncGenerator<Row[]> {
  const client = new Client({
    host: address,
    port: settings.port,
    database: settings.database,
    user: settings.user,
    password,
    ssl: tlsOf(settings),
    connectionTimeoutMillis: 10_000,
    statement_timeout: settings.timeoutSeconds * 1000,
    query_timeout: (settings.timeoutSeconds + 10) * 1000,
    application_name: 'hongyan',
    types: { getTypeParser: parserOf as never },
  })
  // A connection that breaks while nobody waits for it must not end the process; the next statement says so.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query(
      "begin isolation level repeatable read read only; set local time zone 'UTC'; set local datestyle to 'ISO, YMD'; set local intervalstyle to 'iso_8601'",
    )
    const { text, parameters } = bindStatement(settings.statement, 'postgres')
    await client.query({ text: `declare hongyan_rows no scroll cursor for ${text}`, values: parameters > 0 ? [cursor] : [] })
    for (;;) {
      const { rows } = await client.query<Row>(`fetch ${batchRows} from hongyan_rows`)
      if (rows.length > 0) yield rows
      if (rows.length < batchRows) return
    }
  } finally {
    await client.end().catch(() => undefined)
  }
}

function tlsOf({ tls, certificate, host }: SqlPullSettings): ClientConfig['ssl'] {
  if (tls === 'off') return false
  return { rejectUnauthorized: tls === 'verify', servername: host, ...(certificate === '' ? {} : { ca: certificate }) }
}
