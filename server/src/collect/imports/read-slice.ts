import { sql } from 'kysely'
import type { ImportSetup } from '../../../../contracts/import-setup.ts'
import type { Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { Database } from '../../platform/platform.ts'
import { appendToInbox } from '../append-to-inbox.ts'
import type { IncomingItem } from '../inbox-item.ts'
import { badRowsKeptMax, keepBadRows, type NewBadRow } from './bad-rows.ts'
import { campaignHistory, type HistoricCampaign } from './campaign-history.ts'
import { findKnown } from './find-known.ts'
import { ImportFile } from './import-file.ts'
import type { ImportRow } from './import-row.ts'
import { stageOrderLines } from './order-lines.ts'
import { placeTags, prepareReader, type PreparedReader } from './prepare-reader.ts'
import type { RowTag } from './read-values.ts'
import { contactItems, type CampaignContact, type OrderLine, type RowReader } from './row-readers.ts'
import { splitRows, unclosedQuote, type SplitResult } from './split-rows.ts'

const sliceBytes = 1024 * 1024
/** A row longer than this is a quote that was never closed. */
const rowBytesMax = 16 * 1024 * 1024
const rowsPerSlice = 5_000
/** So many rows from the start without a good one: the mapping is wrong, there is no use in going on. */
const hopelessRows = 5_000

interface Slice extends SplitResult {
  bytesTaken: number
  isLast: boolean
}

/** Reads the next rows of an import and puts them where they go; the byte offset and the counts change in the same transaction. */
export async function readNextRows(ctx: Context, tx: Database, row: ImportRow): Promise<void> {
  const file = await ImportFile.open(ctx.platform, ctx.workspaceId, row.file_path)
  const slice = await readSlice(file, row)
  const rows = row.bytes_read === 0 ? slice.rows.filter(({ line }) => line > row.header_line) : slice.rows
  const reader = await prepareReader(ctx, row, setupOf(row))
  const sorted = sortRows(rows, reader.read)
  await reader.settings.tags.createWanted(ctx)
  const skipped = await skipKnown(ctx, tx, { row, sorted })
  const isHopeless = row.rows_good + sorted.good === 0 && row.rows_bad + sorted.bad.length >= hopelessRows
  await keepBadRows(
    tx,
    { workspaceId: ctx.workspaceId, importId: row.id, vault: await ctx.platform.vaults.of(ctx.workspaceId) },
    sorted.bad.slice(0, Math.max(0, badRowsKeptMax - row.rows_bad)),
  )
  const items = isHopeless ? 0 : await passOn(ctx, tx, { row, sorted, reader })
  const phase = slice.isLast ? (row.target === 'orders' ? 'building' : 'draining') : 'reading'
  await sql`
    update imports set
      bytes_read = ${row.bytes_read + slice.bytesTaken}, next_line = ${slice.nextLine}, phase = ${phase}, rows_read = rows_read + ${rows.length},
      rows_good = rows_good + ${sorted.good}, rows_bad = rows_bad + ${sorted.bad.length}, rows_skipped = rows_skipped + ${skipped}, items_waiting = items_waiting + ${items},
      state = case when state = 'running' and ${isHopeless} then 'failed' else state end,
      finished_at = case when ${isHopeless} then ${ctx.platform.clock.now()}::timestamptz end,
      error_zh = ${isHopeless ? '前面的数据行全部无法导入，请查看原因：多半是列的对应关系有误' : null},
      error_en = ${isHopeless ? 'None of the first rows could be read; see the reasons: most likely the mapping of columns is wrong' : null}
    where workspace_id = ${ctx.workspaceId} and id = ${row.id}::uuid`.execute(tx)
}

/** The next rows of a file from where `row` stands. */
export async function readSlice(file: ImportFile, row: Pick<ImportRow, 'bytes_read' | 'next_line' | 'delimiter'>): Promise<Slice> {
  for (let length = sliceBytes; ; length *= 4) {
    const bytes = await file.read(row.bytes_read, length)
    const reachesEnd = row.bytes_read + bytes.length >= file.bytes
    const text = bytes.toString('utf8')
    const split = splitRows(text, { delimiter: row.delimiter, line: row.next_line, isLast: reachesEnd, rowsMax: rowsPerSlice })
    const isLast = reachesEnd && split.charactersTaken === text.length
    if (split.rows.length > 0 || isLast) return { ...split, isLast, bytesTaken: Buffer.byteLength(text.slice(0, split.charactersTaken)) }
    if (length >= rowBytesMax) throw unclosedQuote(row.next_line)
  }
}

interface SortedRows {
  good: number
  bad: NewBadRow[]
  items: IncomingItem[]
  /** Those of the items that have tags. */
  tagged: { item: IncomingItem; tags: readonly RowTag[] }[]
  orderLines: OrderLine[]
  contacts: CampaignContact[]
}

function sortRows(rows: SplitResult['rows'], read: RowReader): SortedRows {
  const sorted: SortedRows = { good: 0, bad: [], items: [], tagged: [], orderLines: [], contacts: [] }
  for (const fileRow of rows) {
    const content = read(fileRow)
    if (Array.isArray(content)) {
      sorted.bad.push({ line: fileRow.line, problems: content, values: fileRow.values })
      continue
    }
    sorted.good += 1
    if (content.kind === 'item') {
      sorted.items.push(content.item)
      if (content.tags?.length) sorted.tagged.push({ item: content.item, tags: content.tags })
    } else if (content.kind === 'orderLine') sorted.orderLines.push(content.line)
    else sorted.contacts.push(content.contact)
  }
  return sorted
}

/** When people who are there already are to be left alone: takes their rows out; answers how many. */
async function skipKnown(ctx: Context, tx: Database, { row, sorted }: { row: ImportRow; sorted: SortedRows }): Promise<number> {
  if (row.options.existing !== 'skip' || sorted.items.length === 0 || row.started_at === null) return 0
  const vault = await ctx.platform.vaults.of(ctx.workspaceId)
  const known = await findKnown(tx, { workspaceId: ctx.workspaceId, vault, before: row.started_at }, sorted.items)
  const before = sorted.items.length
  sorted.items = sorted.items.filter((_, index) => known[index] === 0)
  return before - sorted.items.length
}

/** What the import was started with. */
function setupOf({ target, mapping, options, started_at: startedAt }: ImportRow): { setup: ImportSetup; startedAt: Date } {
  if (!target || !mapping || !startedAt) throw new AppError('precondition', { zh: '导入还没有设置好', en: 'The import has not been set up' })
  return { setup: { target, mapping, options }, startedAt }
}

/** Puts good rows aside or into the inbox; answers how many items the inbox got. */
async function passOn(ctx: Context, tx: Database, { row, sorted, reader }: { row: ImportRow; sorted: SortedRows; reader: PreparedReader }): Promise<number> {
  const { platform, workspaceId } = ctx
  const vault = await platform.vaults.of(workspaceId)
  await stageOrderLines(tx, { workspaceId, importId: row.id, vault }, sorted.orderLines)
  for (const { item, tags } of sorted.tagged) item.tags = placeTags(tags, reader)
  const items = [...sorted.items, ...(await itemsOfContacts(ctx, row, sorted.contacts))]
  await appendToInbox(tx, { platform, workspaceId, kind: 'import', originId: row.id, items })
  return items.length
}

async function itemsOfContacts(ctx: Context, row: ImportRow, contacts: readonly CampaignContact[]): Promise<IncomingItem[]> {
  if (contacts.length === 0) return []
  const ids = await campaignHistory().ensureCampaigns(ctx, campaignsOf(row, contacts))
  return contacts.flatMap((contact) => {
    const campaignId = ids.get(contact.code)
    if (!campaignId) throw new Error('A campaign of the past has no id')
    return contactItems(contact, campaignId)
  })
}

/** Every campaign that the contacts name, once, as its first contact tells it. */
function campaignsOf(row: ImportRow, contacts: readonly CampaignContact[]): HistoricCampaign[] {
  const campaigns = new Map<string, HistoricCampaign>()
  const { goalEvent, goalProperty, goalWindowDays } = row.options
  const goal = { event: goalEvent ?? 'Order Completed', property: goalProperty ?? null, windowDays: goalWindowDays ?? 30 }
  for (const { code, name, type, endsAtMs } of contacts) {
    if (!campaigns.has(code)) campaigns.set(code, { code, name: name || code, type, endsAt: endsAtMs === null ? null : new Date(endsAtMs), goal })
  }
  return [...campaigns.values()]
}
