import { sql } from 'kysely'
import { writeAudit, type Context } from '../../access/index.ts'
import { csvLine, csvStart } from '../../platform/csv.ts'
import { decodeBody } from '../inbox-body.ts'
import { chosen, setAside, type SetAsideRow } from './set-aside.ts'

const rowsPerPage = 500

/** What was set aside as CSV, as it was sent, to be corrected by whoever sent it; leaves an audit row. A byte order mark for spreadsheets. */
export async function downloadQuarantine(ctx: Context, { group }: { group?: string | undefined }): Promise<AsyncGenerator<string>> {
  const entry = { action: 'quarantine.reveal', targetKind: 'workspace', targetId: String(ctx.workspaceId), detail: { group } }
  await writeAudit(ctx.platform.db, ctx, entry)
  const vault = await ctx.platform.vaults.of(ctx.workspaceId)
  async function* pages(): AsyncGenerator<string> {
    yield csvStart + csvLine(['收到时间 received at', '来源 source', '事件 event', '位置 at', '原因 reason', '内容 message'])
    for (let before: string | null = null; ;) {
      const rows = await readPage(ctx, { group, before })
      const last = rows.at(-1)
      if (!last) return
      for (const { receivedAt, source, event, problem, body } of rows) {
        const payload = await decodeBody<unknown>(vault, body).catch(() => [null])
        yield csvLine([
          receivedAt.toISOString(),
          source ?? '',
          event ?? '',
          problem.at,
          `${problem.zh} / ${problem.en}`,
          JSON.stringify(payload.length === 1 ? payload[0] : payload),
        ])
      }
      before = last.id
    }
  }
  return pages()
}

async function readPage(ctx: Context, { group, before }: { group?: string | undefined; before: string | null }): Promise<(SetAsideRow & { body: Buffer })[]> {
  const { rows } = await sql<SetAsideRow & { body: Buffer }>`
    select id, problem, event, (select name from sources where sources.id = source_id) as source, received_at as "receivedAt", body
    from ${setAside(ctx.workspaceId)}
    where ${chosen({ group })} and (${before}::uuid is null or id < ${before}::uuid) order by id desc limit ${rowsPerPage}`.execute(ctx.platform.db)
  return rows
}
