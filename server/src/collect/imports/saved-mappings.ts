import { sql } from 'kysely'
import type { ImportOptions, ImportSetup, ImportTarget } from '../../../../contracts/import-setup.ts'
import type { ImportMapping } from '../../../../contracts/imports.ts'
import { mutate, type Context } from '../../access/index.ts'
import { AppError, notFound } from '../../platform/errors.ts'
import type { Database } from '../../platform/platform.ts'
import { stableUuid } from '../../platform/stable-uuid.ts'
import { plainHeader } from './column-synonyms.ts'
import { findImport, type FileColumn } from './import-row.ts'

export interface SavedMapping {
  id: string
  name: string
  target: ImportTarget
  fingerprint: string
  columns: { header: string; field: string }[]
  options: ImportOptions
  created_at: Date
  used_at: Date | null
}

/** A saved mapping fits another file when so much of what it maps is there. */
const shareThatFits = 0.8
const mappingsMax = 500

const mappingNoun = { zh: '列对应方案', en: 'saved mapping' }

/** Saved mappings, last used first. */
export async function listImportMappings(ctx: Context, { target }: { target?: ImportTarget | undefined }): Promise<{ items: ImportMapping[] }> {
  return { items: (await readSavedMappings(ctx.platform.db, ctx.workspaceId, target ?? null)).map(toMapping) }
}

export async function readSavedMappings(db: Database, workspaceId: number, target: ImportTarget | null): Promise<SavedMapping[]> {
  const { rows } = await sql<SavedMapping>`
    select id, name, target, fingerprint, columns, options, created_at, used_at from import_mappings
    where workspace_id = ${workspaceId} and (${target}::text is null or target = ${target}) order by coalesce(used_at, created_at) desc, id desc limit ${mappingsMax}`.execute(
    db,
  )
  return rows
}

/**
 * Keeps a mapping by the headers of an import's file, so that it finds the same columns in another order too; a mapping of the same name and
 * target is replaced. Throws `not-found` for the import, `precondition` for a file without headers, `validation` when the mapping has another width.
 */
export async function saveImportMapping(ctx: Context, save: ImportSetup & { importId: string; name: string }): Promise<ImportMapping> {
  const { target, mapping, name } = save
  return mutate(ctx, { action: 'importMapping.save', targetKind: 'importMapping', detail: { name, target } }, async (tx, audit) => {
    const { columns, header_line: headerLine } = await findImport(tx, ctx.workspaceId, save.importId)
    if (headerLine === 0)
      throw new AppError('precondition', { zh: '文件没有表头，无法保存列的对应方案', en: 'The file has no header, so there is nothing to know its columns by' })
    if (columns.length !== mapping.length)
      throw new AppError('validation', {
        zh: `文件有 ${columns.length} 列，对应关系却有 ${mapping.length} 项`,
        en: `The file has ${columns.length} columns, the mapping ${mapping.length}`,
      })
    const kept = columns.map(({ header }, index) => ({ header, field: mapping[index]! }))
    const { rows } = await sql<SavedMapping>`
      insert into import_mappings (workspace_id, name, target, fingerprint, columns, options, created_by, created_at)
      values (${ctx.workspaceId}, ${name}, ${target}, ${fingerprintOf(columns)}::uuid, ${JSON.stringify(kept)}::jsonb, ${JSON.stringify(save.options)}::jsonb,
        ${ctx.actor.kind === 'user' ? ctx.actor.userId : null}::uuid, ${ctx.platform.clock.now()})
      on conflict (workspace_id, target, name) do update set fingerprint = excluded.fingerprint, columns = excluded.columns, options = excluded.options
      returning *`.execute(tx)
    audit.targetId = rows[0]!.id
    return toMapping(rows[0]!)
  })
}

/** Throws `not-found`, and `conflict` when another mapping of the target has the name. */
export async function renameImportMapping(ctx: Context, { id, name }: { id: string; name: string }): Promise<ImportMapping> {
  return mutate(ctx, { action: 'importMapping.rename', targetKind: 'importMapping', targetId: id, detail: { name } }, async (tx) => {
    const { rows: taken } = await sql`
      select from import_mappings as mine join import_mappings as other using (workspace_id, target)
      where mine.workspace_id = ${ctx.workspaceId} and mine.id = ${id}::uuid and other.id <> mine.id and other.name = ${name}`.execute(tx)
    if (taken.length > 0)
      throw new AppError('conflict', { zh: '已有同名的对应方案，请换一个名称', en: 'There is a mapping of this name already; choose another' })
    const { rows } = await sql<SavedMapping>`
      update import_mappings set name = ${name} where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid returning *`.execute(tx)
    if (!rows[0]) throw notFound(mappingNoun)
    return toMapping(rows[0])
  })
}

/** Throws `not-found`. */
export async function deleteImportMapping(ctx: Context, { id }: { id: string }): Promise<{ done: true }> {
  return mutate(ctx, { action: 'importMapping.delete', targetKind: 'importMapping', targetId: id }, async (tx) => {
    const { rows } = await sql`delete from import_mappings where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid returning id`.execute(tx)
    if (rows.length === 0) throw notFound(mappingNoun)
    return { done: true as const }
  })
}

/** Remembers that a mapping was used, for the one of these headers that says exactly this. */
export async function touchSavedMapping(tx: Database, ctx: Context, used: { target: ImportTarget; columns: readonly FileColumn[] }): Promise<void> {
  await sql`
    update import_mappings set used_at = ${ctx.platform.clock.now()}
    where workspace_id = ${ctx.workspaceId} and target = ${used.target} and fingerprint = ${fingerprintOf(used.columns)}::uuid`.execute(tx)
}

/** The saved mapping that fits a file: one of exactly its headers, else the one most of whose mapped headers are there. Last used first. */
export function fittingMapping(saved: readonly SavedMapping[], columns: readonly FileColumn[]): SavedMapping | null {
  const fingerprint = fingerprintOf(columns)
  const exact = saved.find((mapping) => mapping.fingerprint === fingerprint)
  if (exact) return exact
  const headers = new Set(columns.map(({ header }) => plainHeader(header)))
  let best: { mapping: SavedMapping; share: number } | null = null
  for (const mapping of saved) {
    const mapped = mapping.columns.filter(({ field }) => field !== '')
    const share = mapped.filter(({ header }) => headers.has(plainHeader(header))).length / Math.max(1, mapped.length)
    if (mapped.length > 1 && share >= shareThatFits && share > (best?.share ?? 0)) best = { mapping, share }
  }
  return best?.mapping ?? null
}

function fingerprintOf(columns: readonly FileColumn[]): string {
  return stableUuid('headers', ...columns.map(({ header }) => plainHeader(header)))
}

function toMapping(row: SavedMapping): ImportMapping {
  const { id, name, target, columns, options } = row
  return { id, name, target, columns, options, createdAt: row.created_at.toISOString(), usedAt: row.used_at?.toISOString() ?? null }
}
