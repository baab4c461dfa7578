import { useEffect, useMemo, useState } from 'react'
import type { Problem } from '../../../../../contracts/errors.ts'
import type { Rule } from '../../../../../contracts/rule.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { LiveCount } from '../editor/live-count.tsx'
import { RulePeople } from '../editor/rule-people.tsx'
import { RuleToolbar } from '../editor/rule-toolbar.tsx'
import { useLiveCount } from '../editor/use-live-count.ts'
import { useRuleHistory } from '../editor/use-rule-history.ts'
import { useSentence } from '../editor/use-sentence.ts'
import { RuleBuilder } from '../rule/rule-builder.tsx'
import { unfinishedNodes } from '../rule/unfinished.ts'

interface CaseEditorProps {
  initial: Rule
  /** What the server found wrong with this rule, by node. */
  problems: ReadonlyMap<string, Problem[]>
  onChange: (rule: Rule) => void
}

/** The rule of one value: what it says, whom it holds, and the builder with its own undo. */
export function CaseEditor({ initial, problems, onChange }: CaseEditorProps) {
  const text = useText('audience')
  const pick = useLocaleText()
  const editing = useRuleHistory(initial)
  const [showsCounts, setShowsCounts] = useState(false)
  const [isOpen, setOpen] = useState(false)
  const { rule } = editing
  const unfinished = useMemo(() => unfinishedNodes(rule), [rule])
  const live = useLiveCount(rule, unfinished.size === 0)
  const { sentence, isCurrent } = useSentence(rule, unfinished.size === 0)
  useEffect(() => onChange(rule), [rule, onChange])
  const isEveryone = rule.kind === 'all' && rule.rules.length === 0
  return (
    <div className="tag-case">
      <div className="tag-case-head">
        <LiveCount live={live} unfinished={unfinished.size} onOpen={() => setOpen(true)} />
        <RuleToolbar editing={editing} showsCounts={showsCounts} onShowCounts={setShowsCounts} />
      </div>
      <p className={`rule-sentence ${isCurrent ? '' : 'rule-sentence-stale'}`} aria-live="polite">
        {isEveryone ? text('rule.everyone') : sentence ? pick(sentence) : '…'}
      </p>
      <RuleBuilder rule={rule} edit={editing.edit} problems={problems} unfinished={unfinished} showsCounts={showsCounts} />
      {isOpen && <RulePeople rule={rule} onClose={() => setOpen(false)} />}
    </div>
  )
}
