import type { ValueTest } from '../../../../contracts/rule.ts'
import { assertNever } from '../../platform/errors.ts'
import { isAnniversary, wantedDays } from './anniversary.ts'
import { dateText, dayInZone, daysBefore } from './date-text.ts'
import { compares } from './measure.ts'
import { regionText } from './region-text.ts'
import type { RuleMoment } from './resolved-rule.ts'

/** A test of one value in memory; the same truth table as `compile-test.ts`. */
export function evaluateTest(value: unknown, test: ValueTest, moment: RuleMoment): boolean {
  switch (test.type) {
    case 'text':
      return textHolds(typeof value === 'string' ? value : null, test)
    case 'number':
      return numberHolds(typeof value === 'number' ? value : null, test)
    case 'date':
      return dateHolds(dateText(value, moment.timezone), test, dayInZone(moment.now, moment.timezone))
    case 'boolean':
      return booleanHolds(typeof value === 'boolean' ? value : null, test)
    case 'list':
      return listHolds(listOf(value), test)
    case 'anniversary': {
      const day = dateText(value, moment.timezone)
      return day !== null && isAnniversary(day, test.calendar, wantedDays(test, dayInZone(moment.now, moment.timezone)))
    }
    default:
      return assertNever(test)
  }
}

function textHolds(value: string | null, { operator, values }: Extract<ValueTest, { type: 'text' }>): boolean {
  const [first = ''] = values
  switch (operator) {
    case 'is':
      return value === first
    case 'isNot':
      return value !== first
    case 'oneOf':
      return value !== null && values.includes(value)
    case 'contains':
      return value !== null && value.includes(first)
    case 'startsWith':
      return value !== null && value.startsWith(first)
    case 'within':
      return value !== null && values.some((region) => regionText(value).startsWith(regionText(region)))
    case 'isSet':
      return value !== null && value !== ''
    case 'isNotSet':
      return value === null || value === ''
    default:
      return assertNever(operator)
  }
}

function numberHolds(value: number | null, { operator, values }: Extract<ValueTest, { type: 'number' }>): boolean {
  if (operator === 'isNotSet' || operator === 'notEquals') return value === null || (operator === 'notEquals' && value !== values[0])
  if (value === null) return false
  const [first = 0, second = 0] = values
  switch (operator) {
    case 'equals':
      return value === first
    case 'greaterThan':
      return value > first
    case 'atLeast':
      return value >= first
    case 'lessThan':
      return value < first
    case 'atMost':
      return value <= first
    case 'between':
      return value >= first && value <= second
    case 'isSet':
      return true
    default:
      return assertNever(operator)
  }
}

function dateHolds(day: string | null, { operator, values }: Extract<ValueTest, { type: 'date' }>, today: string): boolean {
  if (operator === 'isNotSet') return day === null
  if (day === null) return false
  const [first, second] = values.map(String) as [string, string]
  switch (operator) {
    case 'before':
      return day < first
    case 'after':
      return day > first
    case 'between':
      return day >= first && day <= second
    case 'withinLast':
      return day >= daysBefore(today, Number(first)) && day <= today
    case 'withinNext':
      return day >= today && day <= daysBefore(today, -Number(first))
    case 'moreThanAgo':
      return day < daysBefore(today, Number(first))
    case 'isSet':
      return true
    default:
      return assertNever(operator)
  }
}

function booleanHolds(value: boolean | null, { operator }: Extract<ValueTest, { type: 'boolean' }>): boolean {
  switch (operator) {
    case 'isTrue':
      return value === true
    case 'isFalse':
      return value === false
    case 'isSet':
      return value !== null
    case 'isNotSet':
      return value === null
    default:
      return assertNever(operator)
  }
}

/** The texts of a list; what else it holds does not count. */
function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

function listHolds(list: readonly string[], { operator, values, comparison }: Extract<ValueTest, { type: 'list' }>): boolean {
  const hasAny = values.some((value) => list.includes(value))
  switch (operator) {
    case 'hasAny':
      return hasAny
    case 'hasAll':
      return values.every((value) => list.includes(value))
    case 'hasNone':
      return !hasAny
    case 'count':
      return comparison !== undefined && compares(list.length, comparison.operator, comparison.values)
    case 'isSet':
      return list.length > 0
    case 'isNotSet':
      return list.length === 0
    default:
      return assertNever(operator)
  }
}
