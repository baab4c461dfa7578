import { sql } from 'kysely'
import type { Receipt } from '../channels/index.ts'
import type { Database, Platform } from '../platform/platform.ts'
import { applyReceipts } from './apply-receipts.ts'
import { groupBy } from './group-by.ts'

export const parkedReceiptsLoop = 'delivery.parkedReceipts'

/** A receipt can overtake the answer it belongs to, or come while its message is being recovered; after this long it belongs to nothing of ours. */
const keepMinutes = 30
const firstTrySeconds = 1
const pageSize = 2000

/** Keeps receipts that match nothing yet. */
export async function parkReceipts(
  tx: Database,
  platform: Platform,
  parked: { workspaceId: number; accountId: string; receivedAt: Date; receipts: readonly Receipt[] },
): Promise<void> {
  if (parked.receipts.length === 0) return
  const vault = await platform.vaults.of(parked.workspaceId)
  const sealed = parked.receipts.map((receipt) => vault.seal(JSON.stringify(receipt)))
  const nextTryAt = new Date(platform.clock.now().getTime() + firstTrySeconds * 1000)
  await sql`
    insert into parked_receipts (workspace_id, account_id, sealed_receipt, received_at, next_try_at)
    select ${parked.workspaceId}, ${parked.accountId}::uuid, sealed, ${parked.receivedAt}, ${nextTryAt} from unnest(${sealed}::bytea[]) as given (sealed)`.execute(
    tx,
  )
}

interface ParkedRow {
  id: number
  workspaceId: number
  accountId: string
  sealedReceipt: Buffer
  isOver: boolean
}

/** Tries parked receipts that are due; what still matches nothing waits twice as long, and is counted and dropped in the end. Answers whether more are due. */
export async function retryParkedReceipts(platform: Platform): Promise<boolean> {
  const now = platform.clock.now()
  return platform.db.transaction().execute(async (tx) => {
    const { rows } = await sql<ParkedRow>`
      select id, workspace_id as "workspaceId", account_id as "accountId", sealed_receipt as "sealedReceipt",
        received_at < ${now}::timestamptz - make_interval(mins => ${keepMinutes}) as "isOver"
      from parked_receipts where next_try_at <= ${now} order by account_id, id limit ${pageSize} for update skip locked`.execute(tx)
    for (const group of groupBy(rows, ({ accountId }) => accountId).values()) await retryAccount(tx, platform, group)
    return rows.length === pageSize
  })
}

async function retryAccount(tx: Database, platform: Platform, group: readonly ParkedRow[]): Promise<void> {
  const [first] = group
  if (!first) return
  const vault = await platform.vaults.of(first.workspaceId)
  const byReceipt = new Map(group.map((row) => [JSON.parse(vault.open(row.sealedReceipt)) as Receipt, row]))
  const unmatched = await applyReceipts(tx, platform, { workspaceId: first.workspaceId, accountId: first.accountId, receipts: [...byReceipt.keys()] })
  const waiting = unmatched.flatMap((receipt) => byReceipt.get(receipt) ?? []).filter(({ isOver }) => !isOver)
  const dropped = unmatched.length - waiting.length
  if (dropped > 0)
    platform.metrics.counter({ name: 'hongyan_receipts_unmatched_total', help: 'Receipts dropped because they belong to no message of ours' }).inc(dropped)
  const keep = waiting.map(({ id }) => id)
  await sql`delete from parked_receipts where id = any(${group.map(({ id }) => id)}::bigint[]) and id <> all(${keep}::bigint[])`.execute(tx)
  await sql`
    update parked_receipts set tries = tries + 1, next_try_at = ${platform.clock.now()}::timestamptz + make_interval(secs => least(600, power(2, tries)::integer))
    where id = any(${keep}::bigint[])`.execute(tx)
}
