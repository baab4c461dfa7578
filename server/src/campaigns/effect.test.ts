import { describe, expect, it } from 'vitest'
import { detectableDifference, meanDifference, measureLift, proportionDifference, wilson } from './effect.ts'
import { emptyArm, type CampaignOutcome } from './campaign-outcome.ts'

describe('proportionDifference', () => {
  // Newcombe 1998, table II, method 10.
  it.each([
    { treated: { converted: 56, people: 70 }, control: { converted: 48, people: 80 }, low: 0.0524, high: 0.3339 },
    { treated: { converted: 9, people: 10 }, control: { converted: 3, people: 10 }, low: 0.1705, high: 0.809 },
    { treated: { converted: 5, people: 56 }, control: { converted: 0, people: 29 }, low: -0.0381, high: 0.1926 },
    { treated: { converted: 0, people: 10 }, control: { converted: 0, people: 20 }, low: -0.1611, high: 0.2775 },
    { treated: { converted: 10, people: 10 }, control: { converted: 0, people: 10 }, low: 0.6075, high: 1 },
  ])('gives the published interval of $treated − $control', ({ treated, control, low, high }) => {
    const interval = proportionDifference(treated, control)
    expect(interval?.low).toBeCloseTo(low, 4)
    expect(interval?.high).toBeCloseTo(high, 4)
  })

  it('is unknown without a control group', () => {
    expect(proportionDifference({ converted: 1, people: 2 }, { converted: 0, people: 0 })).toBeNull()
  })
})

it('gives the score interval of one proportion', () => {
  // Newcombe 1998, Statistics in Medicine 17:857–872, table I, method 3.
  expect(wilson(81, 263).low).toBeCloseTo(0.2553, 4)
  expect(wilson(81, 263).high).toBeCloseTo(0.3662, 4)
})

it('gives the interval of a difference of means by hand', () => {
  // treated: 0, 0, 300, 500; control: 0, 100
  const treated = { people: 4, converted: 2, orders: 2, revenueFen: 800, revenueFenSquared: 340_000 }
  const control = { people: 2, converted: 1, orders: 1, revenueFen: 100, revenueFenSquared: 10_000 }
  const interval = meanDifference(treated, control)
  expect(interval?.value).toBe(150)
  const standardError = Math.sqrt(60_000 / 4 + 5_000 / 2)
  expect(interval?.high).toBeCloseTo(150 + 1.959964 * standardError, 3)
})

it('says what difference a trial can show', () => {
  // 5 % base rate, 10,000 against 1,000: (1.96 + 0.8416) · sqrt(0.0475 · 0.0011)
  expect(detectableDifference(0.05, 10_000, 1000)).toBeCloseTo(0.02025, 4)
  expect(detectableDifference(0, 10, 10)).toBeNull()
})

describe('measureLift', () => {
  const outcome = (treated: [number, number], control: [number, number]): CampaignOutcome => ({
    treated: { ...emptyArm, people: treated[1], converted: treated[0] },
    control: { ...emptyArm, people: control[1], converted: control[0] },
    costFen: 0,
    replied: 0,
    optedOut: 0,
  })

  it('calls a clear difference an increase', () => {
    const lift = measureLift(outcome([900, 9000], [50, 1000]))
    expect(lift.significant).toBe(true)
    expect(lift.sentence.zh).toContain('确实带来了提升')
    expect(lift.incrementalConversions?.value).toBeCloseTo(450)
  })

  it('does not call noise an effect', () => {
    const lift = measureLift(outcome([10, 100], [9, 100]))
    expect(lift.significant).toBe(false)
    expect(lift.sentence.en).toContain('no effect is shown yet')
  })

  it('tells the difference and its interval in sentences of both languages', () => {
    const { sentence } = measureLift(outcome([10, 100], [20, 100]))
    expect(sentence.zh).toMatch(/^触达组转化率 10\.00%，对照组 20\.00%，低 10\.00 个百分点（95% 置信区间：−\d+\.\d\d 至 \S+ 个百分点）。/u)
    expect(sentence.en).toMatch(
      /^10\.00% of the people contacted converted, against 20\.00% of the control group: 10\.00 percentage points fewer \(95% confidence/u,
    )
    expect(measureLift(outcome([10, 100], [10, 100])).sentence.zh).toContain('对照组 10.00%，两组相同（95% 置信区间：−')
  })
})
