import type { Segment } from '../../../contracts/audience.ts'
import type { Context } from '../access/index.ts'
import { allIdsOf, currentPersonId } from '../people/index.ts'
import { notFound } from '../platform/errors.ts'
import { listSegments } from './segment-row.ts'
import { readShownRuns } from './segments/shown-runs.ts'

/** Segments looked at for one person: a set is up to a megabyte. */
const segmentsMax = 60

type PersonSegment = Pick<Segment, 'id' | 'name' | 'sentence' | 'rule'> & {
  holds: boolean | null
  state: Segment['freshness']['state']
  asOf: string | null
}

/** Which of the newest segments a person is in, by their stored people, as every count of them: those first. @throws `not-found` */
export async function listPersonSegments(ctx: Context, askedId: number): Promise<{ items: PersonSegment[]; more: boolean }> {
  const personId = await currentPersonId(ctx, askedId)
  await refuseUnknown(ctx, personId)
  const all = await listSegments(ctx, {})
  const looked = all.slice(0, segmentsMax)
  const runs = await readShownRuns(
    ctx,
    looked.map(({ id }) => id),
  )
  const inside = await readHolding(ctx, { runs, personIds: await allIdsOf(ctx, personId) })
  const items = looked.map(({ id, name, sentence, rule, freshness }): PersonSegment => {
    const { state, asOf } = freshness
    return { id, name, sentence, rule, holds: runs.has(id) ? inside.has(id) : null, state, asOf }
  })
  return { items: items.toSorted((left, right) => Number(right.holds) - Number(left.holds)), more: all.length > looked.length }
}

/** Segments whose set of a run holds a person under any of the ids, today's or former ones. */
async function readHolding(ctx: Context, { runs, personIds }: { runs: ReadonlyMap<string, number>; personIds: number[] }): Promise<Set<string>> {
  if (runs.size === 0) return new Set()
  const rows = await ctx.platform.warehouse.rows<{ id: string }>({
    sql: `
      select distinct toString(segment_id) as id from segment_sets
      where workspace_id = {workspaceId:UInt32} and (segment_id, run) in (select arrayJoin(arrayZip({ids:Array(UUID)}, {runs:Array(UInt64)})))
        and arrayExists(id -> bitmapContains(people, id), {personIds:Array(UInt32)})`,
    params: { workspaceId: ctx.workspaceId, ids: [...runs.keys()], runs: [...runs.values()], personIds },
  })
  return new Set(rows.map((row) => row.id))
}

async function refuseUnknown(ctx: Context, personId: number): Promise<void> {
  const rows = await ctx.platform.warehouse.rows({
    sql: 'select person_id from people final where workspace_id = {workspaceId:UInt32} and person_id = {personId:UInt32}',
    params: { workspaceId: ctx.workspaceId, personId },
  })
  if (rows.length === 0) throw notFound({ zh: '客户', en: 'person' })
}
