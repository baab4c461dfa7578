import { sql } from 'kysely'
import { orderEvent } from '../../../contracts/collect.ts'
import type { Context } from '../access/index.ts'
import { allIdsOfPeople } from './merging/aliases.ts'

/** What the warehouse knows of a person, for a list. */
export interface PersonActivity {
  personId: number
  orders: number
  amountFen: number
  lastOrderMs: number | null
  /** Name of the person's layer in the workspace's model; null before it was computed. */
  layer: string | null
}

interface CurrentModel {
  id: string
  run: string
}

/** Orders and layer of a page of people, in one statement of the warehouse. */
export async function readActivity(ctx: Context, personIds: readonly number[]): Promise<Map<number, PersonActivity>> {
  if (personIds.length === 0) return new Map()
  const { warehouse } = ctx.platform
  const model = await currentModel(ctx)
  const everyId = await allIdsOfPeople(ctx, personIds)
  const rows = await warehouse.rows<PersonActivity & { hasOrders: number }>({
    sql: `
      select ids.person_id as personId, toInt64(orders.count) as orders, toInt64(orders.amount) as amountFen, orders.last as lastOrderMs,
        orders.count > 0 as hasOrders, nullIf(layers.layer, '') as layer
      from (select arrayJoin({personIds:Array(UInt32)}) as person_id) as ids
      left join (
        select transform(person_id, {everyId:Array(UInt32)}, {everyIdsPerson:Array(UInt32)}, person_id) as buyer, count() as count, sum(coalesce(amount_fen, 0)) as amount,
          toUnixTimestamp64Milli(max(time)) as last
        from events
        where workspace_id = {workspaceId:UInt32} and event = {orderEvent:String} and person_id in {everyId:Array(UInt32)}
        group by buyer
      ) as orders on orders.buyer = ids.person_id
      left join (
        select person_id, toString(any(layer)) as layer
        from layer_assignments
        where workspace_id = {workspaceId:UInt32} and model_id = {modelId:UUID} and run = {run:UInt64} and person_id in {personIds:Array(UInt32)}
        group by person_id
      ) as layers on layers.person_id = ids.person_id`,
    params: {
      personIds,
      everyId: everyId.map(([id]) => id),
      everyIdsPerson: everyId.map(([, personId]) => personId),
      workspaceId: ctx.workspaceId,
      orderEvent,
      modelId: model?.id ?? noModel,
      run: model?.run ?? '0',
    },
  })
  return new Map(rows.map((row) => [row.personId, { ...row, lastOrderMs: row.hasOrders ? row.lastOrderMs : null }]))
}

const noModel = '00000000-0000-0000-0000-000000000000'

/** The layer model that lists show, with its current run; null before the first was computed. */
async function currentModel(ctx: Context): Promise<CurrentModel | null> {
  const { rows } = await sql<CurrentModel>`
    select id, current_run::text as run from layer_models
    where workspace_id = ${ctx.workspaceId} and kind = 'rfm' and current_run is not null order by name, id limit 1`.execute(ctx.platform.db)
  return rows[0] ?? null
}
