import type { ValueTest } from '../../../../contracts/rule.ts'
import { assertNever } from '../../platform/errors.ts'
import { lunarAnniversaries, solarAnniversaries, wantedDays, type AnniversaryTest } from './anniversary.ts'
import { dayInZone, daysBefore } from './date-text.ts'
import { comparisonSql } from './measure.ts'
import { regionText, regionTextSql } from './region-text.ts'
import type { RuleMoment } from './resolved-rule.ts'
import type { StatementParams } from './statement-params.ts'
import type { TestedValue } from './tested-value.ts'

/** What a test needs besides the value: slots for its constants, and the day that "today" is. */
export interface TestScope {
  params: StatementParams
  moment: RuleMoment
}

/** A test as an expression that is 0 or 1 for every row, never null: no value fails every test except its own negation. */
export function compileTest(scope: TestScope, value: TestedValue, test: ValueTest): string {
  const { params, moment } = scope
  const zone = () => params.slot(moment.timezone, 'String')
  switch (test.type) {
    case 'text':
      return textTest(scope, value.text(), test)
    case 'number':
      return numberTest(scope, value.number(), test)
    case 'date':
      return dateTest(scope, value.day(zone()), test)
    case 'boolean':
      return booleanTest(value.boolean(), test)
    case 'list':
      return listTest(scope, value.list(), test)
    case 'anniversary':
      return anniversaryTest(scope, value.day(zone()), test)
    default:
      return assertNever(test)
  }
}

const orNo = (condition: string) => `ifNull(${condition}, 0)`
const orYes = (condition: string) => `ifNull(${condition}, 1)`

function textTest({ params }: TestScope, value: string, test: Extract<ValueTest, { type: 'text' }>): string {
  const first = () => params.slot(test.values[0] ?? '', 'String')
  switch (test.operator) {
    case 'is':
      return orNo(`${value} = ${first()}`)
    case 'isNot':
      return orYes(`${value} != ${first()}`)
    case 'oneOf':
      return orNo(`${value} in ${params.slot(test.values, 'Array(String)')}`)
    case 'contains':
      return orNo(`position(${value}, ${first()}) > 0`)
    case 'startsWith':
      return orNo(`startsWith(${value}, ${first()})`)
    case 'within':
      return orNo(`arrayExists(region -> startsWith(${regionTextSql(value)}, region), ${params.slot(test.values.map(regionText), 'Array(String)')})`)
    case 'isSet':
      return orNo(`${value} != ''`)
    case 'isNotSet':
      return orYes(`${value} = ''`)
    default:
      return assertNever(test.operator)
  }
}

function numberTest({ params }: TestScope, value: string, test: Extract<ValueTest, { type: 'number' }>): string {
  const [first, second] = test.values.map((wanted) => params.slot(wanted, 'Float64'))
  switch (test.operator) {
    case 'equals':
      return orNo(`${value} = ${first}`)
    case 'notEquals':
      return orYes(`${value} != ${first}`)
    case 'greaterThan':
      return orNo(`${value} > ${first}`)
    case 'atLeast':
      return orNo(`${value} >= ${first}`)
    case 'lessThan':
      return orNo(`${value} < ${first}`)
    case 'atMost':
      return orNo(`${value} <= ${first}`)
    case 'between':
      return orNo(`${value} between ${first} and ${second}`)
    case 'isSet':
      return `isNotNull(${value})`
    case 'isNotSet':
      return `isNull(${value})`
    default:
      return assertNever(test.operator)
  }
}

function dateTest({ params, moment }: TestScope, value: string, test: Extract<ValueTest, { type: 'date' }>): string {
  const today = dayInZone(moment.now, moment.timezone)
  const [first, second] = test.values
  const day = (text: unknown) => params.slot(String(text), 'String')
  const ago = (days: unknown) => day(daysBefore(today, Number(days)))
  switch (test.operator) {
    case 'before':
      return orNo(`${value} < ${day(first)}`)
    case 'after':
      return orNo(`${value} > ${day(first)}`)
    case 'between':
      return orNo(`${value} between ${day(first)} and ${day(second)}`)
    case 'withinLast':
      return orNo(`${value} between ${ago(first)} and ${day(today)}`)
    case 'withinNext':
      return orNo(`${value} between ${day(today)} and ${day(daysBefore(today, -Number(first)))}`)
    case 'moreThanAgo':
      return orNo(`${value} < ${ago(first)}`)
    case 'isSet':
      return `isNotNull(${value})`
    case 'isNotSet':
      return `isNull(${value})`
    default:
      return assertNever(test.operator)
  }
}

function booleanTest(value: string, test: Extract<ValueTest, { type: 'boolean' }>): string {
  switch (test.operator) {
    case 'isTrue':
      return orNo(value)
    case 'isFalse':
      return orNo(`not ${value}`)
    case 'isSet':
      return `isNotNull(${value})`
    case 'isNotSet':
      return `isNull(${value})`
    default:
      return assertNever(test.operator)
  }
}

type ListTest = Extract<ValueTest, { type: 'list' }>

function listTest({ params }: TestScope, list: string, { operator, values, comparison }: ListTest): string {
  const wanted = () => params.slot(values, 'Array(String)')
  switch (operator) {
    case 'hasAny':
      return `hasAny(${list}, ${wanted()})`
    case 'hasAll':
      return `hasAll(${list}, ${wanted()})`
    case 'hasNone':
      return `not hasAny(${list}, ${wanted()})`
    case 'count':
      return comparisonSql(
        `toFloat64(length(${list}))`,
        comparison?.operator ?? 'atLeast',
        (comparison?.values ?? [1]).map((value) => params.slot(value, 'Float64')),
      )
    case 'isSet':
      return `notEmpty(${list})`
    case 'isNotSet':
      return `empty(${list})`
    default:
      return assertNever(operator)
  }
}

function anniversaryTest({ params, moment }: TestScope, day: string, test: AnniversaryTest): string {
  const wanted = wantedDays(test, dayInZone(moment.now, moment.timezone))
  if (test.calendar === 'lunar') return orNo(`toUInt32OrNull(replaceAll(${day}, '-', '')) in ${params.slot(lunarAnniversaries(wanted), 'Array(UInt32)')}`)
  const years = Array.from(
    solarAnniversaries(wanted),
    ([year, days]) => `(substring(${day}, 6) in ${params.slot(days, 'Array(String)')} and ${day} < ${params.slot(year, 'String')})`,
  )
  return orNo(`(${years.join(' or ')})`)
}
