import { Alert, Input, type InputRef } from 'antd'
import { useMemo, useRef, useState } from 'react'
import type { Segment } from '../../../../../contracts/audience.ts'
import { ProblemError } from '../../../../../contracts/client.ts'
import { everyone } from '../../../../../contracts/rule.ts'
import { PageHeader } from '../../../ui/page-header.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { useMay } from '../../../ui/session-context.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { Ago } from '../../../ui/values.tsx'
import { RuleBuilder } from '../rule/rule-builder.tsx'
import { asRoot } from '../rule/rule-editing.ts'
import { problemsByNode } from '../rule/rule-problems.ts'
import { unfinishedNodes } from '../rule/unfinished.ts'
import { ChangePreview } from '../segments/change-preview.tsx'
import { ExplainPanel } from './explain-panel.tsx'
import { LiveCount } from './live-count.tsx'
import { RulePeople } from './rule-people.tsx'
import { RuleToolbar } from './rule-toolbar.tsx'
import { SegmentButtons } from './segment-buttons.tsx'
import { TemplateCards } from './template-cards.tsx'
import { useLeaveGuard } from './use-leave-guard.tsx'
import { useLiveCount } from './use-live-count.ts'
import { useRuleHistory } from './use-rule-history.ts'
import { useSaveSegment, type SegmentValues } from './use-save-segment.ts'
import { useSentence } from './use-sentence.ts'
import './editor.css'
import '../segments/segments.css'

const isSameRule = (a: SegmentValues['rule'], b: SegmentValues['rule']): boolean => JSON.stringify(asRoot(a)) === JSON.stringify(asRoot(b))
const isSame = (a: SegmentValues, b: SegmentValues): boolean =>
  a.name.trim() === b.name.trim() && a.description.trim() === b.description.trim() && isSameRule(a.rule, b.rule)

/** A segment while it is made or changed: the rule, what it says, and how many people it holds now. */
export function SegmentEditor({ saved, segment }: { saved: SegmentValues; segment?: Segment }) {
  const text = useText('audience')
  const mayWrite = useMay()('audience.write')
  const editing = useRuleHistory(saved.rule)
  const [name, setName] = useState(saved.name)
  const [description, setDescription] = useState(saved.description)
  const [isOpen, setOpen] = useState(false)
  const [showsCounts, setShowsCounts] = useState(false)
  const nameField = useRef<InputRef>(null)
  const { rule } = editing
  const values = { name, description, rule }
  const unfinished = useMemo(() => unfinishedNodes(rule), [rule])
  const live = useLiveCount(rule, unfinished.size === 0)
  const isDirty = !isSame(values, saved)
  const guard = useLeaveGuard(isDirty && mayWrite)
  const saving = useSaveSegment({ segment, onLeave: guard.allow, onNameless: () => nameField.current?.focus() })
  const { nodes: problems } = problemsByNode([...problemsOf(live.error), ...(saving.rule === rule ? problemsOf(saving.error) : [])])
  const isEmpty = (rule.kind === 'all' || rule.kind === 'any') && rule.rules.length === 0
  return (
    <>
      <PageHeader
        title={segment?.name ?? text('editor.new')}
        parent={{ label: text('list.title'), to: '/segments' }}
        aside={<SavedState segment={segment} isDirty={isDirty} />}
        actions={
          <SegmentButtons values={values} segment={segment} isDirty={isDirty} isFinished={unfinished.size === 0} saving={saving} onLeave={guard.allow} />
        }
      />
      <SaveError error={saving.error} />
      <div className="segment-editor">
        <div>
          <Panel>
            <div className="segment-names">
              <label>
                <span>{text('editor.name')}</span>
                <Input
                  ref={nameField}
                  value={name}
                  maxLength={80}
                  status={saving.isNameless && name.trim() === '' ? 'error' : undefined}
                  placeholder={text('editor.namePlaceholder')}
                  onChange={(event) => setName(event.target.value)}
                />
                {saving.isNameless && name.trim() === '' && <small className="live-count-error">{text('editor.nameless')}</small>}
              </label>
              <label>
                <span>{text('editor.description')}</span>
                <Input
                  value={description}
                  maxLength={500}
                  placeholder={text('editor.descriptionPlaceholder')}
                  onChange={(event) => setDescription(event.target.value)}
                />
              </label>
            </div>
          </Panel>
          <Panel title={text('rule.title')} extra={<RuleToolbar editing={editing} showsCounts={showsCounts} onShowCounts={setShowsCounts} />}>
            <Sentence rule={rule} isFinished={unfinished.size === 0} />
            {isEmpty && (
              <TemplateCards
                onChoose={(chosen, title) => {
                  editing.edit({ kind: 'set', rule: chosen })
                  if (name.trim() === '') setName(title)
                }}
              />
            )}
            <RuleBuilder rule={rule} edit={editing.edit} problems={problems} unfinished={unfinished} segmentId={segment?.id} showsCounts={showsCounts} />
          </Panel>
        </div>
        <aside>
          <Panel title={text('count.title')} className="segment-count">
            <LiveCount live={live} unfinished={unfinished.size} segmentId={isDirty ? undefined : segment?.id} onOpen={() => setOpen(true)} />
          </Panel>
          {segment && isDirty && unfinished.size === 0 && !isSameRule(rule, saved.rule) && <ChangePreview segment={segment} rule={rule} />}
          <ExplainPanel rule={rule} isFinished={unfinished.size === 0} />
        </aside>
      </div>
      {isOpen && <RulePeople rule={rule} onClose={() => setOpen(false)} />}
      {guard.question}
    </>
  )
}

const problemsOf = (error: Error | null) => (error instanceof ProblemError ? error.problem.problems : [])

function SavedState({ segment, isDirty }: { segment?: Segment; isDirty: boolean }) {
  const text = useText('audience')
  if (isDirty) return <span className="faint">{text('editor.unsaved')}</span>
  if (!segment) return null
  return (
    <span className="faint">
      {text('editor.saved')} <Ago at={segment.updatedAt} />
    </span>
  )
}

/** What the rule says, always in view. */
function Sentence({ rule, isFinished }: { rule: SegmentValues['rule']; isFinished: boolean }) {
  const text = useText('audience')
  const pick = useLocaleText()
  const { sentence, isCurrent } = useSentence(rule, isFinished)
  const isEveryone = JSON.stringify(rule) === JSON.stringify(everyone)
  return (
    <p className={`rule-sentence ${isCurrent ? '' : 'rule-sentence-stale'}`} aria-live="polite">
      {isEveryone ? text('rule.everyone') : sentence ? pick(sentence) : '…'}
    </p>
  )
}

function SaveError({ error }: { error: Error | null }) {
  const text = useText('audience')
  const pick = useLocaleText()
  if (!error) return null
  const problem = error instanceof ProblemError ? error.problem : undefined
  const { rest } = problemsByNode(problemsOf(error))
  return (
    <Alert
      type="error"
      showIcon
      className="form-error"
      title={problem ? pick(problem) : text('editor.notSaved')}
      description={rest.length > 0 ? rest.map((one) => pick(one)).join(' ') : undefined}
    />
  )
}
