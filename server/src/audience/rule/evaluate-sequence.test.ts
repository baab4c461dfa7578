import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { SequenceEvent, SequenceRule, SequenceStep } from '../../../../contracts/rule.ts'
import type { EventFact, PersonFacts } from './evaluate-rule.ts'
import { evaluateSequence } from './evaluate-sequence.ts'

/** The words of the contract, tried on every chain there is: slow, and so right. */
function holdsByAllChains(rule: SequenceRule, events: readonly EventFact[]): boolean {
  const minutes = (span: { amount: number } | undefined) => (span ? span.amount * 60_000 : Infinity)
  const free = (step: SequenceStep, from: number, to: number) =>
    !events.some((fact) => step.without.some((each) => each.event === fact.event) && fact.timeMs > from && fact.timeMs < to)
  const follow = (index: number, first: number, before: number): boolean => {
    const step = rule.steps[index]
    if (!step) return before - first <= minutes(rule.within)
    return events.some(
      (fact) =>
        fact.event === step.event &&
        fact.timeMs > before &&
        fact.timeMs - before <= minutes(step.within) &&
        free(step, before, fact.timeMs) &&
        follow(index + 1, first, fact.timeMs),
    )
  }
  return events.some((fact) => fact.event === rule.steps[0]!.event && follow(1, fact.timeMs, fact.timeMs))
}

const moment = { now: new Date('2026-11-22T00:00:00Z'), timezone: 'Asia/Shanghai' }
const name = fc.constantFrom('a', 'b', 'c')
const event = name.map((one): SequenceEvent => ({ event: one, filters: [] }))
const span = fc.option(
  fc.nat({ max: 4 }).map((amount) => ({ amount: amount + 1, unit: 'minute' as const })),
  { nil: undefined },
)
const step = fc.record({ event: name, filters: fc.constant<SequenceEvent['filters']>([]), within: span, without: fc.array(event, { maxLength: 1 }) })
const rule = fc.record({
  kind: fc.constant('sequence' as const),
  steps: fc
    .tuple(event, fc.array(step, { minLength: 1, maxLength: 3 }))
    .map(([first, rest]): SequenceStep[] => [{ ...first, without: [] }, ...rest.map(({ within, ...each }) => ({ ...each, ...(within && { within }) }))]),
  within: span,
  window: fc.constant({ kind: 'ever' as const }),
})
const history = fc.array(fc.tuple(name, fc.nat({ max: 9 })), { maxLength: 12, size: 'max' })

it('a sequence holds exactly when there is a chain as it says', () => {
  let held = 0
  fc.assert(
    fc.property(rule, history, (asked, times) => {
      const events = times.map(([of, minute], index): EventFact => ({
        id: `0190a000-0000-7000-8000-${String(index).padStart(12, '0')}`,
        event: of,
        timeMs: minute * 60_000,
        amountFen: null,
        properties: {},
      }))
      const facts: PersonFacts = { attributes: {}, createdAt: moment.now, hasPhone: false, hasEmail: false, events, layers: [] }
      const sequence = { ...asked, within: asked.within } as SequenceRule
      const expected = holdsByAllChains(sequence, events)
      held += Number(expected)
      expect(evaluateSequence(sequence, facts, moment).holds).toBe(expected)
    }),
    { numRuns: 3000, seed: 7 },
  )
  expect(held).toBeGreaterThan(300)
})
