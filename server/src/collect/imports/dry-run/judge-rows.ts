import { sql } from 'kysely'
import type { DryRunExample, DryRunOutcome } from '../../../../../contracts/import-foresight.ts'
import type { Problem } from '../../../../../contracts/errors.ts'
import type { Context } from '../../../access/index.ts'
import { previewPeople, type AttributeData, type ItemPreview } from '../../../people/index.ts'
import type { Database } from '../../../platform/platform.ts'
import { stableUuid } from '../../../platform/stable-uuid.ts'
import type { IncomingItem } from '../../inbox-item.ts'
import { placeTags, type PreparedReader } from '../prepare-reader.ts'
import { contactItems, orderItem, type RowContent } from '../row-readers.ts'
import type { FileRow } from '../split-rows.ts'

/** What would become of one row, and why. */
export interface Judgement {
  row: FileRow
  outcome: DryRunOutcome
  problems: readonly Problem[]
  personIds: readonly number[]
  changes: DryRunExample['changes']
}

interface Judging {
  importId: string
  reader: PreparedReader
  /** Rows of the file before these. */
  rowsBefore: number
}

/** A row names at most so many identities, so that people who do not exist yet can be numbered by row. */
const numbersPerRow = 100

/**
 * What would become of rows, against the people present and the rows before. Keys of what was met are remembered in a table, so that memory
 * does not grow with the file.
 */
export async function judgeRows(ctx: Context, tx: Database, { judging, rows }: { judging: Judging; rows: readonly FileRow[] }): Promise<Judgement[]> {
  const judged: Judgement[] = []
  const good: { row: FileRow; item: IncomingItem; at: number }[] = []
  for (const row of rows) {
    const content = judging.reader.read(row)
    if (Array.isArray(content)) judged.push({ row, outcome: 'invalid', problems: content, personIds: [], changes: [] })
    else {
      good.push({ row, item: itemOf(content, judging.reader), at: judged.length })
      judged.push({ row, outcome: 'new', problems: [], personIds: [], changes: [] })
    }
  }
  if (good.length === 0) return judged
  const items = good.map(({ item }) => item)
  const previews = await previewPeople(ctx.platform, {
    workspaceId: ctx.workspaceId,
    items,
    remembered: (keys) => recall(tx, judging.importId, keys),
    newBelow: -(judging.rowsBefore + 1) * numbersPerRow,
  })
  const repeated = await findRepeated(ctx, tx, { importId: judging.importId, items, previews })
  const said = await saysMore(ctx, { items, previews })
  const skips = judging.reader.settings.options.existing === 'skip'
  for (const [index, { row, at }] of good.entries()) {
    const preview = previews[index]!
    const outcome = outcomeOf(preview, { item: items[index]!, isRepeated: repeated[index] === 1, saysMore: said[index] === 1, skips })
    const personIds = [...new Set([preview.personId, ...preview.joined, preview.conflictsWith ?? 0])].filter((id) => id > 0)
    judged[at] = { row, outcome, problems: [], personIds, changes: outcome === 'changed' ? shownChanges(preview) : [] }
  }
  return judged
}

interface Facts {
  item: IncomingItem
  isRepeated: boolean
  saysMore: boolean
  skips: boolean
}

function outcomeOf(preview: ItemPreview, { item, isRepeated, saysMore, skips }: Facts): DryRunOutcome {
  if (isRepeated && item.type === 'track') return 'duplicate'
  if (skips && item.type === 'identify' && preview.personId > 0) return 'skipped'
  if (preview.joined.length > 1) return 'merged'
  if (preview.conflictsWith !== null) return 'conflicting'
  if (isRepeated) return 'duplicate'
  if (item.type === 'track' || preview.personId <= 0) return 'new'
  return preview.changes !== null || preview.identitiesAdded > 0 || saysMore ? 'changed' : 'unchanged'
}

function shownChanges({ changes }: ItemPreview): DryRunExample['changes'] {
  const shown = (value: AttributeData | null) => (value === null ? null : typeof value === 'object' ? value.join('、') : String(value))
  return (changes ?? []).map(({ key, before, after }) => ({ key, before: shown(before), after: shown(after) }))
}

/** The item a row would become; lines of an order are judged as the order. */
function itemOf(content: RowContent, reader: PreparedReader): IncomingItem {
  if (content.kind === 'orderLine') return orderItem({ ...content.line })
  if (content.kind === 'contact') return contactItems(content.contact, stableUuid('campaign', content.contact.code))[0]!
  const tags = placeTags(content.tags ?? [], reader)
  const isNewTag = (content.tags ?? []).length > tags.length
  return tags.length === 0 && !isNewTag ? content.item : { ...content.item, tags: isNewTag ? [...tags, newTag] : tags }
}

/** Stands for tags that the import would make. */
const newTag = { tagId: '00000000-0000-0000-0000-000000000000', value: '' }

