import type { ImportOptions, ImportTarget } from '../../../../contracts/import-setup.ts'
import type { Import } from '../../../../contracts/imports.ts'
import type { Context } from '../../access/index.ts'
import { notFound } from '../../platform/errors.ts'
import { findImport, toImport, type ImportRow, type Suggestion } from './import-row.ts'
import { fittingMapping, readSavedMappings, type SavedMapping } from './saved-mappings.ts'
import { suggestMapping } from './suggest-mapping.ts'

/** One import with its progress; throws `not-found`. */
export async function readImport(ctx: Context, { id }: { id: string }): Promise<Import> {
  return describeImport(ctx, await findImport(ctx.platform.db, ctx.workspaceId, id))
}

/** A row with the columns as suggested for its target (people when none was chosen). */
export async function describeImport(ctx: Context, row: ImportRow): Promise<Import> {
  return (await describeImports(ctx, [row]))[0]!
}

/** Saved mappings matter only to files that nobody has started yet. */
export async function describeImports(ctx: Context, rows: readonly ImportRow[]): Promise<Import[]> {
  const saved = rows.some((row) => row.state === 'uploaded') ? await readSavedMappings(ctx.platform.db, ctx.workspaceId, null) : []
  return rows.map((row) => toImport(ctx, row, suggestionFor(row, row.target ?? 'people', row.state === 'uploaded' ? saved : [])))
}

function suggestionFor(row: ImportRow, target: ImportTarget, saved: readonly SavedMapping[]): Suggestion {
  const ofTarget = saved.filter((mapping) => mapping.target === target)
  return suggestionBy(row, target, row.header_line > 0 ? fittingMapping(ofTarget, row.columns) : null)
}

function suggestionBy(row: ImportRow, target: ImportTarget, mapping: SavedMapping | null): Suggestion {
  return { columns: suggestMapping(row.columns, target, mapping), savedMapping: mapping ? { id: mapping.id, name: mapping.name } : null }
}

/** The mapping suggested for a target, and why; by one saved mapping when it is named. Throws `not-found`. */
export async function readSuggestedMapping(
  ctx: Context,
  { id, target, mappingId }: { id: string; target: ImportTarget; mappingId?: string | undefined },
): Promise<Suggestion & { mapping: string[]; options: ImportOptions }> {
  const row = await findImport(ctx.platform.db, ctx.workspaceId, id)
  const saved = await readSavedMappings(ctx.platform.db, ctx.workspaceId, target)
  const named = mappingId === undefined ? null : saved.find((mapping) => mapping.id === mappingId)
  if (named === undefined) throw notFound({ zh: '列对应方案', en: 'saved mapping' })
  const suggestion = named ? suggestionBy(row, target, named) : suggestionFor(row, target, saved)
  const options = saved.find((mapping) => mapping.id === suggestion.savedMapping?.id)?.options ?? {}
  return { ...suggestion, mapping: suggestion.columns.map((column) => column.suggestion), options }
}
