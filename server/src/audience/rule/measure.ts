import type { Comparison } from '../../../../contracts/rule.ts'
import { assertNever } from '../../platform/errors.ts'

/**
 * Sums of decimals must not depend on the order in which they are added, and 0.1 + 0.7 must reach 0.8. So measures are computed in whole
 * millionths: both readers turn every number into `floor(x · 10⁶ + ½)` (the same two IEEE operations) and add whole numbers.
 */
export const microPerUnit = 1_000_000
/** Fen to millionths of a yuan. */
export const microPerFen = 10_000
/** Numbers beyond are not measured: their millionths do not fit 64 bits. */
export const measuredMax = 9_000_000_000_000

/** A number in millionths, or null when it is out of range. */
export function toMicro(value: number): bigint | null {
  return Math.abs(value) <= measuredMax ? BigInt(Math.floor(value * microPerUnit + 0.5)) : null
}

/** The same of an expression of `Nullable(Float64)`: an expression of `Nullable(Int64)`. */
export function microSql(number: string): string {
  return `if(abs(${number}) <= ${measuredMax}, toInt64(floor(${number} * ${microPerUnit} + 0.5)), null)`
}

/** Compares a measured value with the wanted one or two; any ordered type. */
export function compares<Value extends bigint | number>(measured: Value, operator: Comparison['operator'], wanted: readonly Value[]): boolean {
  const [first, second] = wanted
  if (first === undefined) return false
  switch (operator) {
    case 'equals':
      return measured === first
    case 'greaterThan':
      return measured > first
    case 'atLeast':
      return measured >= first
    case 'lessThan':
      return measured < first
    case 'atMost':
      return measured <= first
    case 'between':
      return measured >= first && second !== undefined && measured <= second
    default:
      return assertNever(operator)
  }
}

/** The same as SQL over expressions. */
export function comparisonSql(measured: string, operator: Comparison['operator'], wanted: readonly string[]): string {
  const [first, second] = wanted
  switch (operator) {
    case 'equals':
      return `${measured} = ${first}`
    case 'greaterThan':
      return `${measured} > ${first}`
    case 'atLeast':
      return `${measured} >= ${first}`
    case 'lessThan':
      return `${measured} < ${first}`
    case 'atMost':
      return `${measured} <= ${first}`
    case 'between':
      return `${measured} between ${first} and ${second}`
    default:
      return assertNever(operator)
  }
}

/** Whether the comparison holds for whoever did nothing at all: then its set is a complement. */
export function holdsAtZero(comparison: Comparison): boolean {
  return compares(0, comparison.operator, comparison.values)
}