/** Who the keys belong to by the rows before. */
async function recall(tx: Database, importId: string, keys: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ key: string; person_id: number }>`
    select key, person_id from import_dry_keys where import_id = ${importId}::uuid and key = any(${keys}::uuid[])`.execute(tx)
  return new Map(rows.map((row) => [row.key, row.person_id]))
}

/**
 * Which items the file, or for events the workspace, has had before: an event by its key, all else by its person or any identity. Remembers
 * those of this batch for the next.
 */
async function findRepeated(
  ctx: Context,
  tx: Database,
  { importId, items, previews }: { importId: string; items: readonly IncomingItem[]; previews: readonly ItemPreview[] },
): Promise<Uint8Array> {
  const repeated = new Uint8Array(items.length)
  const isOrder = (item: IncomingItem) => item.properties?.['order_id'] !== undefined && item.amountFen !== undefined
  const ownKey = (index: number) => {
    const item = items[index]!
    if (item.type === 'identify') return personKey(previews[index]!.personId)
    return isOrder(item) ? null : item.key
  }
  const own = items.map((_, index) => ownKey(index))
  const known = await knownKeys(ctx, tx, {
    importId,
    keys: own.filter((key) => key !== null),
    events: items.filter((item) => item.type === 'track').map((item) => item.key),
  })
  const keys = new Map<string, number>()
  for (const [index, preview] of previews.entries()) {
    const key = own[index] ?? null
    if ((key !== null && (known.inFile.has(key) || keys.has(key))) || (items[index]!.type === 'track' && known.events.has(items[index]!.key)))
      repeated[index] = 1
    if (key !== null && !keys.has(key)) keys.set(key, preview.personId)
    for (const identity of preview.keys) if (!keys.has(identity)) keys.set(identity, preview.personId)
  }
  await sql`
    insert into import_dry_keys (import_id, key, person_id)
    select ${importId}::uuid, key, person_id from unnest(${[...keys.keys()]}::uuid[], ${[...keys.values()]}::bigint[]) as given (key, person_id)
    order by key on conflict do nothing`.execute(tx)
  return repeated
}

function personKey(personId: number): string {
  return stableUuid('dry person', personId)
}

async function knownKeys(
  ctx: Context,
  tx: Database,
  { importId, keys, events }: { importId: string; keys: readonly string[]; events: readonly string[] },
): Promise<{ inFile: Set<string>; events: Set<string> }> {
  const inFile = await sql<{ key: string }>`select key from import_dry_keys where import_id = ${importId}::uuid and key = any(${keys}::uuid[])`.execute(tx)
  const before =
    events.length === 0
      ? { rows: [] }
      : await sql<{ key: string }>`select key from event_keys where workspace_id = ${ctx.workspaceId} and key = any(${events}::uuid[])`.execute(tx)
  return { inFile: new Set(inFile.rows.map((row) => row.key)), events: new Set(before.rows.map((row) => row.key)) }
}

/** Which items say something of somebody who exists that is neither attribute nor identity: a tag they do not have, a consent that is not theirs. */
async function saysMore(ctx: Context, { items, previews }: { items: readonly IncomingItem[]; previews: readonly ItemPreview[] }): Promise<Uint8Array> {
  const says = new Uint8Array(items.length)
  const tags = items.flatMap((item, index) =>
    previews[index]!.personId > 0 ? (item.tags ?? []).map((tag) => ({ ...tag, index, personId: previews[index]!.personId })) : [],
  )
  if (tags.length > 0) {
    const { rows } = await sql<{ position: number }>`
      select (position - 1)::int as position
      from unnest(${tags.map((tag) => tag.tagId)}::uuid[], ${tags.map((tag) => tag.personId)}::bigint[], ${tags.map((tag) => tag.value)}::text[])
        with ordinality as given (tag_id, person_id, value, position)
      where not exists (
        select from person_tags as has
        where has.workspace_id = ${ctx.workspaceId} and has.tag_id = given.tag_id and has.person_id = given.person_id and has.value = given.value)`.execute(
      ctx.platform.db,
    )
    for (const { position } of rows) says[tags[position]!.index] = 1
  }
  const consents = items.flatMap((item, index) =>
    item.consent && previews[index]!.personId > 0 ? [{ index, personId: previews[index]!.personId, state: item.consent.state }] : [],
  )
  if (consents.length === 0) return says
  const { rows } = await sql<{ person_id: number; state: string }>`
    select person_id, state from consent_states
    where workspace_id = ${ctx.workspaceId} and channel = 'sms' and purpose = 'marketing' and person_id = any(${consents.map((one) => one.personId)}::bigint[])`.execute(
    ctx.platform.db,
  )
  const states = new Map(rows.map((row) => [row.person_id, row.state]))
  for (const { index, personId, state } of consents) if (states.get(personId) !== state) says[index] = 1
  return says
}
