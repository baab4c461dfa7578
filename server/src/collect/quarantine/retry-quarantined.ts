import { sql } from 'kysely'
import type { QuarantineChoice } from '../../../../contracts/quarantine.ts'
import { mutate, type Context } from '../../access/index.ts'
import type { Database } from '../../platform/platform.ts'
import { appendToInbox } from '../append-to-inbox.ts'
import { checkEvent, type Verdict } from '../door/check-event.ts'
import { forgetDoorRules, readDoorRules, type DoorRules } from '../door/door-rules.ts'
import { decodeBody } from '../inbox-body.ts'
import type { IncomingItem } from '../inbox-item.ts'
import { groupOf } from './hold-back.ts'
import { rereadMessage } from './reread-message.ts'
import { chosen } from './set-aside.ts'

/** Read and sent on at a time, each such part in a transaction of its own. */
const rowsPerPart = 500

interface HeldRow {
  id: string
  sourceId: string | null
  originId: string | null
  form: string
  receivedAt: Date
  sentAt: Date | null
  body: Buffer
}

interface Retried {
  sent: number
  kept: number
}

/**
 * Sends what was chosen through the inbox again, read and checked by what holds now. Out of the quarantine and into the inbox is one
 * transaction, and an item keeps its key: it lands at most once, however often it is tried. What still does not fit stays.
 */
export async function retryQuarantined(ctx: Context, choice: QuarantineChoice): Promise<Retried> {
  const { platform, workspaceId } = ctx
  forgetDoorRules(platform, workspaceId)
  const rules = await readDoorRules(platform, workspaceId)
  const entry = { action: 'quarantine.retry', targetKind: 'workspace', targetId: String(workspaceId) }
  let { sent } = await mutate(ctx, { ...entry, detail: { ...choice } }, (tx) => retryInboxRows(tx, ctx, choice))
  let kept = 0
  let after: string | null = null
  for (;;) {
    const part: Retried & { last: string | null } = await platform.db.transaction().execute((tx) => retryPart(tx, ctx, { choice, rules, after }))
    sent += part.sent
    kept += part.kept
    if (part.last === null) return { sent, kept }
    after = part.last
  }
}

/** Rows that a store refused wait in the inbox again, as they are. */
async function retryInboxRows(tx: Database, ctx: Context, choice: QuarantineChoice): Promise<{ sent: number }> {
  const { rows } = await sql<{ items: number }>`
    with ids as (
      select id from (
        select failed_id as id, md5(kind || regexp_replace(coalesce(error, ''), '[0-9]+', '#', 'g'))::uuid as "group"
        from inbox where workspace_id = ${ctx.workspaceId} and failed_at is not null) as failed where ${chosen(choice)})
    update inbox set failed_at = null, error = null, chunk_id = null
    where workspace_id = ${ctx.workspaceId} and failed_at is not null and failed_id in (select id from ids)
    returning item_count as items`.execute(tx)
  return { sent: rows.reduce((sum, { items }) => sum + items, 0) }
}

interface Part {
  choice: QuarantineChoice
  rules: DoorRules
  after: string | null
}

async function retryPart(tx: Database, ctx: Context, { choice, rules, after }: Part): Promise<Retried & { last: string | null }> {
  const { rows } = await sql<HeldRow>`
    select id, source_id as "sourceId", origin_id as "originId", form, received_at as "receivedAt", sent_at as "sentAt", body
    from (select *, group_key as "group" from quarantine where workspace_id = ${ctx.workspaceId}) as held
    where ${chosen(choice)} and (${after}::uuid is null or id > ${after}::uuid) order by id limit ${rowsPerPart}`.execute(tx)
  if (rows.length === 0) return { sent: 0, kept: 0, last: null }
  const { gone, kept } = await rereadAll(ctx, rows, rules)
  // Whoever deletes a row sends it: a second retry at the same time finds it gone.
  const { rows: deleted } = await sql<{ id: string }>`
    delete from quarantine where workspace_id = ${ctx.workspaceId} and id = any(${[...gone.keys()]}::uuid[]) returning id`.execute(tx)
  const mine = new Set(deleted.map(({ id }) => id))
  await appendAll(
    tx,
    ctx,
    rows.filter(({ id }) => mine.has(id)).map((row) => ({ row, items: gone.get(row.id)! })),
  )
  await updateReasons(tx, ctx, kept)
  return { sent: mine.size, kept: kept.size, last: rows.at(-1)!.id }
}

