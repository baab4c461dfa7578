/** A part of a batch that the engine takes as one block, hence as one atom under one token. Its bytes must be read before the next part is asked for. */
export interface Piece {
  /** The batch's token for the first piece, a derived one for each further piece. */
  token: string
  bytes: AsyncIterable<Buffer>
}

/** Pieces stay below the engine's blocks of 1,048,449 rows: more than one block would be more than one atom. */
export const pieceLimits = { rowsMax: 500_000, bytesMax: 256 * 1024 * 1024 }

const newline = 0x0a

/** Where a piece must end: behind the newline that fills it up. -1 when all of the bytes still fit. */
function cutAt(bytes: Buffer, room: { rows: number; bytes: number }): { end: number; rows: number } {
  let rows = 0
  let from = 0
  while (from < bytes.length) {
    const at = bytes.indexOf(newline, from)
    if (at === -1) break
    rows += 1
    from = at + 1
    if (rows === room.rows || from >= room.bytes) return { end: from, rows }
  }
  return { end: -1, rows }
}

/**
 * Cuts JSON lines into pieces. Where a piece ends depends on the lines alone, not on the chunks they arrive in, so that a batch that is
 * done again is cut at the same places and its tokens mean the same rows. No lines, no piece.
 */
export async function* piecesOf(lines: AsyncIterable<Buffer> | Iterable<Buffer>, token: string, limits = pieceLimits): AsyncGenerator<Piece> {
  const chunks = Symbol.asyncIterator in lines ? lines[Symbol.asyncIterator]() : lines[Symbol.iterator]()
  let rest: Buffer | undefined

  const advance = async () => {
    while (rest === undefined || rest.length === 0) {
      const next = await chunks.next()
      if (next.done === true) return false
      rest = next.value
    }
    return true
  }

  async function* bytesOfPiece(): AsyncGenerator<Buffer> {
    const room = { rows: limits.rowsMax, bytes: limits.bytesMax }
    while ((await advance()) && rest !== undefined) {
      const cut = cutAt(rest, room)
      const taken = cut.end === -1 ? rest : rest.subarray(0, cut.end)
      rest = rest.subarray(taken.length)
      room.rows -= cut.rows
      room.bytes -= taken.length
      yield taken
      if (cut.end !== -1) return
    }
  }

  try {
    for (let index = 0; await advance(); index += 1) {
      yield { token: index === 0 ? token : `${token}/${index}`, bytes: bytesOfPiece() }
    }
  } finally {
    await chunks.return?.()
  }
}
