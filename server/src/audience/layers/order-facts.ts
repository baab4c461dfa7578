import type { LayerDefinition } from '../../../../contracts/layer-definitions.ts'
import { numberValue } from '../../platform/warehouse/json-path.ts'
import type { LayerScope } from './layer-scope.ts'
import { ageSql } from './measure-columns.ts'

const dayMs = 86_400_000
type OrderDefinition = Extract<LayerDefinition, { kind: 'rfm' | 'lifecycle' }>
/** Days are stored in 16 bits; whoever is further back is as far back as can be. */
const recencyDaysMax = 65_000

/**
 * A select of one row per buyer: `buyer`, `orders`, `amount_fen`, `recency_days` (whole days of 24 hours since the last order). From order events, or from
 * attributes that sum them up where there are none: then a missing number of orders is one, missing money none.
 */
export function buyersSql(scope: LayerScope, definition: OrderDefinition): string {
  const { attributes } = definition
  if (attributes) return buyersOfAttributes(scope, attributes)
  const { params, now } = scope
  const since = definition.kind === 'rfm' ? [`time >= ${params.instant(new Date(now.getTime() - definition.days * dayMs))}`] : []
  const conditions = [scope.workspace, `event = ${params.slot(definition.event, 'String')}`, `time < ${params.instant(now)}`, ...since]
  return `
    select ${scope.person.of('person_id')} as buyer, toInt64(count()) as orders, sum(ifNull(amount_fen, 0)) as amount_fen,
      toInt64(least(intDiv(${params.slot(String(now.getTime()), 'Int64')} - toUnixTimestamp64Milli(max(time)), ${dayMs}), ${recencyDaysMax})) as recency_days
    from events where ${conditions.join(' and ')} group by buyer`
}

function buyersOfAttributes(scope: LayerScope, { lastOrder, orders, amount }: NonNullable<OrderDefinition['attributes']>): string {
  const count = orders === null ? '1' : `ifNull(toInt64(floor(${numberValue('attributes', orders)})), 1)`
  const money = amount === null ? '0' : `ifNull(toInt64(floor(${numberValue('attributes', amount)} * 100 + 0.5)), 0)`
  return `
    select person_id as buyer, toInt64(${count}) as orders, toInt64(${money}) as amount_fen, toInt64(least(recency, ${recencyDaysMax})) as recency_days
    from (select person_id, attributes, ${ageSql(scope, lastOrder)} as recency from people final where ${scope.workspace})
    where isNotNull(recency) and orders > 0`
}

/** The same for everyone of the workspace: `person_id`, and zeros for whoever never ordered. */
export function orderFactsSql(scope: LayerScope, definition: OrderDefinition): string {
  return `
    select people.person_id as person_id, buyers.orders as orders, buyers.amount_fen as amount_fen, buyers.recency_days as recency_days
    from (select person_id from people final where ${scope.workspace}) as people
    left join (${buyersSql(scope, definition)}) as buyers on buyers.buyer = people.person_id`
}
