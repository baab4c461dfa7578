import type { Context } from '../../access/index.ts'
import { canonicalPerson, plainPerson, type PersonColumn } from '../../people/index.ts'
import type { Statement } from '../../platform/warehouse/warehouse.ts'
import { storedSetsParams, storedSetsSql } from '../segments/stored-sets.ts'
import { contributionSql, floatSql, type Among, type FeatureScope, type PartOf } from './features.ts'
import { workspaceOf } from './feature-parts.ts'
import type { Model } from './fit-model.ts'
import type { Matrix } from './read-matrix.ts'
import { heldOutSql } from './sample-people.ts'
import type { LookalikeWork } from './work.ts'

/** Scores are whole numbers of these parts of one, so that sums do not depend on their order. */
export const scoreUnit = 1e9
/** Whoever is alike in everything is told apart by a hash, and not by who came first: up to a millionth. */
const tieParts = 1_000

export const roles = { other: 0, heldOut: 1, seed: 2, trainedOther: 3 } as const

/** People of one statement. What each event of theirs comes to is held in memory until it is added up. */
const peoplePerSlice = 400_000
const limits = { secondsMax: 900, memoryBytesMax: 4 * 1024 ** 3 }

export interface ScoreInput {
  work: LookalikeWork
  scopeOf(among: Among): FeatureScope
  parts: readonly PartOf[]
  matrix: Matrix
  model: Model
}

/**
 * Gives everybody of the workspace a score, inside the warehouse: the model is a sum, so what each part adds is a select of its own and everybody's parts are added up. A range
 * of ids at a time, of which the tables' order makes one range of rows for each event; whoever has former ids comes last, apart.
 */
export async function scoreEverybody(ctx: Context, input: ScoreInput): Promise<void> {
  const person = await canonicalPerson(ctx)
  const slices = await sliceEverybody(ctx, person)
  for (const [index, among] of slices.entries()) {
    input.work.signal.throwIfAborted()
    await ctx.platform.warehouse.run(await sliceStatement(ctx, input, { among, person }))
    await input.work.tell('score', (index + 1) / slices.length)
  }
}

async function sliceEverybody(ctx: Context, person: PersonColumn): Promise<Among[]> {
  const { warehouse } = ctx.platform
  const workspace = 'workspace_id = {workspaceId:UInt32}'
  const params = { workspaceId: ctx.workspaceId }
  const { people } = await warehouse.row<{ people: number }>({ sql: `select count() as people from people where ${workspace}`, params })
  const count = Math.max(1, Math.ceil(people / peoplePerSlice))
  const levels = Array.from({ length: count - 1 }, (_, index) => (index + 1) / count)
  const { edges } = await warehouse.row<{ edges: number[] }>({
    sql: levels.length === 0 ? 'select [] as edges' : `select quantilesTDigest(${levels.join(', ')})(person_id) as edges from people where ${workspace}`,
    params: levels.length === 0 ? {} : params,
  })
  const ends = [...edges.map(Math.floor), 4_294_967_295]
  const merged = `(select person_id from person_aliases final where workspace_id = ${ctx.workspaceId} and alias_id <> person_id)`
  const ranges = ends.map((end, index): Among => {
    const within = (id: string) => `${id} > ${ends[index - 1] ?? 0} and ${id} <= ${end}`
    return { person: plainPerson, holds: (id) => (person.isMapped ? `${within(id)} and ${id} not in ${merged}` : within(id)) }
  })
  return person.isMapped ? [...ranges, { person, holds: (id) => `${person.of(id)} in ${merged}` }] : ranges
}

async function sliceStatement(
  ctx: Context,
  { work, scopeOf, parts, matrix, model }: ScoreInput,
  { among, person }: { among: Among; person: PersonColumn },
): Promise<Statement> {
  const scope = scopeOf(among)
  const rows = parts.map((partOf, index) => {
    const part = partOf(scope)
    const { placed } = matrix.columns[index]!
    const columns = part.columns.map(({ sql }, at) => `${sql} as f${at}`)
    const sums = placed.flatMap((each, at) => contributionSql(`f${at}`, each, model.weights) ?? [])
    const sum = sums.length === 0 ? 'toInt64(0)' : `toInt64(round((${sums.join(' + ')}) * ${floatSql(scoreUnit)}))`
    const isPerson = index === 0 ? 1 : 0
    return `select person, ${sum} as part, ${isPerson} as is_person, 0 as in_seed, 0 as in_sample from (select ${[`${part.person} as person`, ...columns].join(', ')} ${part.from})`
  })
  const seed = `select arrayJoin(bitmapToArray(people)) as id from (select groupBitmapMergeState(people) as people from (${storedSetsSql(person)}))`
  const sample = `select person_id as id from lookalike_samples where ${workspaceOf(scope)} and run = {run:UInt64}`
  const marks = [
    `select id as person, toInt64(0), 0, 1, 0 from (${seed}) where ${among.holds('id')}`,
    `select id, toInt64(0), 0, 0, 1 from (${sample}) where ${among.holds('id')}`,
  ]
  const role = `multiIf(seeds = 0, if(samples = 0, ${roles.other}, ${roles.trainedOther}), samples = 0 and ${heldOutSql('person')}, ${roles.heldOut}, ${roles.seed})`
  return {
    sql: `
      insert into lookalike_scores (workspace_id, lookalike_id, run, score, person_id, role)
      select {workspaceId:UInt32}, {id:UUID}, {run:UInt64}, score, person, ${role}
      from (
        select person, ${Math.round(model.intercept * scoreUnit)} + sum(part) + toInt64(sipHash64(person, 'tie') % ${tieParts}) as score, sum(in_seed) as seeds, sum(in_sample) as samples
        from (${[...rows, ...marks].join(' union all ')})
        group by person having sum(is_person) > 0)`,
    params: {
      ...scope.params.values,
      ...storedSetsParams(ctx.workspaceId, [{ segmentId: work.seed.segmentId, run: work.seed.run }]),
      id: work.id,
      run: work.run,
    },
    limits,
    signal: work.signal,
  }
}
