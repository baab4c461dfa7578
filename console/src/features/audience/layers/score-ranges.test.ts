import { expect, it } from 'vitest'
import { scoreRanges } from './score-ranges.ts'

it('gives every score its values, the ends open', () => {
  expect(scoreRanges([10, 20, 30, 40])).toEqual([
    { above: null, upTo: 10 },
    { above: 10, upTo: 20 },
    { above: 20, upTo: 30 },
    { above: 30, upTo: 40 },
    { above: 40, upTo: null },
  ])
})

it('leaves out the scores between equal cuts, as a value at a cut is not above it', () => {
  expect(scoreRanges([1, 1, 2, 4])).toEqual([{ above: null, upTo: 1 }, undefined, { above: 1, upTo: 2 }, { above: 2, upTo: 4 }, { above: 4, upTo: null }])
})

it('counts recency the other way round', () => {
  expect(scoreRanges([18, 47, 91, 168], true)[4]).toEqual({ above: null, upTo: 18 })
  expect(scoreRanges([18, 47, 91, 168], true)[0]).toEqual({ above: 168, upTo: null })
})
