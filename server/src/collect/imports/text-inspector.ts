import { isUtf8 } from 'node:buffer'

export const headKeptBytes = 512 * 1024

/** Watches the bytes of a file go by: whether they are UTF-8 and how many lines they have, and keeps its head. Memory does not grow. */
export class TextInspector {
  bytes = 0
  lineBreaks = 0
  /** Line of the first byte that is not UTF-8; null while all are. */
  invalidLine: number | null = null
  #head: Buffer[] = []
  #headBytes = 0
  #pending: Buffer = Buffer.alloc(0)

  async *watch(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of content) {
      this.#take(chunk)
      yield chunk
    }
    if (this.#pending.length > 0) this.invalidLine ??= this.lineBreaks + 1
  }

  /** The first bytes of the file, at most half a megabyte. */
  head(): Buffer {
    return Buffer.concat(this.#head)
  }

  #take(chunk: Buffer): void {
    this.bytes += chunk.length
    if (this.#headBytes < headKeptBytes) {
      const kept = chunk.subarray(0, headKeptBytes - this.#headBytes)
      this.#head.push(kept)
      this.#headBytes += kept.length
    }
    if (this.invalidLine === null) this.#checkUtf8(chunk)
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) this.lineBreaks += 1
  }

  #checkUtf8(chunk: Buffer): void {
    const bytes = this.#pending.length > 0 ? Buffer.concat([this.#pending, chunk]) : chunk
    const end = endOfLastCharacter(bytes)
    if (isUtf8(bytes.subarray(0, end))) this.#pending = Buffer.from(bytes.subarray(end))
    else {
      this.#pending = Buffer.alloc(0)
      this.invalidLine = this.lineBreaks + 1 + lineBreaksBeforeInvalid(bytes)
    }
  }
}

function lineBreaksBeforeInvalid(bytes: Buffer): number {
  let lines = 0
  for (let from = 0; ;) {
    const to = bytes.indexOf(10, from)
    if (to === -1 || !isUtf8(bytes.subarray(from, to))) return lines
    lines += 1
    from = to + 1
  }
}

/** Where a UTF-8 character that the chunk cuts off begins, or the end. */
function endOfLastCharacter(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) return bytes.length
    if (byte >= 0xc0) return back < sequenceLength(byte) ? bytes.length - back : bytes.length
  }
  return bytes.length
}

function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4
  return lead >= 0xe0 ? 3 : 2
}
