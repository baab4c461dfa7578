import { sql } from 'kysely'
import type { Database, Platform } from '../platform/platform.ts'
import { encodeBody } from './inbox-body.ts'
import type { IncomingItem, KnownEvent } from './inbox-item.ts'

/** Most items in one inbox row: what a row holds is decoded, and if need be isolated, as one. */
export const itemsPerRowMax = 5_000

interface InboxOrigin {
  platform: Platform
  workspaceId: number
  sourceId?: string | null
  /** Import id, channel account id. */
  originId?: string | null
  /** When it came in; now when left out. */
  receivedAt?: Date
}

/**
 * What goes into the inbox. `tracking` and `import` still have to be resolved to people, `message` is about known people,
 * `callback` is for the handler registered for it.
 */
export type InboxAppend = InboxOrigin &
  (
    | { kind: 'tracking' | 'import'; items: readonly IncomingItem[] }
    | { kind: 'message'; items: readonly KnownEvent[] }
    | { kind: 'callback'; items: readonly unknown[] }
  )

/**
 * Puts items into the durable inbox inside the caller's transaction: they are there when `tx` commits, and then go to PostgreSQL and
 * the warehouse exactly once. Acknowledge only after that commit. No items, no row.
 */
export async function appendToInbox(tx: Database, append: InboxAppend): Promise<void> {
  const { platform, workspaceId, kind, items } = append
  if (items.length === 0) return
  const vault = await platform.vaults.of(workspaceId)
  const receivedAt = append.receivedAt ?? platform.clock.now()
  for (let start = 0; start < items.length; start += itemsPerRowMax) {
    const part = items.length <= itemsPerRowMax ? items : items.slice(start, start + itemsPerRowMax)
    const body = await encodeBody(vault, part)
    await sql`
      insert into inbox (workspace_id, kind, source_id, origin_id, received_at, item_count, body)
      values (${workspaceId}, ${kind}, ${append.sourceId ?? null}, ${append.originId ?? null}, ${receivedAt}, ${part.length}, ${body})`.execute(tx)
  }
}
