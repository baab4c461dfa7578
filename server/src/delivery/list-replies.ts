import { sql } from 'kysely'
import type { z } from 'zod'
import type { deliveryRoutes, Reply } from '../../../contracts/delivery.ts'
import type { Context } from '../access/index.ts'
import { currentPersonId, maskAddress, maskPhone, nameMask } from '../people/index.ts'
import { idCursor, pageOf } from '../platform/paging.ts'

type RepliesQuery = z.output<NonNullable<typeof deliveryRoutes.listReplies.query>>
type ReplyRow = Omit<Reply, 'phone' | 'at'> & { sealedAddress: Buffer; at: Date }

/** Replies of the workspace, newest first; phones masked, also those that people write. */
export async function listReplies(ctx: Context, query: RepliesQuery): Promise<{ items: Reply[]; nextCursor?: string }> {
  const { kind = null, campaignId = null, limit } = query
  const personId = query.personId === undefined ? null : await currentPersonId(ctx, query.personId)
  const cursor = idCursor(query.cursor)
  const { rows } = await sql<ReplyRow>`
    select replies.id, replies.at, replies.person_id as "personId", people.attributes ->> 'name' as "personName", replies.sealed_address as "sealedAddress", replies.text,
      replies.kind, campaigns.id as "campaignId", campaigns.name as campaign, accounts.name as account
    from replies
    left join people on people.id = replies.person_id and people.workspace_id = replies.workspace_id
    left join messages on messages.id = replies.message_id and messages.workspace_id = replies.workspace_id
    left join campaigns on messages.cause_kind = 'campaign' and campaigns.id = messages.cause_id and campaigns.workspace_id = replies.workspace_id
    left join accounts on accounts.id = replies.account_id and accounts.workspace_id = replies.workspace_id
    where replies.workspace_id = ${ctx.workspaceId} and (${cursor}::bigint is null or replies.id < ${cursor}::bigint)
      ${kind === null ? sql`` : sql`and replies.kind = ${kind}`}
      ${campaignId === null ? sql`` : sql`and campaigns.id = ${campaignId}::uuid`}
      ${personId === null ? sql`` : sql`and replies.person_id = ${personId}`}
    order by replies.id desc
    limit ${limit + 1}`.execute(ctx.platform.db)
  const [vault, shownName] = await Promise.all([ctx.platform.vaults.of(ctx.workspaceId), nameMask(ctx)])
  const page = pageOf(rows, limit, (row) => row.id)
  return {
    nextCursor: page.nextCursor,
    items: page.rows.map(({ sealedAddress, at, ...row }) => ({
      ...row,
      personName: shownName(row.personName),
      phone: maskPhone(vault.open(sealedAddress)),
      text: maskAddress(row.text),
      at: at.toISOString(),
    })),
  }
}
