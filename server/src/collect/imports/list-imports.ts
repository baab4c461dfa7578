import { sql } from 'kysely'
import type { Import } from '../../../../contracts/imports.ts'
import type { Context } from '../../access/index.ts'
import { pageOf, uuidCursor } from '../../platform/paging.ts'
import type { ImportRow } from './import-row.ts'
import { describeImports } from './read-import.ts'

/** Imports, newest first; the cursor is the id of the last one shown. */
export async function listImports(ctx: Context, page: { cursor?: string | undefined; limit: number }): Promise<{ items: Import[]; nextCursor?: string }> {
  const before = uuidCursor(page.cursor)
  const { rows } = await sql<ImportRow>`
    select * from imports
    where workspace_id = ${ctx.workspaceId} and (${before}::uuid is null or id < ${before}::uuid)
    order by id desc limit ${page.limit + 1}`.execute(ctx.platform.db)
  const shown = pageOf(rows, page.limit, (row) => row.id)
  return { items: await describeImports(ctx, shown.rows), nextCursor: shown.nextCursor }
}
