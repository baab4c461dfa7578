import { amountProperty, anyEvent, productEvents, registeredAttribute } from '../../../../contracts/rule.ts'
import type { LayerMeasure } from '../../../../contracts/layer-definitions.ts'
import { numberValue, typedValue } from '../../platform/warehouse/json-path.ts'
import { assertNever } from '../../platform/errors.ts'
import { compileFilters } from '../rule/compile-filter.ts'
import { dateTextSql, dayInZone } from '../rule/date-text.ts'
import { microPerUnit, microSql } from '../rule/measure.ts'
import type { LayerScope } from './layer-scope.ts'

const dayMs = 86_400_000
type EventMeasure = Extract<LayerMeasure, { from: 'events' }>

/**
 * A select of one row per person of the workspace: `person_id`, and `m0`, `m1`, … as numbers, null for no value. Events of one name, by the same filters, are read once
 * however many measures they have, and only as far back as the longest of them.
 */
export function measuredPeopleSql(scope: LayerScope, measures: readonly LayerMeasure[]): string {
  const groups = new Map<string, { measure: EventMeasure; column: string }[]>()
  const own: string[] = []
  for (const [index, measure] of measures.entries()) {
    const column = `m${index}`
    if (measure.from === 'attribute') own.push(`${attributeSql(scope, measure)} as ${column}`)
    else {
      const read = JSON.stringify([measure.event, measure.filters])
      groups.set(read, [...(groups.get(read) ?? []), { measure, column }])
    }
  }
  const joins = [...groups.values()].map((group, index) => {
    const { event, filters } = group[0]!.measure
    const columns = group.map(({ measure, column }) => `${aggregateSql(scope, measure)} as ${column}`).join(', ')
    const conditions = [
      scope.workspace,
      namedEvent(scope, event),
      `time < ${scope.params.instant(scope.now)}`,
      ...sinceSql(scope, group),
      ...filtersSql(scope, filters),
    ]
    return `left join (select ${scope.person.of('person_id')} as person, ${columns} from events where ${conditions.join(' and ')} group by person) as e${index} on e${index}.person = everyone.person_id`
  })
  const columns = ['everyone.person_id as person_id', ...measures.map((_, index) => `m${index}`)]
  const everyone = `select ${['person_id', ...own].join(', ')} from people final where ${scope.workspace}`
  return `select ${columns.join(', ')} from (${everyone}) as everyone ${joins.join(' ')}`
}

function namedEvent({ params }: LayerScope, event: string): string {
  return event === anyEvent ? `event not in ${params.slot(productEvents, 'Array(String)')}` : `event = ${params.slot(event, 'String')}`
}

function filtersSql({ params, now, timezone }: LayerScope, filters: EventMeasure['filters']): string[] {
  return filters.length === 0 ? [] : [`(${compileFilters({ params, moment: { now, timezone } }, filters)})`]
}

const from = (scope: LayerScope, days: number) => scope.params.instant(new Date(scope.now.getTime() - days * dayMs))

/** The window that holds those of all measures of the group; open when one of them is. */
function sinceSql(scope: LayerScope, group: readonly { measure: EventMeasure }[]): string[] {
  const days = group.map(({ measure }) => measure.days)
  if (days.includes(null)) return []
  return [`time >= ${from(scope, Math.max(...days.map(Number)))}`]
}

function aggregateSql(scope: LayerScope, { measure, of, days }: EventMeasure): string {
  const when = days === null ? '1' : `time >= ${from(scope, days)}`
  const isMoney = of === amountProperty
  const micro = isMoney ? 'amount_fen' : microSql(numberValue('properties', of))
  const unit = isMoney ? 100 : microPerUnit
  switch (measure) {
    case 'times':
      return `toFloat64(countIf(${when}))`
    case 'days':
      return `toFloat64(uniqExactIf(toDate32(time, ${scope.params.slot(scope.timezone, 'String')}), ${when}))`
    case 'sum':
      return `toFloat64(sumIf(toInt128(ifNull(${micro}, 0)), ${when})) / ${unit}`
    case 'average':
      return `if(countIf(${micro}, ${when}) = 0, null, toFloat64(sumIf(toInt128(ifNull(${micro}, 0)), ${when})) / countIf(${micro}, ${when}) / ${unit})`
    case 'minimum':
      return `toFloat64(minIf(${micro}, ${when})) / ${unit}`
    case 'maximum':
      return `toFloat64(maxIf(${micro}, ${when})) / ${unit}`
    case 'recency': {
      const now = scope.params.slot(String(scope.now.getTime()), 'Int64')
      return `if(countIf(${when}) = 0, null, toFloat64(intDiv(${now} - toUnixTimestamp64Milli(maxIf(time, ${when})), ${dayMs})))`
    }
    default:
      return assertNever(measure)
  }
}

function attributeSql(scope: LayerScope, { attribute, as }: Extract<LayerMeasure, { from: 'attribute' }>): string {
  return as === 'number' ? numberValue('attributes', attribute) : ageSql(scope, attribute)
}

/** Days from the date of an attribute to today, in the workspace's zone; null without one and for one to come. */
export function ageSql({ params, now, timezone }: LayerScope, attribute: string): string {
  const zone = params.slot(timezone, 'String')
  const day = attribute === registeredAttribute ? `toString(toDate32(created_at, ${zone}))` : dateTextSql(typedValue('attributes', attribute, 'String'), zone)
  const age = `dateDiff('day', toDate32OrNull(${day}), toDate32(${params.slot(dayInZone(now, timezone), 'String')}))`
  return `if(${age} >= 0, toFloat64(${age}), null)`
}
