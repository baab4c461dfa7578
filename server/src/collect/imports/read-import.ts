import type { Import, ImportTarget } from '../../../../contracts/collect.ts'
import type { Context } from '../../access/index.ts'
import { findImport, toImport, type AnalysedColumn, type ImportRow } from './import-row.ts'
import { suggestMapping } from './suggest-mapping.ts'

/** One import with its progress; throws `not-found`. */
export async function readImport(ctx: Context, { id }: { id: string }): Promise<Import> {
  return describeImport(ctx, await findImport(ctx.platform.db, ctx.workspaceId, id))
}

/** A row with the columns as suggested for its target (people when none was chosen). */
export function describeImport(ctx: Context, row: ImportRow): Import {
  return toImport(ctx, row, suggestMapping(row.columns, row.target ?? 'people'))
}

/** The mapping suggested for a target, and why; throws `not-found`. */
export async function readSuggestedMapping(
  ctx: Context,
  { id, target }: { id: string; target: ImportTarget },
): Promise<{ mapping: string[]; columns: AnalysedColumn[] }> {
  const row = await findImport(ctx.platform.db, ctx.workspaceId, id)
  const columns = suggestMapping(row.columns, target)
  return { mapping: columns.map((column) => column.suggestion), columns }
}
