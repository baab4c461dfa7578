import { sql } from 'kysely'
import { mutate, type Context } from '../access/index.ts'
import { AppError } from '../platform/errors.ts'
import { requireAccount } from './accounts.ts'

/** Deletes an account that no message and no campaign refers to; others can only be disabled, because receipts still come for them. */
export async function deleteAccount(ctx: Context, id: string): Promise<void> {
  await mutate(ctx, { action: 'account.delete', targetKind: 'account', targetId: id }, async (tx, audit) => {
    const row = await requireAccount(tx, ctx.workspaceId, id)
    audit.detail = { name: row.name, provider: row.provider }
    const { rows } = await sql<{ isUsed: boolean }>`
      select exists (select from campaigns where workspace_id = ${ctx.workspaceId} and account_id = ${id}::uuid)
        or exists (select from messages where workspace_id = ${ctx.workspaceId} and account_id = ${id}::uuid) as "isUsed"`.execute(tx)
    if (rows[0]?.isUsed)
      throw new AppError('precondition', {
        zh: '该账号已用于活动或发送过消息，不能删除；可以停用它',
        en: 'Campaigns use this account or it has sent messages; it can be disabled but not deleted',
      })
    await sql`delete from accounts where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(tx)
  })
}
