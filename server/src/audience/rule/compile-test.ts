import { amountProperty, registeredAttribute, type ValueTest } from '../../../../contracts/rule.ts'
import { assertNever } from '../../platform/errors.ts'
import { dateTextSql, dayInZone, daysBefore } from './date-text.ts'
import { numberValue, typedValue, type JsonColumn } from '../../platform/warehouse/json-path.ts'
import type { RuleMoment } from './resolved-rule.ts'
import type { StatementParams } from './statement-params.ts'

interface Field {
  column: JsonColumn
  key: string
}

/** What a test needs besides the value: slots for its constants, and the day that "today" is. */
export interface TestScope {
  params: StatementParams
  moment: RuleMoment
}

/** A test as an expression that is 0 or 1 for every row, never null: no value fails every test except its own negation. */
export function compileTest(scope: TestScope, field: Field, test: ValueTest): string {
  switch (test.type) {
    case 'text':
      return textTest(scope, typedValue(field.column, field.key, 'String'), test)
    case 'number':
      return numberTest(scope, isAmount(field) ? '(amount_fen / 100)' : numberValue(field.column, field.key), test)
    case 'date':
      return dateTest(scope, dateOf(scope, field), test)
    case 'boolean':
      return booleanTest(typedValue(field.column, field.key, 'Bool'), test)
    case 'list':
    case 'anniversary':
      throw new Error('Refused by the check')
    default:
      return assertNever(test)
  }
}

const isAmount = (field: Field) => field.column === 'properties' && field.key === amountProperty

function dateOf({ params, moment }: TestScope, field: Field): string {
  const zone = params.slot(moment.timezone, 'String')
  if (field.column === 'attributes' && field.key === registeredAttribute) return `toString(toDate32(created_at, ${zone}))`
  return dateTextSql(typedValue(field.column, field.key, 'String'), zone)
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
      throw new Error('Refused by the check')
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
      throw new Error('Refused by the check')
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