type Kept = Extract<Verdict, { kind: 'quarantine' }> & { event: string | null }

/** Which rows fit now, with their items, and which do not, and why. Nothing to send is a row that is blocked now: it goes and leaves nothing. */
async function rereadAll(
  ctx: Context,
  rows: readonly HeldRow[],
  rules: DoorRules,
): Promise<{ gone: Map<string, IncomingItem[]>; kept: Map<string, Kept | null> }> {
  const vault = await ctx.platform.vaults.of(ctx.workspaceId)
  const gone = new Map<string, IncomingItem[]>()
  const kept = new Map<string, Kept | null>()
  for (const row of rows) {
    const [payload] = await decodeBody<unknown>(vault, row.body)
    const read = await reread(ctx, row, payload)
    if (read === null) {
      kept.set(row.id, null)
      continue
    }
    const verdicts = read.map((item) => ({ item, verdict: checkEvent(item, rules) }))
    const held = verdicts.find(({ verdict }) => verdict.kind === 'quarantine')
    if (held?.verdict.kind === 'quarantine') kept.set(row.id, { ...held.verdict, event: held.item.event ?? null })
    else gone.set(row.id, verdicts.filter(({ verdict }) => verdict.kind !== 'blocked').map(asSent))
  }
  return { gone, kept }
}

function asSent({ item, verdict }: { item: IncomingItem; verdict: Verdict }): IncomingItem {
  if (verdict.kind === 'flagged') item.violations = verdict.problems
  return item
}

/** The items of a held row; null when nobody can read it still. */
async function reread(ctx: Context, { form, sourceId, receivedAt, sentAt }: HeldRow, payload: unknown): Promise<IncomingItem[] | null> {
  if (form === 'item') return [payload as IncomingItem]
  if (sourceId === null) return null
  return rereadMessage(ctx.platform, form, { workspaceId: ctx.workspaceId, sourceId, receivedAt, sentAt, message: payload })
}

/** Rows of one origin that came at the same time go back together. */
async function appendAll(tx: Database, ctx: Context, sending: readonly { row: HeldRow; items: IncomingItem[] }[]): Promise<void> {
  const batches = new Map<string, { row: HeldRow; items: IncomingItem[] }>()
  for (const { row, items } of sending) {
    const name = `${row.sourceId} ${row.originId} ${row.receivedAt.getTime()}`
    const batch = batches.get(name)
    if (batch) batch.items.push(...items)
    else batches.set(name, { row, items: [...items] })
  }
  const { platform, workspaceId } = ctx
  for (const { row, items } of batches.values()) {
    const { sourceId, originId, receivedAt } = row
    await appendToInbox(tx, { platform, workspaceId, kind: 'tracking', sourceId, originId, receivedAt, items })
  }
}

/** What does not fit for another reason now says so. */
async function updateReasons(tx: Database, ctx: Context, kept: ReadonlyMap<string, Kept | null>): Promise<void> {
  for (const [id, verdict] of kept) {
    if (verdict === null) continue
    const problem = verdict.problems[0]!
    const group = groupOf({ reason: verdict.reason, event: verdict.event, problem })
    await sql`
      update quarantine set reason = ${verdict.reason}, problem = ${JSON.stringify(problem)}::jsonb, event = ${verdict.event}, group_key = ${group}::uuid
      where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid and group_key <> ${group}::uuid`.execute(tx)
  }
}
