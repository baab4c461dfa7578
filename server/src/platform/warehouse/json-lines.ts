import type { InsertRow } from './warehouse.ts'

const chunkCharacters = 1 << 20

// What the engine's JSON reader refuses, although JavaScript writes it or JSON allows it: halves of surrogate pairs, and numbers beyond
// 64 bits or beyond a double. This finds chunks that may hold some, cheaply; `repaired` then looks closely.
const suspiciousNumber = /[:,[\s]-?(?:\d{19}|[\d.]+[eE]\+?\d{3})/
const isSuspicious = (lines: Buffer) => lines.includes('\\ud') || lines.includes('\\uD') || suspiciousNumber.test(lines.toString('latin1'))

const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
// An escaped backslash (stepped over), a pair of surrogates (kept), or half a pair.
const surrogates = /\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}/g
const halfPairLength = '\\ud800'.length

const int64Min = -(2n ** 63n)
const uint64Max = 2n ** 64n - 1n

function repairedString(token: string): string {
  return token.includes('\\u') ? token.replaceAll(surrogates, (match) => (match.length === halfPairLength ? '\uFFFD' : match)) : token
}

function repairedNumber(token: string): string {
  const value = Number(token)
  if (!Number.isFinite(value)) return 'null'
  if (token.length < 19 || !/^-?\d+$/.test(token)) return token
  const exact = BigInt(token)
  return exact < int64Min || exact > uint64Max ? value.toExponential() : token
}

/** One value that the engine refuses would keep its whole batch out for ever, so it is written in a way that the engine takes. */
function repaired(json: string): string {
  return json.replaceAll(tokens, (token) => (token.startsWith('"') ? repairedString(token) : repairedNumber(token)))
}

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

/** JSON lines from anywhere, with only whole lines in a chunk and without values that the engine refuses. */
export async function* cleanLines(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
  let started: Buffer[] = []
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(0x0a) + 1
    if (end === 0) {
      started.push(chunk)
      continue
    }
    const lines = chunk.subarray(0, end)
    yield clean(started.length === 0 ? lines : Buffer.concat([...started, lines]))
    started = end < chunk.length ? [chunk.subarray(end)] : []
  }
  const last = Buffer.concat(started)
  if (last.length > 0) yield clean(last)
}

function clean(lines: Buffer): Buffer {
  return isSuspicious(lines) ? Buffer.from(repaired(lines.toString())) : lines
}
