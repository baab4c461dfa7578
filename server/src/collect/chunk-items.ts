import type { Platform } from '../platform/platform.ts'
import { errorMessage } from '../platform/errors.ts'
import type { Chunk, ChunkRow } from './chunk.ts'
import { decodeBody } from './inbox-body.ts'

/** The items of a chunk in the order in which they came, each with the row it stood in. */
export interface ChunkItems<Item> {
  items: Item[]
  /** Row of each item. */
  rowOf: ChunkRow[]
  /** Rows that cannot be read at all: damaged, or sealed by another key. */
  damaged: { row: ChunkRow; error: string }[]
}

export async function readChunkItems<Item>(platform: Platform, chunk: Chunk): Promise<ChunkItems<Item>> {
  const vault = await platform.vaults.of(chunk.workspaceId)
  const read: ChunkItems<Item> = { items: [], rowOf: [], damaged: [] }
  for (const row of chunk.rows) {
    try {
      for (const item of await decodeBody<Item>(vault, row.body)) {
        read.items.push(item)
        read.rowOf.push(row)
      }
    } catch (error) {
      read.damaged.push({ row, error: errorMessage(error) })
    }
  }
  return read
}
