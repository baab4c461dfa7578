import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A piece of a batch, written to a file: at most so many rows that the engine takes it as one block. */
export interface SpooledPiece {
  path: string
  /** 0 for the first piece of the batch. */
  index: number
}

interface PieceLimits {
  rowsMax: number
  bytesMax: number
}

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

/** A folder for batches on their way into the warehouse. What is in it when it is opened was left by a process that died. */
export class Spool {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async open(folder: string): Promise<Spool> {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return new Spool(folder)
  }

  /**
   * Writes JSON lines into one file after the other. Where a piece ends depends on the lines alone, not on how they arrive, so that
   * a batch that is done again is cut at the same places. Each file is removed when the next one is asked for.
   */
  async *pieces(lines: AsyncIterable<Buffer> | Iterable<Buffer>, limits: PieceLimits): AsyncGenerator<SpooledPiece> {
    let piece: { path: string; file: Awaited<ReturnType<typeof open>>; rows: number; bytes: number } | undefined
    let index = 0
    const path = () => join(this.#folder, `${randomUUID()}.jsonl`)
    try {
      for await (let bytes of lines) {
        while (bytes.length > 0) {
          if (!piece) {
            const next = path()
            piece = { path: next, file: await open(next, 'wx', 0o600), rows: 0, bytes: 0 }
          }
          const cut = cutAt(bytes, { rows: limits.rowsMax - piece.rows, bytes: limits.bytesMax - piece.bytes })
          const taken = cut.end === -1 ? bytes : bytes.subarray(0, cut.end)
          await piece.file.writeFile(taken)
          piece.rows += cut.rows
          piece.bytes += taken.length
          bytes = bytes.subarray(taken.length)
          if (cut.end === -1) continue
          await piece.file.close()
          yield { path: piece.path, index }
          await rm(piece.path, { force: true })
          piece = undefined
          index += 1
        }
      }
      if (piece) {
        await piece.file.close()
        yield { path: piece.path, index }
      }
    } finally {
      if (piece) {
        await piece.file.close().catch(() => undefined)
        await rm(piece.path, { force: true })
      }
    }
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** Names of the files that are in the folder now; for tests. */
  async files(): Promise<string[]> {
    return readdir(this.#folder)
  }
}
