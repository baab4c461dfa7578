import { useEffect, useMemo, useState } from 'react'
import type { Problem } from '../../../../../contracts/errors.ts'
import type { Rule } from '../../../../../contracts/rule.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { RuleBuilder } from '../rule/rule-builder.tsx'
import { unfinishedNodes } from '../rule/unfinished.ts'
import { LiveCount } from './live-count.tsx'
import { RulePeople } from './rule-people.tsx'
import { RuleToolbar } from './rule-toolbar.tsx'
import { useLiveCount } from './use-live-count.ts'
import { useRuleHistory } from './use-rule-history.ts'
import { useSentence } from './use-sentence.ts'
import './editor.css'

interface RuleEditorProps {
  initial: Rule
  /** What the server found wrong with this rule, by node. */
  problems: ReadonlyMap<string, Problem[]>
  onChange: (rule: Rule) => void
}

/** A rule that is part of something else, as the value of a tag or a layer: what it says, whom it holds, and the builder with its own undo. */
export function RuleEditor({ initial, problems, onChange }: RuleEditorProps) {
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
    <div className="rule-editor">
      <div className="rule-editor-head">
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
