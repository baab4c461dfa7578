import type { InsertRow } from './warehouse.ts'

const chunkCharacters = 1 << 20

/** Rows as JSON lines in chunks of about a megabyte. `JSON.stringify` never emits a raw newline, so a newline always ends a row. */
export async function* jsonLinesOf(rows: Iterable<InsertRow> | AsyncIterable<InsertRow>): AsyncGenerator<Buffer> {
  let lines: string[] = []
  let characters = 0
  for await (const row of rows) {
    const line = JSON.stringify(row)
    lines.push(line)
    characters += line.length
    if (characters < chunkCharacters) continue
    yield Buffer.from(`${lines.join('\n')}\n`)
    lines = []
    characters = 0
  }
  if (lines.length > 0) yield Buffer.from(`${lines.join('\n')}\n`)
}
