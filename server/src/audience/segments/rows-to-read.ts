import type { Context } from '../../access/index.ts'
import type { Statement } from '../../platform/warehouse/warehouse.ts'

/**
 * How many rows of its tables a statement reads, as the engine plans it: by whole granules of the keys that its conditions leave. Costs some milliseconds and
 * reads none of them.
 */
export async function rowsToRead(ctx: Pick<Context, 'platform'>, { sql, params = {} }: Pick<Statement, 'sql' | 'params'>): Promise<number> {
  const tables = await ctx.platform.warehouse.rows<{ rows: number }>({ sql: `explain estimate ${sql}`, params })
  return tables.reduce((sum, table) => sum + table.rows, 0)
}
