import { audienceRoutes, type RuleCount } from '../../../../../contracts/audience.ts'
import type { Rule } from '../../../../../contracts/rule.ts'
import { useRead } from '../../../ui/api.ts'
import { useSettled } from '../rule/use-settled.ts'

/** How long a rule rests before it is estimated, and before it is counted exactly. */
const estimateAfterMs = 400
const exactAfterMs = 1200

export interface LiveCount {
  /** The last count that is known; that of an earlier rule while `isCounting`. */
  count: RuleCount | undefined
  /** The count is not that of the rule as it stands. */
  isCounting: boolean
  /** An exact count is on its way. */
  isRefining: boolean
  error: Error | null
  retry: () => void
}

/** The number of people of a rule while it is edited: an estimate first, exactly once it rests. What is superseded is aborted. */
export function useLiveCount(rule: Rule, isFinished: boolean): LiveCount {
  const settled = useSettled(rule, estimateAfterMs)
  const calm = useSettled(rule, exactAfterMs)
  const isCurrent = settled === rule
  const estimate = useRead(audienceRoutes.countRule, { body: { rule: settled, exact: false }, enabled: isFinished && isCurrent, keepPrevious: true })
  const isEstimated = estimate.data?.exact === false && !estimate.isPlaceholderData
  const exact = useRead(audienceRoutes.countRule, { body: { rule: settled, exact: true }, enabled: isFinished && isEstimated && calm === rule })
  const isKnown = isCurrent && estimate.data !== undefined && !estimate.isPlaceholderData
  return {
    count: (isEstimated ? exact.data : undefined) ?? estimate.data,
    isCounting: isFinished && !isKnown && !estimate.error,
    isRefining: isEstimated && exact.data === undefined && !exact.error,
    error: isCurrent && isFinished ? (estimate.error ?? exact.error) : null,
    retry: () => void (estimate.error ? estimate : exact).refetch(),
  }
}
