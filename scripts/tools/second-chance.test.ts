import { describe, expect, it } from 'vitest'
import type { RunFacts } from './run-report.ts'

// Plain JavaScript, which every Node that can run the tests reads.
const { filesToRepeat, afterSecondChance } = (await import(new URL('second-chance.mjs', import.meta.url).href)) as {
  filesToRepeat(run: RunFacts): string[]
  afterSecondChance(first: RunFacts, again: RunFacts): RunFacts & { unsteady: RunFacts['failures'] }
}

const failure = (file: string | null, name: string) => ({ file, name: `${file} > ${name}`, lines: ['wrong'] })
const run = (passed: RunFacts['passed'], ...failures: RunFacts['failures']): RunFacts => ({ passed, failures })

describe('a second chance', () => {
  it('is for the files of a few failures, each once', () => {
    expect(filesToRepeat(run({ a: 3 }))).toEqual([])
    expect(filesToRepeat(run({}, failure('a', '1'), failure('a', '2'), failure('b', '1'), failure('c', '1')))).toEqual(['a', 'b', 'c'])
    expect(filesToRepeat(run({}, ...['a', 'b', 'c', 'd'].map((file) => failure(file, '1'))))).toEqual([])
    expect(filesToRepeat(run({}, failure('a', '1'), failure(null, 'outside of any test')))).toEqual([])
  })

  it('counts as passed what passes then, and tells of it', () => {
    const first = run({ a: 3, b: 1, c: 5 }, failure('a', '1'), failure('a', '2'), failure('b', '1'))
    expect(afterSecondChance(first, run({ a: 4, b: 2 }, failure('a', '2')))).toEqual({
      passed: { a: 4, b: 2, c: 5 },
      failures: [failure('a', '2')],
      unsteady: [failure('a', '1'), failure('b', '1')],
    })
  })

  it('forgives nothing that did not come to run again, and nothing that fails only then', () => {
    const first = run({ a: 3, b: 1 }, failure('a', '1'), failure('b', '1'))
    const brokeOff = failure(null, 'product broke off')
    expect(afterSecondChance(first, run({}, brokeOff))).toEqual({ passed: { a: 3, b: 1 }, failures: [...first.failures, brokeOff], unsteady: [] })
    const another = afterSecondChance(first, run({ a: 3, b: 2 }, failure('a', '3')))
    expect(another.failures).toEqual([failure('a', '3')])
  })
})
