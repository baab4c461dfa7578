import { orderEvent } from '../../../../contracts/collect.ts'
import type { Context } from '../../access/index.ts'
import type { ShownLayerModel } from './listed-parts.ts'
import { allIdsOfPeople } from '../merging/aliases.ts'

/** A person's place in a layer model. Scores are 0 where the model gives none. */
export interface PersonPlace {
  model: ShownLayerModel
  layer: string
  recencyScore: number
  frequencyScore: number
  moneyScore: number
}

/** What the warehouse knows of a person, for a list. */
export interface PersonActivity {
  personId: number
  orders: number
  amountFen: number
  lastOrderMs: number | null
  /** In the models that were asked for and have been computed, in their order. */
  places: PersonPlace[]
}

type ComputedModel = ShownLayerModel & { run: number }
type Placed = [modelId: string, run: string, layer: string, recencyScore: number, frequencyScore: number, moneyScore: number]
type Row = Omit<PersonActivity, 'places'> & { hasOrders: number; placed: Placed[] }

/** Orders and layers of a page of people, in one statement of the warehouse. */
export async function readActivity(ctx: Context, personIds: readonly number[], models: readonly ShownLayerModel[] = []): Promise<Map<number, PersonActivity>> {
  if (personIds.length === 0) return new Map()
  const { warehouse } = ctx.platform
  const computed = models.filter((model): model is ComputedModel => model.run !== null)
  const everyId = await allIdsOfPeople(ctx, personIds)
  const rows = await warehouse.rows<Row>({
    sql: `
      select ids.person_id as personId, toInt64(orders.count) as orders, toInt64(orders.amount) as amountFen, orders.last as lastOrderMs,
        orders.count > 0 as hasOrders, layers.placed as placed
      from (select arrayJoin({personIds:Array(UInt32)}) as person_id) as ids
      left join (
        select transform(person_id, {everyId:Array(UInt32)}, {everyIdsPerson:Array(UInt32)}, person_id) as buyer, count() as count, sum(coalesce(amount_fen, 0)) as amount,
          toUnixTimestamp64Milli(max(time)) as last
        from events
        where workspace_id = {workspaceId:UInt32} and event = {orderEvent:String} and person_id in {everyId:Array(UInt32)}
        group by buyer
      ) as orders on orders.buyer = ids.person_id
      left join (
        select person_id, groupArray((toString(model_id), toString(run), toString(layer), recency_score, frequency_score, money_score)) as placed
        from layer_assignments
        where workspace_id = {workspaceId:UInt32} and model_id in {modelIds:Array(UUID)} and run in {runs:Array(UInt64)} and person_id in {personIds:Array(UInt32)}
        group by person_id
      ) as layers on layers.person_id = ids.person_id`,
    params: {
      personIds,
      everyId: everyId.map(([id]) => id),
      everyIdsPerson: everyId.map(([, personId]) => personId),
      workspaceId: ctx.workspaceId,
      orderEvent,
      modelIds: computed.map(({ id }) => id),
      runs: computed.map(({ run }) => run),
    },
  })
  return new Map(
    rows.map(({ hasOrders, placed, ...row }) => [
      row.personId,
      { ...row, lastOrderMs: hasOrders ? row.lastOrderMs : null, places: computed.flatMap((model) => placeIn(model, placed)) },
    ]),
  )
}

function placeIn(model: ShownLayerModel, placed: readonly Placed[]): PersonPlace[] {
  const own = placed.find(([modelId, run]) => modelId === model.id && run === String(model.run))
  if (!own) return []
  const [, , layer, recencyScore, frequencyScore, moneyScore] = own
  return [{ model, layer, recencyScore, frequencyScore, moneyScore }]
}
