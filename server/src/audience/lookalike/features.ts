import type { LocaleText } from '../../../../contracts/common.ts'
import type { LookalikeDriver } from '../../../../contracts/lookalike.ts'
import type { PersonColumn } from '../../people/index.ts'
import type { StatementParams } from '../rule/statement-params.ts'

/** One number about everybody that a model weighs. */
export interface Feature {
  /** What it is made of: `attribute:city`, `event:Order Completed`. */
  source: string
  label: LocaleText
  unit: LookalikeDriver['unit']
}

/**
 * A column of a part. `number`: one feature, with the value of people who are not in the part; `mean` stands for whatever those have who are. `code`: a feature of its own for
 * each code from 1 on, of whom everybody has at most one; 0 is none of them.
 */
export type Column =
  | { kind: 'number'; sql: string; scale: 'plain' | 'log'; absent: number | 'mean'; feature: Feature }
  | { kind: 'code'; sql: string; features: Feature[] }

/** Columns that are read from the same rows: of people, of one event, of tags. */
export interface Part {
  /** The person of a row. */
  person: string
  /** From `from` on, grouping included. */
  from: string
  columns: Column[]
}

/** Whose rows are read: an expression of a column with ids, raw in the warehouse's tables of what happened. */
export interface Among {
  /** How ids of what happened become people. */
  person: PersonColumn
  /** The condition that the rows of some people pass. */
  holds(id: string): string
}

/** What statements about features are written with. */
export interface FeatureScope {
  params: StatementParams
  workspaceId: number
  now: Date
  timezone: string
  among: Among
}

/** Writes a part for some people; slots are the scope's. */
export type PartOf = (scope: FeatureScope) => Part

export const featuresOf = (column: Column): Feature[] => (column.kind === 'code' ? column.features : [column.feature])

/** How a number enters the model: counts, amounts and days by their logarithm, so that the tenth time says less than the second. */
export const scaled = (value: number, scale: 'plain' | 'log'): number => (scale === 'log' ? Math.log1p(value) : value)
const scaledSql = (sql: string, scale: 'plain' | 'log'): string => (scale === 'log' ? `log1p(${sql})` : sql)

/** A column's place among the weights, and what people outside of its part have. */
export interface PlacedColumn {
  column: Column
  first: number
  absent: number
}

/** What a column adds to the log odds of somebody in its part, over what it adds for those who are not, as whole billionths; `name` is the column's value. */
export function contributionSql(name: string, { column, first, absent }: PlacedColumn, weights: Float64Array): string | null {
  if (column.kind === 'code') {
    const ofCodes = column.features.map((_, index) => weights[first + index]!)
    return ofCodes.every((weight) => weight === 0) ? null : `[0., ${ofCodes.map(floatSql).join(', ')}][toUInt32(${name}) + 1]`
  }
  const weight = weights[first]!
  return weight === 0 ? null : `${floatSql(weight)} * (${scaledSql(`toFloat64(${name})`, column.scale)} - ${floatSql(scaled(absent, column.scale))})`
}

/** A number of ours as a literal that is surely no whole number. */
export const floatSql = (value: number): string => `(${value.toExponential(16)})`
