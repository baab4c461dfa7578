import { amountProperty, isPropertyFilter, anyEvent, productEvents, type EventRule } from '../../../../contracts/rule.ts'
import type { PersonColumn } from '../../people/index.ts'
import { assertNever } from '../../platform/errors.ts'
import { compileTest, type TestScope } from './compile-test.ts'
import { windowBounds } from './event-window.ts'
import { numberValue } from '../../platform/warehouse/json-path.ts'
import { comparisonSql, holdsAtZero, microPerFen, microSql, toMicro } from './measure.ts'

/** A set of people, or what it is the complement of: those with an event of the selection, and of them those whose events together pass `having` (null: all). */
export interface CompiledEvents {
  selection: string
  having: string | null
  complement: boolean
}

/** The set as a select of one bitmap `s`. */
export function peopleOfEvents({ selection, having }: CompiledEvents, person: PersonColumn): string {
  if (having !== null) {
    return `select groupBitmapState(person) as s from (select ${person.of('person_id')} as person ${selection} group by person having ${having})`
  }
  const everyId = `select groupBitmapState(person_id) as s ${selection}`
  // Ids are mapped once they are a set: rows are many times as many.
  return person.isMapped ? `select groupBitmapState(${person.of('id')}) as s from (select arrayJoin(bitmapToArray(s)) as id from (${everyId}))` : everyId
}

/** Sets over the same selection as one, read once. `operator` is how the sets are joined, complements being joined the other way round. */
export function joinEvents<Events extends CompiledEvents & { paths: string[] }>(sets: readonly Events[], operator: 'and' | 'or'): Events[] {
  const groups = new Map<string, [Events, ...Events[]]>()
  for (const set of sets) {
    const key = `${set.complement} ${set.selection}`
    const group = groups.get(key)
    if (group) group.push(set)
    else groups.set(key, [set])
  }
  return [...groups.values()].map(([first, ...rest]) => {
    const joinsAll = (operator === 'and') !== first.complement
    const conditions = [first, ...rest].map((set) => set.having)
    const given = conditions.filter((having) => having !== null)
    const isEveryone = given.length === 0 || (!joinsAll && given.length < conditions.length)
    const paths = [first, ...rest].flatMap((set) => set.paths)
    return { ...first, paths, having: isEveryone ? null : [...new Set(given)].map((having) => `(${having})`).join(joinsAll ? ' and ' : ' or ') }
  })
}

/**
 * The people of an event condition. What nobody with such an event need fulfil ("did not", "at most 3 times") is the complement of those who break it, so
 * that the statement only ever reads events that happened.
 */
export function compileEvents(scope: TestScope, rule: EventRule, where: string): CompiledEvents {
  const conditions = [where, namedEvent(scope, rule.event), ...windowSql(scope, rule)]
  for (const filter of rule.filters.filter(isPropertyFilter)) conditions.push(compileTest(scope, { column: 'properties', key: filter.property }, filter.test))
  const { measure, comparison } = rule
  const complement = (measure.kind === 'times' || measure.kind === 'sum') && holdsAtZero(comparison)
  const measured = measure.kind === 'times' ? timesSql(scope, rule) : amountsSql(scope, rule)
  const having = complement ? `not (${measured})` : measured
  return {
    selection: `from events where ${conditions.join(' and ')}`,
    having: measure.kind === 'times' && isOnceEnough(rule, complement) ? null : having,
    complement,
  }
}

function namedEvent(scope: TestScope, name: string): string {
  return name === anyEvent ? `event not in ${scope.params.slot(productEvents, 'Array(String)')}` : `event = ${scope.params.slot(name, 'String')}`
}

/** Whether whoever did it at all is in the set that is read, so that nobody's events need counting. */
function isOnceEnough({ comparison: { operator, values } }: EventRule, complement: boolean): boolean {
  const [first = 0, second = first] = values
  if (!complement) return (operator === 'atLeast' && first <= 1) || (operator === 'greaterThan' && first < 1)
  switch (operator) {
    case 'equals':
      return true
    case 'atMost':
      return first < 1
    case 'lessThan':
      return first <= 1
    case 'between':
      return second < 1
    case 'atLeast':
    case 'greaterThan':
      return false
    default:
      return assertNever(operator)
  }
}

function windowSql({ params, moment }: TestScope, rule: EventRule): string[] {
  const { from, to } = windowBounds(rule.window, moment.now)
  return [from && `time >= ${params.instant(from)}`, to && `time < ${params.instant(to)}`].filter((condition) => condition !== null)
}

function timesSql({ params }: TestScope, { comparison }: EventRule): string {
  const wanted = comparison.values.map((value) => params.slot(value, 'Float64'))
  return comparisonSql('toFloat64(count())', comparison.operator, wanted)
}

function amountsSql({ params }: TestScope, { measure, comparison }: EventRule): string {
  if (!('of' in measure)) throw new Error('Times are not an amount')
  const isMoney = measure.of === amountProperty
  const micro = isMoney ? 'amount_fen' : microSql(numberValue('properties', measure.of))
  const scaled = (aggregate: string) => (isMoney ? `toInt128(${aggregate}) * ${microPerFen}` : aggregate)
  const sum = scaled(isMoney ? 'sum(ifNull(amount_fen, 0))' : `sum(toInt128(ifNull(${micro}, 0)))`)
  const wanted = comparison.values.map((value) => params.slot(String(toMicro(value) ?? 0n), 'Int64'))
  const any = `count(${micro}) > 0`
  switch (measure.kind) {
    case 'sum':
      return comparisonSql(sum, comparison.operator, wanted)
    case 'average':
      return `${any} and (${comparisonSql(
        `toFloat64(${sum}) / count(${micro})`,
        comparison.operator,
        wanted.map((slot) => `toFloat64(${slot})`),
      )})`
    case 'minimum':
      return `${any} and (${comparisonSql(scaled(`min(${micro})`), comparison.operator, wanted)})`
    case 'maximum':
      return `${any} and (${comparisonSql(scaled(`max(${micro})`), comparison.operator, wanted)})`
    case 'distinct':
      throw new Error('Refused by the check')
    default:
      return assertNever(measure.kind)
  }
}
