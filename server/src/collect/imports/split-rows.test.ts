import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitRows } from './split-rows.ts'

const all = (text: string, delimiter = ',') => splitRows(text, { delimiter, line: 1, isLast: true, rowsMax: Number.MAX_SAFE_INTEGER })
const values = (text: string, delimiter?: string) => all(text, delimiter).rows.map((row) => row.values)

describe('splitRows', () => {
  it('reads quoted values with delimiters, doubled quotes and line breaks', () => {
    expect(values('a,"b,c","say ""hi""","two\nlines"\n1,2,3,4\n')).toEqual([
      ['a', 'b,c', 'say "hi"', 'two\nlines'],
      ['1', '2', '3', '4'],
    ])
  })

  it('knows LF, CRLF and CR, a missing last line break, and leaves empty lines out', () => {
    expect(values('a,b\r\nc,d\re,f\n\n\ng,')).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
      ['g', ''],
    ])
  })

  it('keeps quotes inside an unquoted value, and what follows a closing quote', () => {
    expect(values('5" pipe,"x"y,z')).toEqual([['5" pipe', 'xy', 'z']])
  })

  it('counts lines of the file, not rows', () => {
    expect(all('a\n"b\nb"\n\nc').rows.map((row) => row.line)).toEqual([1, 2, 5])
  })

  it('names the line of a quote that is never closed', () => {
    expect(() => all('a,b\nc,"d\ne,f\n')).toThrow(/line 2/)
  })

  it('gives the same rows whatever the slices are (law)', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '中', ',', '"', '\n', '\r', ' ', '😀'), maxLength: 6 })
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 12 }), (given, step) => {
        const text = given.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join('\r\n')
        expect(values(text)).toEqual(given)
        expect(inSlices(text, step)).toEqual(all(text).rows)
      }),
    )
  })
})

function inSlices(text: string, step: number) {
  const rows = []
  let at = 0
  let line = 1
  for (let length = step; at < text.length;) {
    const part = text.slice(at, at + length)
    const isLast = at + length >= text.length
    const result = splitRows(part, { delimiter: ',', line, isLast, rowsMax: 2 })
    if (result.charactersTaken === 0) length += step
    else {
      rows.push(...result.rows)
      at += result.charactersTaken
      line = result.nextLine
      length = step
    }
  }
  return rows
}
