/** ClickHouse's MAX_EXCEPTION_SIZE is 16 KiB; twice that surely holds the exception and the frame around it. */
const heldBackBytes = 32 * 1024

/**
 * Passes an answer's bytes on, except that an error which the server met after it had begun to answer is thrown, not delivered as data.
 * The server announces a tag in a header and frames the error with it at the end of the body (since 25.11); an older one just writes the
 * error as the last line and breaks the connection. Hence the last 32 KiB are held back until the end is seen.
 */
export async function* failOnTrailingException(body: AsyncIterable<Buffer>, tag: string | string[] | undefined): AsyncGenerator<Buffer> {
  let held: Buffer[] = []
  let heldBytes = 0
  for await (const chunk of body) {
    held.push(chunk)
    heldBytes += chunk.length
    while (held[0] !== undefined && heldBytes - held[0].length >= heldBackBytes) {
      heldBytes -= held[0].length
      yield held[0]
      held = held.slice(1)
    }
  }
  const tail = Buffer.concat(held)
  const exception = exceptionIn(tail, typeof tag === 'string' ? tag : undefined)
  if (exception !== undefined) throw new Error(exception)
  if (tail.length > 0) yield tail
}

function exceptionIn(tail: Buffer, tag: string | undefined): string | undefined {
  if (tag === undefined) return /(?:^|\n)(Code: \d+\. DB::Exception: [^]*\(version [^]*\)\s*)$/.exec(tail.toString())?.[1]
  const frame = `\r\n__exception__\r\n${tag}\r\n`
  const at = tail.indexOf(frame)
  return at === -1
    ? undefined
    : tail
        .subarray(at + frame.length)
        .toString()
        .split(`\r\n__exception__`)[0]
}
