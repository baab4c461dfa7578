import { amountProperty, anyEvent, productEvents, timeProperty, type EventRule, type EventValueRule, type SequenceEvent } from '../../../../contracts/rule.ts'
import type { PersonColumn } from '../../people/index.ts'
import { assertNever } from '../../platform/errors.ts'
import { numberValue, typedValue } from '../../platform/warehouse/json-path.ts'
import { compileFilters } from './compile-filter.ts'
import { eventRows, type CompileScope } from './compile-scope.ts'
import { compileTest, type TestScope } from './compile-test.ts'
import { compileWindow } from './compile-window.ts'
import { evaluateTest } from './evaluate-test.ts'
import { comparisonSql, holdsAtZero, microPerFen, microSql, toMicro } from './measure.ts'
import { extremeAnswer, extremeDay, fieldValue } from './tested-value.ts'

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
export function compileEvents(scope: CompileScope, rule: EventRule): CompiledEvents {
  const { measure, comparison } = rule
  const complement = measure.kind !== 'average' && measure.kind !== 'minimum' && measure.kind !== 'maximum' && holdsAtZero(comparison)
  const measured = measuredSql(scope, rule)
  const having = complement ? `not (${measured})` : measured
  return { selection: selectionSql(scope, rule, having), having: measure.kind === 'times' && isOnceEnough(rule, complement) ? null : having, complement }
}

/** The people whose first or last event passes a test; where nothing would pass it too, the complement of those whose does not. */
export function compileEventValue(scope: CompileScope, rule: EventValueRule): CompiledEvents {
  const row = fieldValue('properties', rule.of)
  const test =
    rule.of === timeProperty
      ? compileTest(scope, { ...row, day: (zone) => extremeDay(zone, rule.which) }, rule.test)
      : extremeAnswer(compileTest(scope, row, rule.test), rule.which)
  const complement = evaluateTest(undefined, rule.test, scope.moment)
  return { selection: selectionSql(scope, rule, test), having: complement ? `not (${test})` : test, complement }
}

/** `having` is what is asked of the rows of a person. */
function selectionSql(scope: CompileScope, { event, filters, window }: Pick<EventRule, 'event' | 'filters' | 'window'>, having: string): string {
  const { join, conditions } = compileWindow(scope, window, { time: 'time', person: scope.person.of('person_id') })
  const match = matchSql(scope, { event, filters })
  const { from, where } = eventRows(scope, [event], `${match} ${having}`)
  return `from ${from}${join} where ${[where, ...conditions, match].join(' and ')}`
}

/** Whether a row is an event of the name that passes the filters: 0 or 1. */
export function matchSql(scope: TestScope, { event, filters }: SequenceEvent): string {
  const named = event === anyEvent ? `event not in ${scope.params.slot(productEvents, 'Array(String)')}` : `event = ${scope.params.slot(event, 'String')}`
  return filters.length === 0 ? named : `${named} and (${compileFilters(scope, filters)})`
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

function measuredSql({ params, moment }: CompileScope, { measure, comparison }: EventRule): string {
  const count = (aggregate: string) =>
    comparisonSql(
      `toFloat64(${aggregate})`,
      comparison.operator,
      comparison.values.map((value) => params.slot(value, 'Float64')),
    )
  switch (measure.kind) {
    case 'times':
      return count('count()')
    case 'days':
      return count(`uniqExact(toDate32(time, ${params.slot(moment.timezone, 'String')}))`)
    case 'distinct':
      return count(distinctSql(measure.of))
    case 'sum':
    case 'average':
    case 'minimum':
    case 'maximum':
      return amountsSql(params, { kind: measure.kind, of: measure.of }, comparison)
    default:
      return assertNever(measure)
  }
}

/** Numbers, texts and yes or no are different values even when they are written alike; the empty text is none. */
function distinctSql(property: string): string {
  if (property === amountProperty) return 'uniqExactIf(assumeNotNull(amount_fen), isNotNull(amount_fen))'
  const [text, number, boolean] = [
    typedValue('properties', property, 'String'),
    numberValue('properties', property),
    typedValue('properties', property, 'Bool'),
  ]
  return `uniqExactIf((${text}, ${number}, ${boolean}), ifNull(${text} != '', 0) or isNotNull(${number}) or isNotNull(${boolean}))`
}

type Amounts = Extract<EventRule['measure'], { of: string }>

function amountsSql(params: CompileScope['params'], measure: Amounts, comparison: EventRule['comparison']): string {
  const isMoney = measure.of === amountProperty
  const micro = isMoney ? 'amount_fen' : microSql(numberValue('properties', measure.of))
  const scaled = (aggregate: string) => (isMoney ? `toInt128(${aggregate}) * ${microPerFen}` : aggregate)
  const sum = scaled(isMoney ? 'sum(ifNull(amount_fen, 0))' : `sum(toInt128(ifNull(${micro}, 0)))`)
  const wanted = comparison.values.map((value) => params.slot(String(toMicro(value) ?? 0n), 'Int64'))
  const compared = (measured: string, values = wanted) => comparisonSql(measured, comparison.operator, values)
  const any = `count(${micro}) > 0`
  if (measure.kind === 'sum') return compared(sum)
  if (measure.kind === 'average') {
    const floats = wanted.map((slot) => `toFloat64(${slot})`)
    return `${any} and (${compared(`toFloat64(${sum}) / count(${micro})`, floats)})`
  }
  return `${any} and (${compared(scaled(`${measure.kind === 'minimum' ? 'min' : 'max'}(${micro})`))})`
}
