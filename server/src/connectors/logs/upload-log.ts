import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { PassThrough, pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { sql } from 'kysely'
import type { AccessLogSettings } from '../../../../contracts/connector-settings.ts'
import type { Run } from '../../../../contracts/connectors.ts'
import { mutate, type Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import { draftOf, noteOutcome, requireConnector, type ConnectorRow } from '../connector-row.ts'
import type { MappedItem } from '../mapping/apply-mapping.ts'
import { addStep, runColumns, shownRun, type RunRow } from '../pulls/run-row.ts'
import { insertRun } from '../pulls/start-run.ts'
import { mappingContext } from '../webhooks/map-request.ts'
import { takeItems } from '../webhooks/take-items.ts'
import { PageViews } from './page-view.ts'
import { unreadableLines } from './receive-lines.ts'

interface Upload {
  fileName: string
  content: Readable
}

const linesPerStep = 5_000
const gzipMagic = Buffer.from([0x1f, 0x8b])

/**
 * Reads an access log as it comes, plain or gzip, and puts its page views into the inbox step by step. An upload that breaks off may simply be sent again:
 * the same line is the same visit. Throws `not-found`, `precondition`, `validation`.
 */
export async function uploadLog(ctx: Context, connectorId: string, upload: Upload): Promise<Run> {
  const { platform, workspaceId } = ctx
  const owner = randomUUID()
  const fileName = upload.fileName.slice(-200)
  const begun = await mutate(ctx, { action: 'connector.uploadLog', targetKind: 'connector', targetId: connectorId, detail: { fileName } }, async (tx) => {
    const row = await requireConnector(tx, workspaceId, connectorId)
    const draft = draftOf(row)
    if (draft.kind !== 'accessLog') throw new AppError('precondition', { zh: '只有访问日志连接器可以上传日志', en: 'Only access-log connectors take files' })
    const run = await insertRun(tx, { workspaceId, connectorId, trigger: 'upload', at: platform.clock.now(), owner })
    if (!run) throw new AppError('precondition', { zh: '另一个日志文件正在处理，请稍候', en: 'Another file is being read; wait for it' })
    return { row, settings: draft.settings, run }
  })
  const run = { id: begun.run.id, workspaceId, owner }
  try {
    await readAll(ctx, { ...begun, run, content: upload.content })
    return await endUpload(ctx, { row: begun.row, run, error: null })
  } catch (error) {
    const isBroken = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
    await endUpload(ctx, {
      row: begun.row,
      run,
      error: isBroken
        ? { zh: '压缩文件已损坏', en: 'The gzip file is damaged' }
        : { zh: '上传中断，请重新上传同一文件', en: 'The upload broke off; send the same file again' },
    })
    if (isBroken) throw new AppError('validation', { zh: '压缩文件已损坏，请重新上传', en: 'The gzip file is damaged; upload it again', cause: error })
    throw error
  }
}

interface Reading {
  row: ConnectorRow
  settings: AccessLogSettings
  run: { id: string; workspaceId: number; owner: string }
  content: Readable
}

async function readAll({ platform }: Context, { row, settings, run, content }: Reading): Promise<void> {
  const views = new PageViews({
    settings,
    vault: await platform.vaults.of(row.workspaceId),
    context: await mappingContext(platform, row, platform.clock.now()),
  })
  let items: MappedItem[] = []
  let before = { ...views.counts }
  const step = async () => {
    const { lines, skipped, unreadable } = views.counts
    const bad = unreadable - before.unreadable
    const problems = bad > 0 ? [{ at: 'settings.format', ...unreadableLine }] : []
    const counts = { rowsRead: lines - before.lines, items: items.length, skipped: skipped - before.skipped, problemCount: bad, problems }
    await platform.db.transaction().execute(async (tx) => {
      if (!(await addStep(tx, run, counts, null))) throw new AppError('precondition', { zh: '已停止', en: 'It was stopped' })
      await takeItems(tx, platform, { origin: { ...row, receivedAt: platform.clock.now() }, items })
    })
    before = { ...views.counts }
    items = []
  }
  for await (const line of createInterface({ input: await unpacked(content), crlfDelay: Infinity })) {
    const view = views.read(line)
    if (view) items.push(view)
    if (views.counts.lines - before.lines >= linesPerStep) await step()
  }
  if (views.counts.lines > before.lines) await step()
}

const unreadableLine = { zh: '有的行不符合所选的日志格式', en: 'Some lines do not have the chosen format' }

/** The content without gzip, when its first bytes say that it has it. */
async function unpacked(content: Readable): Promise<Readable> {
  const output = new PassThrough()
  const iterator = content[Symbol.asyncIterator]()
  const first = await iterator.next()
  const chunk = (first.done ? Buffer.alloc(0) : first.value) as Buffer
  async function* whole() {
    yield chunk
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value as Buffer
  }
  const isGzip = chunk.subarray(0, 2).equals(gzipMagic)
  const done = (error: Error | null | undefined) => error && output.destroy(error)
  if (isGzip) pipeline(whole, createGunzip(), output, done)
  else pipeline(whole, output, done)
  return output
}

async function endUpload(
  { platform }: Context,
  { row, run, error }: { row: ConnectorRow; run: Reading['run']; error: { zh: string; en: string } | null },
): Promise<Run> {
  return platform.db.transaction().execute(async (tx) => {
    const { rows } = await sql<RunRow>`
      update connector_runs set state = ${error ? 'failed' : 'finished'}, finished_at = ${platform.clock.now()}, leased_until = null,
        error_zh = ${error?.zh ?? null}, error_en = ${error?.en ?? null}
      where workspace_id = ${run.workspaceId} and id = ${run.id}::uuid returning ${runColumns}`.execute(tx)
    const ended = rows[0]!
    const isUnreadable = ended.rowsRead > 0 && ended.problemCount === ended.rowsRead
    await noteOutcome(tx, row, { at: platform.clock.now(), items: ended.items, error: error ?? (isUnreadable ? unreadableLines : null) })
    return shownRun(ended)
  })
}
