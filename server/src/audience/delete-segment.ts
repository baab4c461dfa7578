import { sql } from 'kysely'
import { mutate, type Context } from '../access/index.ts'
import { AppError } from '../platform/errors.ts'
import type { Database } from '../platform/platform.ts'
import { lockSegments, readSegment } from './segment-row.ts'

/** Deletes a segment that nothing uses. @throws `precondition` that names the campaigns and segments in the way */
export async function deleteSegment(ctx: Context, id: string): Promise<void> {
  const { name } = await readSegment(ctx, id)
  await mutate(ctx, { action: 'segment.delete', targetKind: 'segment', targetId: id, detail: { name } }, async (tx) => {
    await lockSegments(tx, ctx.workspaceId)
    const uses = await readUses(tx, ctx.workspaceId, id.toLowerCase())
    if (uses.length > 0) throw inUse(uses)
    await sql`delete from segments where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(tx)
  })
}

interface Use {
  kind: 'campaign' | 'segment'
  name: string
}

const shownMax = 5
const nouns = { campaign: { zh: '活动', en: 'campaign' }, segment: { zh: '分群', en: 'segment' } }

// NOTE: the campaigns table lies further up; its foreign key points here, so this read is the readable form of that key's refusal.
async function readUses(tx: Database, workspaceId: number, id: string): Promise<Use[]> {
  const { rows } = await sql<Use>`
    select 'campaign' as kind, name from campaigns where workspace_id = ${workspaceId} and segment_id = ${id}::uuid
    union all
    select 'segment' as kind, name from segments
    where workspace_id = ${workspaceId} and id <> ${id}::uuid
      and position(${id} in lower(jsonb_path_query_array(rule, 'lax $.**.segmentId')::text)) > 0`.execute(tx)
  return rows
}

function inUse(uses: Use[]): AppError {
  const list = (language: 'zh' | 'en') =>
    uses.slice(0, shownMax).map(({ kind, name }) => (language === 'zh' ? `${nouns[kind].zh}「${name}」` : `${nouns[kind].en} “${name}”`))
  const more = uses.length - shownMax
  return new AppError('precondition', {
    zh: `分群正被使用:${list('zh').join('、')}${more > 0 ? `等 ${uses.length} 处` : ''},请先解除引用`,
    en: `The segment is in use by ${list('en').join(', ')}${more > 0 ? ` and ${more} more` : ''}; change these first`,
  })
}
