import { sql } from 'kysely'
import type { MessageFate, SourceMessage } from '../../../../contracts/collect.ts'
import type { Context } from '../../access/index.ts'
import { notFound } from '../../platform/errors.ts'
import { forgetDoorRules } from '../door/door-rules.ts'
import { decodeBody } from '../inbox-body.ts'
import { maskMessage } from '../mask-message.ts'
import { readSource } from './source-row.ts'

/** After each look, so long more messages are kept; noted at most every so often. */
const watchedMs = 30_000
const notedMs = 10_000

interface MessageRow extends Omit<SourceMessage, 'receivedAt'> {
  receivedAt: Date
}

interface Ask {
  fate?: MessageFate | undefined
  type?: string | undefined
  event?: string | undefined
  limit: number
}

/** The last messages of a source and what became of them, newest first; whoever asks lets more of them be kept for a while. Throws `not-found`. */
export async function listSourceMessages(ctx: Context, sourceId: string, { fate, type, event, limit }: Ask): Promise<SourceMessage[]> {
  await readSource(ctx, sourceId)
  await watch(ctx, sourceId)
  const { rows } = await sql<MessageRow>`
    select id, received_at as "receivedAt", type, event, state as fate, problems, person_id as "personId" from source_messages
    where workspace_id = ${ctx.workspaceId} and source_id = ${sourceId}::uuid
      and (${fate ?? null}::text is null or state = ${fate ?? null}) and (${type ?? null}::text is null or type = ${type ?? null})
      and (${event ?? null}::text is null or event = ${event ?? null})
    order by sequence desc limit ${limit}`.execute(ctx.platform.db)
  return rows.map(messageAnswer)
}

/** One message as it was sent, masked for whoever may not see personal data. Throws `not-found`. */
export async function readSourceMessage(ctx: Context, id: string): Promise<SourceMessage & { message: unknown }> {
  const { rows } = await sql<MessageRow & { sealed: Buffer }>`
    select id, received_at as "receivedAt", type, event, state as fate, problems, person_id as "personId", sealed_message as sealed
    from source_messages where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(ctx.platform.db)
  const row = rows[0]
  if (!row) throw notFound({ zh: '消息', en: 'message' })
  const { sealed, ...message } = row
  const [payload] = await decodeBody<unknown>(await ctx.platform.vaults.of(ctx.workspaceId), sealed)
  return { ...messageAnswer(message), message: await maskMessage(ctx, payload, row.event) }
}

async function watch(ctx: Context, sourceId: string): Promise<void> {
  const now = ctx.platform.clock.now()
  const { numAffectedRows } = await sql`
    update sources set watched_until = ${new Date(now.getTime() + watchedMs)}
    where workspace_id = ${ctx.workspaceId} and id = ${sourceId}::uuid
      and (watched_until is null or watched_until < ${new Date(now.getTime() + watchedMs - notedMs)} or watched_until > ${new Date(now.getTime() + watchedMs)})`.execute(
    ctx.platform.db,
  )
  if (numAffectedRows !== 0n) forgetDoorRules(ctx.platform, ctx.workspaceId)
}

function messageAnswer(row: MessageRow): SourceMessage {
  const { id, receivedAt, type, event, fate, problems, personId } = row
  return { id, receivedAt: receivedAt.toISOString(), type, event, fate, problems, personId }
}
