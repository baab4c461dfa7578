import type { SegmentOverlap } from '../../../../contracts/segments.ts'
import type { Context } from '../../access/index.ts'
import { canonicalPerson } from '../../people/index.ts'
import { AppError } from '../../platform/errors.ts'
import { readStoredSets, storedSetsParams, storedSetsSql } from './stored-sets.ts'

/**
 * How segments overlap, by their stored sets: every combination of them with the people who are in exactly these. 2ⁿ − 1 intersections of bitmaps, by
 * inclusion and exclusion: each is what lies in all of its segments less what lies in more.
 * @throws `validation` for a segment named twice
 */
export async function overlapSegments(ctx: Context, segmentIds: readonly string[]): Promise<SegmentOverlap> {
  const ids = [...new Set(segmentIds.map((id) => id.toLowerCase()))]
  if (ids.length !== segmentIds.length) {
    throw new AppError('validation', { problems: [{ at: 'body.segmentIds', zh: '同一个分群选了两次', en: 'A segment is named twice' }] })
  }
  const sets = await readStoredSets(ctx, ids)
  const count = 2 ** ids.length
  const people = (index: number) => `groupBitmapMergeStateIf(people, segment_id = {setIds:Array(UUID)}[${index + 1}])`
  const inAll = (mask: number) =>
    ids
      .map((_, index) => index)
      .filter((index) => (mask & (1 << index)) !== 0)
      .map((index) => `s${index}`)
      .reduce((all, one) => `bitmapAnd(${all}, ${one})`)
  const masks = Array.from({ length: count - 1 }, (_, index) => index + 1)
  const { sizes } = await ctx.platform.warehouse.row<{ sizes: number[] }>({
    sql: `
      select [${masks.map((mask) => `bitmapCardinality(${inAll(mask)})`).join(', ')}] as sizes
      from (select ${ids.map((_, index) => `${people(index)} as s${index}`).join(', ')} from (${storedSetsSql(await canonicalPerson(ctx))}))`,
    params: storedSetsParams(ctx.workspaceId, sets),
  })
  const exact = exactCounts(sizes)
  const regions = masks
    .map((mask) => ({
      inside: ids.filter((_, index) => (mask & (1 << index)) !== 0),
      outside: ids.filter((_, index) => (mask & (1 << index)) === 0),
      count: exact[mask]!,
    }))
    .filter((region) => region.count > 0)
    .toSorted((left, right) => right.count - left.count)
  const moments = sets.flatMap((set) => (set.kind === 'dynamic' && set.asOf ? [set.asOf.getTime()] : []))
  return {
    sizes: sets.map(({ segmentId, name }, index) => ({ segmentId, name, count: sizes[(1 << index) - 1]! })),
    regions,
    union: regions.reduce((sum, region) => sum + region.count, 0),
    asOf: moments.length === 0 ? null : new Date(Math.min(...moments)).toISOString(),
  }
}

/** From how many are in at least the segments of a mask (`atLeast[mask − 1]`) to how many are in exactly them: the larger masks first. */
function exactCounts(atLeast: readonly number[]): number[] {
  const exact = [0, ...atLeast]
  for (let mask = exact.length - 1; mask > 0; mask -= 1) {
    for (let larger = mask + 1; larger < exact.length; larger += 1) if ((larger & mask) === mask) exact[mask]! -= exact[larger]!
  }
  return exact
}
