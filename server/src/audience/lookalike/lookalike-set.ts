import type { PeopleSet } from '../../../../contracts/segments.ts'
import type { Context } from '../../access/index.ts'
import { canonicalPerson } from '../../people/index.ts'
import type { CompiledRule } from '../rule/compiled-leaf.ts'
import { readRanking } from './lookalike-row.ts'
import { roles } from './score-statement.ts'

/** The best so many of a ranking outside of its seed, and the seed with them where wanted, as one bitmap `people`. @throws `not-found`, `precondition` */
export async function lookalikeStatement(ctx: Context, { lookalikeId, size, withSeed }: Extract<PeopleSet, { kind: 'lookalike' }>): Promise<CompiledRule> {
  const ranking = await readRanking(ctx, lookalikeId)
  const person = await canonicalPerson(ctx)
  const where = 'workspace_id = {workspaceId:UInt32} and lookalike_id = {lookalikeId:UUID} and run = {run:UInt64}'
  const best = `
    select person_id from lookalike_scores where ${where} and role in (${roles.other}, ${roles.trainedOther})
    order by score desc, person_id desc limit {size:UInt64}`
  const seed = `select person_id from lookalike_scores where ${where} and role in (${roles.heldOut}, ${roles.seed})`
  const ids = withSeed ? `select person_id from (${best}) union all ${seed}` : best
  return {
    sql: `select groupBitmapState(${person.of('person_id')}) as people from (${ids})`,
    params: { workspaceId: ctx.workspaceId, lookalikeId: ranking.id, run: ranking.run, size },
  }
}
