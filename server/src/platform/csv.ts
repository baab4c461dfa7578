import { stringify } from 'csv-stringify/sync'

/** Where a spreadsheet begins to run what it reads, in the narrow and the wide form. */
const formulaStart = /^[\t\r\n ]*[=+\-@＝＋－＠|]|^[\t\r]/
const plainNumber = /^-?\d+(?:\.\d+)?$/

/** Written before CSV so that spreadsheets take it as UTF-8. */
export const csvStart = '\uFEFF'

/**
 * A line of CSV (RFC 4180) with its line break. Every export of the product goes through here: a text that a spreadsheet would run as a formula
 * gets an apostrophe before it (https://owasp.org/www-community/attacks/CSV_Injection), which our imports take away again. Numbers stay numbers.
 */
export function csvLine(values: readonly (string | number | boolean | null)[]): string {
  return stringify([values.map((value) => (typeof value === 'string' ? defused(value) : value === null ? '' : String(value)))])
}

function defused(text: string): string {
  return formulaStart.test(text) && !plainNumber.test(text) ? `'${text}` : text
}
