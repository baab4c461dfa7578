import { readCallbacks } from '../channels/index.ts'
import type { InboxRow } from '../collect/index.ts'
import type { Platform } from '../platform/platform.ts'
import { applyReceipts } from './apply-receipts.ts'
import { applyReplies } from './apply-replies.ts'
import { groupBy } from './group-by.ts'
import { parkedReceiptsLoop, parkReceipts } from './parked-receipts.ts'

/** Receipts matched in one transaction. */
const receiptsPerTransaction = 5000

/**
 * Reads what providers sent, from the inbox, and applies it account by account. May run again over the same rows: receipts settle a message once,
 * replies are saved once, and events carry the key of what they report.
 */
export async function receiveCallbacks(platform: Platform, workspaceId: number, rows: readonly InboxRow[]): Promise<void> {
  for (const [accountId, accountRows] of groupBy(rows, ({ originId }) => originId)) {
    if (accountId === null) continue
    const { receipts, replies } = await readCallbacks(platform, workspaceId, { accountId, items: accountRows.flatMap(({ items }) => items) })
    const receivedAt = accountRows[0]?.receivedAt ?? platform.clock.now()
    for (let at = 0; at < receipts.length; at += receiptsPerTransaction) {
      await platform.db.transaction().execute(async (tx) => {
        const unmatched = await applyReceipts(tx, platform, { workspaceId, accountId, receipts: receipts.slice(at, at + receiptsPerTransaction) })
        await parkReceipts(tx, platform, { workspaceId, accountId, receivedAt, receipts: unmatched })
        if (unmatched.length > 0) platform.jobs.wake(parkedReceiptsLoop)
      })
    }
    if (replies.length > 0) await platform.db.transaction().execute((tx) => applyReplies(tx, platform, { workspaceId, accountId, replies }))
  }
}
