import { describe, expect, it } from 'vitest'
import { aucOf, curveOf } from './evaluate-ranking.ts'
import { fitLogistic } from './logistic-regression.ts'

describe('the area under the curve', () => {
  it('is one for a perfect ranking, none for a reversed one and a half for ties', () => {
    const [best, worst] = [
      { others: 0, heldOut: 10 },
      { others: 90, heldOut: 0 },
    ]
    expect(aucOf([best, worst]).auc).toBe(1)
    expect(aucOf([worst, best]).auc).toBe(0)
    expect(aucOf([{ others: 90, heldOut: 10 }]).auc).toBe(0.5)
    expect(aucOf([{ others: 90, heldOut: 0 }])).toEqual({ auc: 0.5, aucLow: 0, aucHigh: 1 })
  })

  it('has the interval of the published example: 58 normal, 51 abnormal images, area 0.893, standard error 0.032', () => {
    // Hanley and McNeil 1982, table II: ratings 5 to 1.
    const abnormal = [33, 11, 2, 2, 3]
    const normal = [2, 11, 6, 6, 33]
    const { auc, aucHigh } = aucOf(abnormal.map((heldOut, index) => ({ heldOut, others: normal[index]! })))
    expect(auc).toBeCloseTo(0.893, 3)
    expect((aucHigh - auc) / 1.96).toBeCloseTo(0.032, 3)
  })
})

describe('the curve of quality', () => {
  it('says how much of the held-out part the best so many hold, seen others standing aside', () => {
    // A hundred unseen others stand for two hundred.
    const steps = [
      { others: 10, heldOut: 10 },
      { others: 90, heldOut: 10 },
    ]
    const curve = curveOf(steps, 200)
    expect(curve.at(-1)).toMatchObject({ size: 200, share: 1, recall: 1, lift: 1 })
    const tenth = curve.find(({ share }) => share === 0.1)!
    // 22 of 220 candidates: the first step holds 30, of them 10 held out.
    expect(tenth).toMatchObject({ size: 20 })
    expect(tenth.recall).toBeCloseTo((10 * (22 / 30)) / 20, 10)
    expect(tenth.lift).toBeCloseTo(tenth.recall / 0.1, 10)
    expect(tenth.liftLow).toBeLessThan(tenth.lift)
    expect(tenth.liftHigh).toBeGreaterThan(tenth.lift)
    expect(curve[0]!.size).toBeGreaterThanOrEqual(10)
  })
})

describe('logistic regression', () => {
  it('finds the log odds of a table of two by two', async () => {
    // 30 of 40 with it are positive, 10 of 60 without: odds 3 and 0.2.
    const cells = [
      [1, 1, 30],
      [1, 0, 10],
      [0, 1, 10],
      [0, 0, 50],
    ] as const
    const rows = cells.flatMap(([value, positive, count]) => Array.from({ length: count }, () => [value, positive] as const))
    const examples = {
      rows: rows.length,
      features: 1,
      values: Float32Array.from(rows, ([value]) => value),
      isPositive: Uint8Array.from(rows, ([, positive]) => positive),
      negativeWeight: 1,
    }
    const { intercept, weights } = await fitLogistic(examples, 0)
    expect(intercept).toBeCloseTo(Math.log(0.2), 6)
    expect(weights[0]).toBeCloseTo(Math.log(3) - Math.log(0.2), 6)
    const ridged = await fitLogistic(examples, 10)
    expect(Math.abs(ridged.weights[0]!)).toBeLessThan(Math.abs(weights[0]!))
    // What tells everybody apart has weights without end, and still an answer with a ridge.
    const apart = await fitLogistic({ ...examples, isPositive: Uint8Array.from(rows, ([value]) => value) }, 1)
    expect(apart.weights[0]).toBeGreaterThan(1)
    expect(Number.isFinite(apart.weights[0])).toBe(true)
  })

  it('stops when it is told to', async () => {
    const examples = { rows: 1, features: 1, values: new Float32Array(1), isPositive: new Uint8Array(1), negativeWeight: 1 }
    await expect(fitLogistic(examples, 1, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
  })
})
