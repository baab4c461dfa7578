import { audienceRoutes } from '../../../../../contracts/audience.ts'
import type { LocaleText } from '../../../../../contracts/common.ts'
import type { Rule } from '../../../../../contracts/rule.ts'
import { useRead } from '../../../ui/api.ts'
import { useSettled } from '../rule/use-settled.ts'

/** The rule in words, as the server says them; that of the rule before while it is unfinished. */
export function useSentence(rule: Rule, isFinished: boolean): { sentence: LocaleText | undefined; isCurrent: boolean } {
  const settled = useSettled(rule, 250)
  const read = useRead(audienceRoutes.describeRule, { body: { rule: settled }, enabled: isFinished && settled === rule, keepPrevious: true })
  return { sentence: read.data, isCurrent: isFinished && settled === rule && !read.isPlaceholderData && !read.error }
}
