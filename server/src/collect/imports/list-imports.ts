import { sql } from 'kysely'
import type { Import } from '../../../../contracts/collect.ts'
import { Uuid } from '../../../../contracts/common.ts'
import type { Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { ImportRow } from './import-row.ts'
import { describeImport } from './read-import.ts'

/** Imports, newest first; the cursor is the id of the last one shown. */
export async function listImports(ctx: Context, page: { cursor?: string | undefined; limit: number }): Promise<{ items: Import[]; nextCursor?: string }> {
  if (page.cursor !== undefined && !Uuid.safeParse(page.cursor).success) throw new AppError('validation', { zh: '翻页位置无效', en: 'The cursor is not valid' })
  const { rows } = await sql<ImportRow>`
    select * from imports
    where workspace_id = ${ctx.workspaceId} and (${page.cursor ?? null}::uuid is null or id < ${page.cursor ?? null}::uuid)
    order by id desc limit ${page.limit + 1}`.execute(ctx.platform.db)
  const shown = rows.slice(0, page.limit)
  const items = shown.map((row) => describeImport(ctx, row))
  const last = shown.at(-1)
  return rows.length > page.limit && last ? { items, nextCursor: last.id } : { items }
}
