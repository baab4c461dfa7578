import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

export type CopyValue = string | number | Buffer | null

const rowsPerWrite = 2_000
const special = /[\\\t\n\r]/
const everySpecial = /[\\\t\n\r]/g
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/**
 * Writes rows by COPY in text format (https://www.postgresql.org/docs/18/sql-copy.html): several times cheaper than `insert`.
 * `target` is table and columns, written by us. COPY fails as a whole on a conflict, so it is for rows known to be new.
 */
export async function copyRows(client: pg.ClientBase, target: string, rows: Iterable<readonly CopyValue[]>): Promise<void> {
  await pipeline(Readable.from(linesOf(rows)), client.query(copyFrom(`copy ${target} from stdin`)))
}

function* linesOf(rows: Iterable<readonly CopyValue[]>): Generator<string> {
  let lines = ''
  let count = 0
  for (const row of rows) {
    for (let at = 0; at < row.length; at++) lines += at === 0 ? fieldOf(row[at]!) : `\t${fieldOf(row[at]!)}`
    lines += '\n'
    if (++count % rowsPerWrite === 0) {
      yield lines
      lines = ''
    }
  }
  if (lines !== '') yield lines
}

function fieldOf(value: CopyValue): string {
  if (value === null) return '\\N'
  if (typeof value === 'string') return special.test(value) ? value.replace(everySpecial, (character) => escapes[character]!) : value
  return typeof value === 'number' ? String(value) : `\\\\x${value.toString('hex')}`
}
