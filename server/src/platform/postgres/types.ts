import { types, type CustomTypesConfig } from 'pg'

type Parse = (text: string) => unknown

const { builtins } = types

/** PostgreSQL's type ids of the arrays, which `pg` does not name. */
const int8Array = 1016
const numericArray = 1231
const dateArray = 1182
const textArray = 1009 as number as Parameters<typeof types.getTypeParser>[0]

/**
 * How values come out of PostgreSQL: int8 and numeric as numbers (an unsafe integer throws instead of losing digits),
 * date as `YYYY-MM-DD` text, everything else as `pg` gives it.
 */
export const valueTypes: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : parsers.get(oid)) ?? types.getTypeParser(oid, format)) as typeof types.getTypeParser,
}

const parsers = new Map<number, Parse>([
  [builtins.INT8, parseInteger],
  [builtins.NUMERIC, Number],
  [builtins.DATE, keepText],
  [int8Array, arrayOf(parseInteger)],
  [numericArray, arrayOf(Number)],
  [dateArray, arrayOf(keepText)],
])

function parseInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`The integer ${text} does not fit a number`)
  return value
}

function keepText(text: string): string {
  return text
}

function arrayOf(parse: Parse): Parse {
  const parseTextArray = types.getTypeParser(textArray) as (text: string) => (string | null)[]
  return (text) => parseTextArray(text).map((item) => (item === null ? null : parse(item)))
}
