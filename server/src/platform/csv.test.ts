import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { csvLine } from './csv.ts'

it.each(['=1+1', '+86138', '-cmd', '@SUM(A1)', '\t=1', ' =1', '\r=1', '＝1', '＠x', '|calc'])('defuses %j', (text) => {
  expect(valuesOf(csvLine([text, 'x']))).toEqual([`'${text}`, 'x'])
})

it.each(['-5', '-5.25', '12', 'a=b', '', '2024-01-01'])('leaves %j as it is', (text) => expect(valuesOf(csvLine([text, 1]))).toEqual([text, '1']))

it('writes lines that read back the same, and none with a formula (law)', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (values) => {
      const read = valuesOf(csvLine(values))
      expect(read).toEqual(values.map((value, index) => (read[index] === `'${value}` ? `'${value}` : value)))
      for (const value of read) expect(/^[\t\r\n ]*[=+@]/.test(value)).toBe(false)
    }),
  )
})

/** A line taken apart again. */
function valuesOf(line: string): string[] {
  return [...`,${line.slice(0, -1)}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,"]*))/gu)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '')
}
