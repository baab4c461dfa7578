import { audienceRoutes } from '../../../../../contracts/audience.ts'
import type { Rule } from '../../../../../contracts/rule.ts'
import { useRead } from '../../../ui/api.ts'
import { formatCount } from '../../../ui/format.ts'
import { useLocale, useText } from '../../../ui/text.ts'
import { useRuleEditing } from './rule-context.ts'
import { unfinishedNodes } from './unfinished.ts'
import { useSettled } from './use-settled.ts'

const restMs = 600

/** How many people hold this condition, or this group of them, alone: shown where counts of conditions are asked for. */
export function NodeCount({ node }: { node: Rule }) {
  const { showsCounts } = useRuleEditing()
  return showsCounts === true && unfinishedNodes(node).size === 0 ? <Counted node={node} /> : null
}

function Counted({ node }: { node: Rule }) {
  const text = useText('audience')
  const locale = useLocale()
  const settled = useSettled(node, restMs)
  const count = useRead(audienceRoutes.countRule, { body: { rule: settled, exact: false }, keepPrevious: true })
  const isStale = settled !== node || count.isPlaceholderData || count.isPending
  if (count.error) return <small className="rule-count">{text('node.countFailed')}</small>
  return (
    <small className={`rule-count ${isStale ? 'rule-count-stale' : ''}`} aria-busy={isStale}>
      {count.data ? text('node.count', { shown: formatCount(count.data.count, locale) }) : text('count.counting')}
      {count.data?.exact === false && ` ${text('count.margin', { percent: count.data.marginPercent })}`}
    </small>
  )
}
