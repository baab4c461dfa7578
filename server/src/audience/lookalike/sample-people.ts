import type { Context } from '../../access/index.ts'
import { canonicalPerson } from '../../people/index.ts'
import { AppError } from '../../platform/errors.ts'
import { lookalikeLimits } from '../../../../contracts/lookalike.ts'
import { backgroundLimits } from '../audience-statement.ts'
import { everyoneSql } from '../rule/compile-rule.ts'
import { storedSetsParams, storedSetsSql } from '../segments/stored-sets.ts'
import { seedTooSmall } from './start-lookalike.ts'
import type { LookalikeWork } from './work.ts'

/** One of so many of the seed is held out, to see how well the model finds people it has never seen. */
const heldOutOf = 5
const trainedMax = 30_000
/** A small seed is told apart from more people than itself. */
const othersMin = 3_000
/** Of a small workspace half of the others stay unseen, to be ranked among the held-out fairly. */
const othersShareMax = 0.5

/** Whether a person of the seed is held out: by a hash, the same in every run. */
export const heldOutSql = (id: string): string => `(sipHash64(${id}, 'held out') % ${heldOutOf} = 0)`

export interface Sampled {
  seed: number
  everyone: number
  trainedSeed: number
  trainedOthers: number
}

/**
 * Draws whom the model is fitted to, by hashes: of the seed without those held out, and of the others, never more than half of them. Sets are read as one
 * select of the two bitmaps `seed` and `everyone`.
 * @throws `precondition` for a seed that is too small, or holds nearly everybody
 */
export async function samplePeople(ctx: Context, { run, signal, seed }: LookalikeWork): Promise<Sampled> {
  const { warehouse } = ctx.platform
  const sets = await seedAndEveryone(ctx, seed)
  const counted = await warehouse.row<{ seedCount: number; everyoneCount: number; notHeldOut: number }>({
    sql: `select bitmapCardinality(seed) as seedCount, bitmapCardinality(everyone) as everyoneCount,
        arrayCount(id -> not ${heldOutSql('id')}, bitmapToArray(seed)) as notHeldOut from (${sets.sql})`,
    params: sets.params,
    limits: backgroundLimits,
    signal,
  })
  if (counted.seedCount < lookalikeLimits.seedMin) throw seedTooSmall(seed.name, counted.seedCount)
  const others = counted.everyoneCount - counted.seedCount
  if (others < lookalikeLimits.othersMin) throw seedIsEverybody(seed.name)
  const trainedSeed = Math.min(trainedMax, counted.notHeldOut)
  const trainedOthers = Math.min(Math.max(othersMin, trainedSeed), Math.floor(others * othersShareMax))
  const draw = (people: string, order: string, limit: number, isSeed: number) =>
    warehouse.run({
      sql: `insert into lookalike_samples (workspace_id, run, person_id, is_seed)
        select {workspaceId:UInt32}, {run:UInt64}, id, ${isSeed} from (select arrayJoin(bitmapToArray(${people})) as id from (${sets.sql}))
        ${isSeed ? `where not ${heldOutSql('id')}` : ''} order by sipHash64(id, '${order}'), id limit ${limit}`,
      params: { ...sets.params, run },
      limits: backgroundLimits,
      signal,
    })
  await draw('seed', 'seed', trainedSeed, 1)
  await draw('bitmapAndnot(everyone, seed)', 'others', trainedOthers, 0)
  return { seed: counted.seedCount, everyone: counted.everyoneCount, trainedSeed, trainedOthers }
}

/** Two bitmaps: people of the seed who are there, and everybody. */
async function seedAndEveryone(ctx: Context, seed: LookalikeWork['seed']): Promise<{ sql: string; params: ReturnType<typeof storedSetsParams> }> {
  const person = await canonicalPerson(ctx)
  const workspace = 'workspace_id = {workspaceId:UInt32}'
  const everyone = `select groupBitmapMergeState(s) as everyone from (${everyoneSql(person, workspace, workspace).join(' union all ')})`
  const members = `select groupBitmapMergeState(people) as members from (${storedSetsSql(person)})`
  return {
    sql: `select bitmapAnd(members, everyone) as seed, everyone from (${members}) as held cross join (${everyone}) as there`,
    params: storedSetsParams(ctx.workspaceId, [{ segmentId: seed.segmentId, run: seed.run }]),
  }
}

function seedIsEverybody(name: string): AppError {
  const { othersMin: least } = lookalikeLimits
  return new AppError('precondition', {
    zh: `分群「${name}」以外只剩不到 ${least} 人，没有可以再找的人。请换一个更小、更有特点的分群`,
    en: `Fewer than ${least} people are outside of the segment “${name}”, so there is nobody to find. Take a smaller segment that is about something`,
  })
}
