import { sql } from 'kysely'
import type { Context } from '../../access/index.ts'
import { canonicalPerson } from '../../people/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { Statement } from '../../platform/warehouse/warehouse.ts'
import { dayInZone } from '../rule/date-text.ts'
import type { LayerModelRow } from './layer-model-row.ts'

/** A statement that stands inside another one. */
export type LayerSets = Required<Pick<Statement, 'sql' | 'params'>>

interface LayersAt {
  model: LayerModelRow
  /** A day that is kept; left out or null: by the run that is shown. */
  day?: string | null | undefined
  /** Keeps the slots of two statements apart. */
  name: string
}

/**
 * Who is in which layer, as a select of `layer` and the bitmap `people` to be put in brackets. People who were merged since are who they are today; of several who are one
 * by now, today's own layer holds, else that of the lowest former id: nobody is in two layers.
 * @throws `precondition` when the day is not kept
 */
export async function layerSets(ctx: Context, { model, day, name }: LayersAt): Promise<LayerSets> {
  const workspace = 'workspace_id = {workspaceId:UInt32}'
  const ofModel = `${workspace} and model_id = {${name}Model:UUID}`
  const params = { workspaceId: ctx.workspaceId, [`${name}Model`]: model.id }
  const isNow = day === undefined || day === null || day === model.runDay
  if (!isNow) await assertKept(ctx, model, day)
  const sets: LayerSets = isNow
    ? {
        sql: `select toString(layer) as layer, groupBitmapState(person_id) as people from layer_assignments where ${ofModel} and run = {${name}Run:UInt64} group by layer`,
        params: { ...params, [`${name}Run`]: model.currentRun ?? 0 },
      }
    : {
        sql: `select toString(layer) as layer, groupBitmapMergeState(people) as people from layer_sets where ${ofModel} and day = {${name}Day:Date} group by layer`,
        params: { ...params, [`${name}Day`]: day },
      }
  const person = await canonicalPerson(ctx)
  if (!person.isMapped) return sets
  // Only ids that are or were somebody else are looked at one by one.
  const touched = `
    select groupBitmapState(id) as touched
    from (select arrayJoin([alias_id, person_id]) as id from person_aliases final where ${workspace} and alias_id != person_id)`
  return {
    sql: `
      select layer, groupBitmapMergeState(people) as people
      from (
        select layer, bitmapAndnot(people, touched) as people from (${sets.sql}) as sets cross join (${touched}) as merged
        union all
        select layer, groupBitmapState(person) as people
        from (
          select person, argMin(layer, (id != person, id)) as layer
          from (
            select layer, id, ${person.of('id')} as person
            from (select layer, arrayJoin(bitmapToArray(bitmapAnd(people, touched))) as id from (${sets.sql}) as sets cross join (${touched}) as merged)
          ) group by person
        ) group by layer
      ) group by layer`,
    params: sets.params,
  }
}

async function assertKept(ctx: Context, model: LayerModelRow, day: string): Promise<void> {
  const { rows } = await sql`
    select from layer_days where workspace_id = ${ctx.workspaceId} and model_id = ${model.id}::uuid and day = ${day}::date
      and sets_until >= ${dayInZone(ctx.platform.clock.now(), 'UTC')}::date`.execute(ctx.platform.db)
  if (rows.length === 0)
    throw new AppError('precondition', { zh: `${day} 的分层没有保存，请选择有记录的日期`, en: `Nothing is kept of ${day}; choose a day that is` })
}

/** Every pair of layers by how many people they share; the rest of each side went to, or came from, nowhere. Both are selects like those of `layerSets`. */
export function movesSql(from: string, to: string): string {
  const everyone = (side: string) => `select groupBitmapMergeState(people) as everyone from (${side})`
  return `
    select toNullable(a.layer) as \`from\`, toNullable(b.layer) as \`to\`, bitmapAndCardinality(a.people, b.people) as count
    from (${from}) as a cross join (${to}) as b where count > 0
    union all
    select toNullable(a.layer) as \`from\`, cast(null as Nullable(String)) as \`to\`, bitmapAndnotCardinality(a.people, b.everyone) as count
    from (${from}) as a cross join (${everyone(to)}) as b where count > 0
    union all
    select cast(null as Nullable(String)) as \`from\`, toNullable(a.layer) as \`to\`, bitmapAndnotCardinality(a.people, b.everyone) as count
    from (${to}) as a cross join (${everyone(from)}) as b where count > 0`
}
