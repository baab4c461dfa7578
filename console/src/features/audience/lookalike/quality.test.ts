import { expect, it } from 'vitest'
import { expectedAt, placeOf, qualityOf, sizeAt, usualSize } from './quality.ts'

const point = (size: number, share: number, recall: number) => ({
  size,
  share,
  recall,
  lift: recall / share,
  liftLow: recall / share - 1,
  liftHigh: recall / share + 1,
})
const curve = [point(10, 0.01, 0.05), point(100, 0.1, 0.3), point(1000, 1, 1)]

it('expects in proportion between two points, and what the ends say beyond them', () => {
  expect(expectedAt(curve, 100)).toEqual(curve[1])
  const middle = expectedAt(curve, 55)
  expect(middle).toMatchObject({ size: 55 })
  expect(middle.share).toBeCloseTo(0.055)
  expect(middle.recall).toBeCloseTo(0.175)
  expect(middle.lift).toBeCloseTo(0.175 / 0.055)
  expect(expectedAt(curve, 5)).toEqual(curve[0])
  expect(expectedAt(curve, 5000)).toEqual(curve[2])
})

it('has as much of the slider for each tenfold, and comes back to where it was', () => {
  const ends = [10, 100_000] as const
  expect([0, 0.25, 0.5, 1].map((place) => sizeAt(place, ends))).toEqual([10, 100, 1000, 100_000])
  expect(placeOf(1000, ends)).toBeCloseTo(0.5)
  expect(placeOf(10, [10, 10])).toBe(1)
})

it('begins with as many as the seed has, at most a tenth', () => {
  const result = (seed: number) => ({ seed, curve }) as unknown as Parameters<typeof usualSize>[0]
  expect(usualSize(result(42))).toBe(42)
  expect(usualSize(result(900))).toBe(100)
})

it('calls a model none whose interval holds chance, however high its middle', () => {
  expect(qualityOf({ auc: 0.8, aucLow: 0.49 })).toBe('none')
  expect([0.9, 0.8, 0.7, 0.6].map((auc) => qualityOf({ auc, aucLow: 0.55 }))).toEqual(['excellent', 'good', 'fair', 'weak'])
})
