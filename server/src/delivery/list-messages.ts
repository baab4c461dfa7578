import { sql } from 'kysely'
import type { z } from 'zod'
import type { deliveryRoutes, Message } from '../../../contracts/delivery.ts'
import type { Context } from '../access/index.ts'
import { currentPersonId, maskPhone, nameMask } from '../people/index.ts'
import { idCursor, pageOf } from '../platform/paging.ts'

type MessagesQuery = z.output<NonNullable<typeof deliveryRoutes.listMessages.query>>

type MessageRow = Omit<Message, 'phone' | 'plannedAt' | 'claimedAt' | 'acceptedAt' | 'finishedAt'> & {
  sealedPhone: Buffer | null
  plannedAt: Date
  claimedAt: Date | null
  acceptedAt: Date | null
  finishedAt: Date | null
}

/** Messages of the workspace, newest first, without tests; phones masked. */
export async function listMessages(ctx: Context, query: MessagesQuery): Promise<{ items: Message[]; nextCursor?: string }> {
  const { campaignId = null, state = null, reason = null, failureCode = null, limit } = query
  const personId = query.personId === undefined ? null : await currentPersonId(ctx, query.personId)
  const cursor = idCursor(query.cursor)
  const { rows } = await sql<MessageRow>`
    select messages.id as "messageId", messages.person_id as "personId", people.attributes ->> 'name' as "personName", people.sealed_phone as "sealedPhone",
      messages.channel, campaigns.id as "campaignId", campaigns.name as campaign, messages.state, messages.reason, messages.failure_class as "failureClass",
      messages.failure_code as "failureCode", messages.text, messages.parts, messages.cost_fen as "costFen", accounts.name as account, messages.vendor_id as "vendorId",
      messages.attempts, messages.planned_at as "plannedAt", messages.claimed_at as "claimedAt", messages.accepted_at as "acceptedAt", messages.finished_at as "finishedAt"
    from messages
    left join people on people.id = messages.person_id and people.workspace_id = messages.workspace_id
    left join campaigns on campaigns.id = messages.cause_id and campaigns.workspace_id = messages.workspace_id
    left join accounts on accounts.id = messages.account_id and accounts.workspace_id = messages.workspace_id
    where messages.workspace_id = ${ctx.workspaceId} and messages.cause_kind = 'campaign'
      and (${cursor}::bigint is null or messages.id < ${cursor}::bigint)
      ${campaignId === null ? sql`` : sql`and messages.cause_id = ${campaignId}::uuid`}
      ${personId === null ? sql`` : sql`and messages.person_id = ${personId}`}
      ${state === null ? sql`` : sql`and messages.state = ${state}`}
      ${reason === null ? sql`` : sql`and messages.reason = ${reason}`}
      ${failureCode === null ? sql`` : sql`and messages.failure_code = ${failureCode}`}
    order by messages.id desc
    limit ${limit + 1}`.execute(ctx.platform.db)
  const [vault, shownName] = await Promise.all([ctx.platform.vaults.of(ctx.workspaceId), nameMask(ctx)])
  const page = pageOf(rows, limit, (row) => row.messageId)
  return {
    nextCursor: page.nextCursor,
    items: page.rows.map(({ sealedPhone, plannedAt, claimedAt, acceptedAt, finishedAt, ...row }) => ({
      ...row,
      personName: shownName(row.personName),
      phone: sealedPhone && maskPhone(vault.open(sealedPhone)),
      plannedAt: plannedAt.toISOString(),
      claimedAt: claimedAt?.toISOString() ?? null,
      acceptedAt: acceptedAt?.toISOString() ?? null,
      finishedAt: finishedAt?.toISOString() ?? null,
    })),
  }
}
