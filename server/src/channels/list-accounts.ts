import { sql } from 'kysely'
import type { Account, Provider } from '../../../contracts/channels.ts'
import type { Context } from '../access/index.ts'
import { selectAccounts, toAccount } from './accounts.ts'
import { providers } from './registry.ts'

export function listProviders(): Provider[] {
  return providers.map(({ id, channel, label, description, fields, capabilities, limits }) => ({
    id,
    channel,
    label,
    description,
    fields: [...fields],
    callback: capabilities.callback,
    limits,
  }))
}

/** Accounts of the workspace, oldest first. */
export async function listAccounts(ctx: Context): Promise<Account[]> {
  const rows = await selectAccounts(ctx.platform.db, ctx.workspaceId, sql`true order by created_at, id`)
  return Promise.all(rows.map((row) => toAccount(ctx.platform, row)))
}
