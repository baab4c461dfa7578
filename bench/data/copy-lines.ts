import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

const rowsPerChunk = 2000

/** Generated rows by COPY in text format: `into` is table and columns, a row its fields joined by tabs, free of what COPY takes for special. */
export async function copyLines(client: pg.ClientBase, into: string, rows: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(chunksOf(rows)), client.query(copyFrom(`copy ${into} from stdin`)))
}

function* chunksOf(rows: Iterable<string>): Generator<string> {
  let chunk: string[] = []
  for (const row of rows) {
    if (chunk.push(row) < rowsPerChunk) continue
    yield `${chunk.join('\n')}\n`
    chunk = []
  }
  if (chunk.length > 0) yield `${chunk.join('\n')}\n`
}
