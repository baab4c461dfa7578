import { sql } from 'kysely'
import type { ImportSetup } from '../../../../contracts/import-setup.ts'
import type { AttributeType } from '../../../../contracts/people.ts'
import type { Context } from '../../access/index.ts'
import { readNamespaces } from '../../people/index.ts'
import { workspaceTimezone } from '../../workspaces/index.ts'
import { readDoorRules } from '../door/door-rules.ts'
import type { IncomingItem } from '../inbox-item.ts'
import type { ImportRow } from './import-row.ts'
import { sortMapping } from './mapped-columns.ts'
import type { RowTag } from './read-values.ts'
import { rowReader, type ReaderSettings, type RowReader } from './row-readers.ts'
import { KnownTags } from './values/known-tags.ts'
import { timeReader } from './values/time-reader.ts'

const dayMs = 86_400_000
/** Of attributes that mean the same everywhere, until the workspace says otherwise. */
const usualTypes: readonly (readonly [string, AttributeType])[] = [['birthday', 'date']]

export interface PreparedReader {
  read: RowReader
  settings: ReaderSettings
}

/** Reads rows of an import's file as a set-up says, by what the workspace knows now: attributes, kinds of identities, tags. */
export async function prepareReader(ctx: Context, row: ImportRow, { setup, startedAt }: { setup: ImportSetup; startedAt: Date }): Promise<PreparedReader> {
  const { target, mapping, options } = setup
  const { rows: attributes } = await sql<{
    key: string
    type: AttributeType
  }>`select key, type from attributes where workspace_id = ${ctx.workspaceId}`.execute(ctx.platform.db)
  const attributeTypes = new Map([...usualTypes, ...attributes.map(({ key, type }) => [key, type] as const)])
  const settings = {
    importId: row.id,
    mapped: sortMapping({ columns: row.columns, mapping, attributeTypes, mayEndEarly: row.file_kind === 'xlsx' }),
    namespaces: await readNamespaces(ctx.platform, ctx.workspaceId),
    tags: await KnownTags.read(ctx, { create: options.createTags ?? false }),
    times: timeReader(options.timezone ?? (await workspaceTimezone(ctx)), options.dateOrder),
    options,
    startedMs: startedAt.getTime(),
    latestMs: ctx.platform.clock.now().getTime() + dayMs,
    schema: await readDoorRules(ctx.platform, ctx.workspaceId),
  }
  return { read: rowReader(target, settings), settings }
}

/** The tags of a row with their ids, once those that did not exist were made. */
export function placeTags(tags: readonly RowTag[], { settings }: PreparedReader): NonNullable<IncomingItem['tags']> {
  const expiresAt = settings.options.tagExpiresAt
  const placed = tags.flatMap((tag) => {
    const tagId = 'id' in tag ? tag.id : settings.tags.idOf(tag.name)
    return tagId === null ? [] : [{ tagId, value: tag.value }]
  })
  return expiresAt === undefined ? placed : placed.map((tag) => ({ ...tag, expiresAtMs: Date.parse(expiresAt) }))
}
