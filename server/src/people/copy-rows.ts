import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

const bufferBytes = 256 * 1024
/** UTF-8 of one unit of a text. */
const bytesPerUnitMax = 3
const newline = 0x0a
const special = /[\\\t\n\r]/
const everySpecial = /[\\\t\n\r]/g
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** What COPY reads as null. */
export const copyNull = '\\N'

/**
 * Writes rows by COPY in text format (https://www.postgresql.org/docs/18/sql-copy.html): several times cheaper than `insert`.
 * `target` is table and columns, written by us; a row is its fields joined by tabs, without the newline, free text through `copyText`.
 * COPY fails as a whole on a conflict, so it is for rows known to be new.
 */
export async function copyRows(client: pg.ClientBase, target: string, rows: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(buffersOf(rows)), client.query(copyFrom(`copy ${target} from stdin`)))
}

/** Any text as a field. */
export function copyText(text: string): string {
  return special.test(text) ? text.replace(everySpecial, (character) => escapes[character]!) : text
}

/** Bytes, or null, as a field. */
export function copyBytes(bytes: Buffer | null): string {
  return bytes === null ? copyNull : `\\\\x${bytes.toString('hex')}`
}

function* buffersOf(rows: Iterable<string>): Generator<Buffer> {
  let buffer = Buffer.allocUnsafe(bufferBytes)
  let end = 0
  for (const row of rows) {
    const bytesMax = row.length * bytesPerUnitMax + 1
    if (end + bytesMax > buffer.length) {
      if (end > 0) yield buffer.subarray(0, end)
      buffer = Buffer.allocUnsafe(Math.max(bufferBytes, bytesMax))
      end = 0
    }
    end += buffer.write(row, end)
    buffer[end++] = newline
  }
  if (end > 0) yield buffer.subarray(0, end)
}
