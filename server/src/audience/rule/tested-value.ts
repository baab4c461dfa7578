import { amountProperty, registeredAttribute, timeProperty } from '../../../../contracts/rule.ts'
import { listValue, numberValue, typedValue, type JsonColumn } from '../../platform/warehouse/json-path.ts'
import { dateTextSql } from './date-text.ts'

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

/** The value of the first or last of the events that are grouped; of events at one instant the one with the greater id is the later. */
export function extremeValue(key: string, which: 'first' | 'last'): TestedValue {
  const aggregate = which === 'first' ? 'argMin' : 'argMax'
  // In a tuple, for an aggregate skips nulls; here no value is an answer.
  const at = (value: string) => `tupleElement(${aggregate}(tuple(${value}), (time, event_id)), 1)`
  const row = fieldValue('properties', key)
  return {
    text: () => at(row.text()),
    number: () => at(row.number()),
    boolean: () => at(row.boolean()),
    list: () => at(row.list()),
    day: (zone) => (key === timeProperty ? `toString(toDate32(${which === 'first' ? 'min' : 'max'}(time), ${zone}))` : dateTextSql(at(row.text()), zone)),
  }
}
