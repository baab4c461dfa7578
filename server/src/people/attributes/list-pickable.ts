import { sql } from 'kysely'
import type { Attribute } from '../../../../contracts/people.ts'
import type { Context } from '../../access/index.ts'
import { listAttributes } from './list-attributes.ts'

/** Attributes that are offered where one is chosen: all but the retired ones. */
export async function listPickableAttributes(ctx: Context): Promise<{ items: Attribute[] }> {
  const [{ items }, { rows }] = await Promise.all([
    listAttributes(ctx),
    sql<{ key: string }>`select key from attributes where workspace_id = ${ctx.workspaceId} and retired_at is not null`.execute(ctx.platform.db),
  ])
  const retired = new Set(rows.map((row) => row.key))
  return { items: items.filter((attribute) => !retired.has(attribute.key)) }
}
