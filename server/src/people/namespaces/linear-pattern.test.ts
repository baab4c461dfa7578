import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePattern } from './linear-pattern.ts'
import { PatternProblem } from './parse-pattern.ts'

const atom = fc.constantFrom('a', 'b', '1', '.', '\\d', '\\w', '\\W', '\\.', '[ab]', '[^a]', '[a-c1]', '[\\d-]', '中')
const times = fc.constantFrom('', '', '?', '*', '+', '{2}', '{1,}', '{0,2}')
const pattern = fc
  .letrec<{ sequence: string; group: string }>((tie) => ({
    sequence: fc
      .array(
        fc.oneof(
          { maxDepth: 2, withCrossShrink: true },
          fc.tuple(atom, times).map(([what, count]) => what + count),
          tie('group'),
        ),
        {
          minLength: 0,
          maxLength: 4,
        },
      )
      .map((parts) => parts.join('')),
    group: fc
      .tuple(fc.constantFrom('(', '(?:'), tie('sequence'), tie('sequence'), times)
      .map(([open, left, right, count]) => `${open}${left}|${right})${count}`),
  }))
  .sequence.filter((source) => source.length <= 60)
const text = fc.array(fc.constantFrom('a', 'b', 'c', '1', '.', '-', '中', '\n'), { maxLength: 8 }).map((parts) => parts.join(''))

describe('a pattern', () => {
  it('means what the same regular expression means, for whole texts', () => {
    fc.assert(
      fc.property(pattern, text, (source, given) => {
        expect(compilePattern(source)(given)).toBe(new RegExp(`^(?:${source})$`, 'u').test(given))
      }),
      { numRuns: 1_500 },
    )
  })

  it('takes no longer for texts that send a backtracking engine into the woods', () => {
    const nested = compilePattern('(a+)+b')
    const many = compilePattern('\\d*\\d*\\d*\\d*\\d*\\d*\\d*\\d*x')
    const before = process.cpuUsage()
    for (let round = 0; round < 20; round++) {
      expect(nested('a'.repeat(128))).toBe(false)
      expect(many('1'.repeat(128))).toBe(false)
    }
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000)
  })

  it('may be anchored, which says what holds anyway', () => {
    expect(compilePattern('^C\\d{3}$')('C123')).toBe(true)
    expect(compilePattern('^C\\d{3}$')('C1234')).toBe(false)
    expect(compilePattern('a\\$')('a$')).toBe(true)
  })

  it.each([
    '(a',
    'a)',
    '[a',
    '*a',
    'a**',
    'a{3,2}',
    'a{1,999}',
    '(?=a)',
    '(?<!a)b',
    '\\1',
    '\\b',
    'a|*',
    '{2}',
    'a{x}',
    '(a{200}){200}',
    '\\',
    '[z-a]',
    '[\\d-z]',
  ])('like %s is refused, with words', (source) => {
    expect(() => compilePattern(source)).toThrow(PatternProblem)
  })
})
