import { amountProperty, registeredAttribute } from '../../../../contracts/rule.ts'
import { listValue, numberValue, typedValue, type JsonColumn } from '../../platform/warehouse/json-path.ts'
import { dateTextSql } from './date-text.ts'
import { positiveMs } from './time-arrays.ts'

/** A value in a statement as the types of tests see it. Everything but a list may be null: no value of that type. */
export interface TestedValue {
  text: () => string
  number: () => string
  boolean: () => string
  /** `Array(String)`, empty when there is none. */
  list: () => string
  /** The day as text; `zone` is a slot with the name of the zone. */
  day: (zone: string) => string
}

/** The value at a key of a row. */
export function fieldValue(column: JsonColumn, key: string): TestedValue {
  const text = () => typedValue(column, key, 'String')
  return {
    text,
    number: () => (column === 'properties' && key === amountProperty ? '(amount_fen / 100)' : numberValue(column, key)),
    boolean: () => typedValue(column, key, 'Bool'),
    list: () => listValue(column, key),
    day: (zone) => (column === 'attributes' && key === registeredAttribute ? `toString(toDate32(created_at, ${zone}))` : dateTextSql(text(), zone)),
  }
}

/** When the first or last of the events that are grouped happened, as a day. */
export function extremeDay(zone: string, which: 'first' | 'last'): string {
  return `toString(toDate32(${extremes[which]}(time), ${zone}))`
}

/**
 * What a test of each row, 0 or 1, says of the first or last of the events that are grouped; of events at one instant the one with the greater id is the later. Instant, id
 * and answer of a row are one whole number, so that a person's state is that number and not a row's value: a quarter of the time.
 */
export function extremeAnswer(test: string, which: 'first' | 'last'): string {
  const instant = `bitShiftLeft(toUInt256(${positiveMs('time')}), 129)`
  return `(${extremes[which]}(${instant} + bitShiftLeft(toUInt256(reinterpretAsUInt128(event_id)), 1) + toUInt256(${test})) % 2 = 1)`
}

const extremes = { first: 'min', last: 'max' } as const
