import type pg from 'pg'
import { applyTags, type TagEntry } from '../tags/index.ts'
import type { Chunk } from './chunk.ts'
import type { ChunkItems } from './chunk-items.ts'
import type { IncomingItem } from './inbox-item.ts'

/** Gives the people of a chunk the tags its items say, in the order they were said, each under the import it came with. */
export async function applyItemTags(
  client: pg.ClientBase,
  { chunk, read, personIds, now }: { chunk: Chunk; read: ChunkItems<IncomingItem>; personIds: Float64Array; now: Date },
): Promise<void> {
  const byOrigin = new Map<string | null, TagEntry[]>()
  for (const [index, item] of read.items.entries()) {
    if (!item.tags) continue
    const { originId } = read.rowOf[index]!
    const personId = personIds[index]!
    const entries = item.tags.map(({ tagId, value, expiresAtMs, remove }): TagEntry => {
      const expiresAt = expiresAtMs === undefined ? undefined : new Date(expiresAtMs)
      return { personId, tagId, value, expiresAt, remove: remove ?? false, anyValue: remove === true && value === '' }
    })
    const known = byOrigin.get(originId)
    if (known) known.push(...entries)
    else byOrigin.set(originId, entries)
  }
  const source = chunk.kind === 'import' ? 'import' : 'event'
  for (const [originId, entries] of byOrigin) await applyTags(client, { workspaceId: chunk.workspaceId, entries, source, originId, now })
}
