import type { SequenceStep } from '../../../../../contracts/rule.ts'

/** The first step comes after none: what was on the way to it goes with the one before. */
export function withoutStep(steps: readonly SequenceStep[], index: number): SequenceStep[] {
  const [first, ...rest] = steps.filter((_, at) => at !== index)
  return first ? [{ event: first.event, filters: first.filters, without: [] }, ...rest] : []
}
