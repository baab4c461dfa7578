import type { Context } from '../../access/index.ts'
import { canonicalPerson, type PopulationResolver } from '../../people/index.ts'
import { pageStatement } from '../audience-statement.ts'
import type { CompiledRule } from '../rule/compiled-leaf.ts'
import { compilePeopleSet } from './people-set.ts'
import { storedSetsParams, storedSetsSql } from './stored-sets.ts'

/** People of any set: who moved, who is in an intersection, who would enter. */
export const setPopulation: PopulationResolver = {
  handles: ({ set }) => set !== undefined,
  async page(ctx, { set, run }, page) {
    if (set?.kind === 'segment' && run !== undefined) return pageStatement(ctx, await compileRun(ctx, { segmentId: set.segmentId, run }), page)
    const parts: CompiledRule[] = []
    for await (const part of compilePeopleSet(ctx, set!)) parts.push(part)
    const [first, ...rest] = parts
    if (!first) return { personIds: [], total: 0 }
    if (rest.length === 0) return pageStatement(ctx, first, page)
    // Several parts name their slots alike: each answers a page of its own, and the newest of all are the page.
    const pages = await Promise.all(parts.map((part) => pageStatement(ctx, part, page)))
    const ids = [...new Set(pages.flatMap((each) => each.personIds))].toSorted((left, right) => right - left)
    return { personIds: ids.slice(0, page.limit), total: null }
  },
}

/** The people of a segment's set of one run, as a select of one bitmap `people`. */
export async function compileRun(ctx: Context, set: { segmentId: string; run: number }): Promise<CompiledRule> {
  const sql = `select groupBitmapMergeState(people) as people from (${storedSetsSql(await canonicalPerson(ctx))})`
  return { sql, params: storedSetsParams(ctx.workspaceId, [set]) }
}
