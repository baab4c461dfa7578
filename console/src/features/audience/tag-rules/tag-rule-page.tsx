import { App, Button, Select, Skeleton, Switch } from 'antd'
import { useCallback, useState } from 'react'
import { useParams } from 'react-router'
import { ProblemError } from '../../../../../contracts/client.ts'
import type { Problem } from '../../../../../contracts/errors.ts'
import { everyone, type Rule } from '../../../../../contracts/rule.ts'
import { tagRuleRoutes, type RuleTag, type TagRuleInput } from '../../../../../contracts/tag-rules.ts'
import { tagRoutes, type Tag } from '../../../../../contracts/tags.ts'
import { useAct, useRead } from '../../../ui/api.ts'
import { ErrorView } from '../../../ui/error-view.tsx'
import { ActError } from '../../../ui/act-error.tsx'
import { useGo } from '../../../ui/link.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { Facts, Panel } from '../../../ui/panel.tsx'
import { useMay } from '../../../ui/session-context.ts'
import { useText } from '../../../ui/text.ts'
import { RuleEditor } from '../editor/rule-editor.tsx'
import { useLeaveGuard } from '../editor/use-leave-guard.tsx'
import { problemsByNode } from '../rule/rule-problems.ts'
import { unfinishedNodes } from '../rule/unfinished.ts'
import { CasePicker } from './case-picker.tsx'
import { RulePreview } from './rule-preview.tsx'
import '../editor/editor.css'
import './tag-rules.css'

/** The rule of a tag: who gets it, with which value, and how it is kept up. */
export function TagRulePage() {
  const { id = '' } = useParams()
  const tag = useRead(tagRoutes.readTag, { params: { id } })
  const rule = useRead(tagRuleRoutes.readTagRule, { params: { id } })
  const error = tag.error ?? rule.error
  if (error) return <ErrorView error={error} retry={() => void tag.refetch()} />
  if (!tag.data || !rule.data) return <Skeleton active />
  return <TagRuleEditor key={id} tag={tag.data} saved={rule.data.rule} />
}

interface EditedCase {
  key: number
  value: string
  rule: Rule
  initial: Rule
}

const refreshChoices = [60, 360, 1_440, 10_080] as const
let nextKey = 0
const newCase = (value: string, rule: Rule = everyone): EditedCase => ({ key: (nextKey += 1), value, rule, initial: rule })

function TagRuleEditor({ tag, saved }: { tag: Tag; saved: RuleTag | null }) {
  const text = useText('audience')
  const go = useGo()
  const { message } = App.useApp()
  const mayWrite = useMay()('audience.write')
  const [cases, setCases] = useState(() =>
    saved?.cases.length ? saved.cases.map(({ value, rule }) => newCase(value, rule)) : [newCase(tag.kind === 'flag' ? '' : (tag.values[0] ?? ''))],
  )
  const [chosen, setChosen] = useState(cases[0]?.key ?? 0)
  const [options, setOptions] = useState({ leaving: saved?.leaving ?? 'take', live: saved?.live ?? false, refreshMinutes: saved?.refreshMinutes ?? 1_440 })
  const [isDirty, setDirty] = useState(false)
  const guard = useLeaveGuard(isDirty && mayWrite)
  const save = useAct(tagRuleRoutes.saveTagRule, {
    showsErrorItself: true,
    done: text('tagRules.saved'),
    onDone: () => {
      guard.allow()
      go(`/tags/${tag.id}`)
    },
  })
  const change = useCallback((key: number, edited: Partial<EditedCase>) => {
    setCases((before) => {
      const now = before.map((each) => (each.key === key ? { ...each, ...edited } : each))
      if (JSON.stringify(now.map(({ value, rule }) => [value, rule])) !== JSON.stringify(before.map(({ value, rule }) => [value, rule]))) setDirty(true)
      return now
    })
  }, [])
  const onRule = useCallback((rule: Rule) => change(chosen, { rule }), [change, chosen])
  const body: TagRuleInput = { ...options, cases: cases.map(({ value, rule }) => ({ value, rule })) }
  const isUnfinished = cases.some(({ value, rule }) => unfinishedNodes(rule).size > 0 || (tag.kind === 'value' && value.trim() === ''))
  const place = cases.findIndex(({ key }) => key === chosen)
  const current = cases[place] ?? cases[0]
  const submit = (): void => {
    if (isUnfinished) void message.warning(text('editor.unfinished'))
    else save.mutate({ params: { id: tag.id }, body })
  }
  const set = (more: Partial<typeof options>): void => {
    setOptions({ ...options, ...more })
    setDirty(true)
  }
  return (
    <>
      <PageHeader
        title={text('tagRules.title', { name: tag.name })}
        lead={text('tagRules.lead')}
        parent={{ label: tag.name, to: `/tags/${tag.id}` }}
        actions={
          mayWrite && (
            <Button type="primary" loading={save.isPending} onClick={submit}>
              {text('tagRules.save')}
            </Button>
          )
        }
      />
      <ActError error={save.error} />
      <div className="segment-editor">
        <Panel title={text('rule.title')}>
          {tag.kind === 'value' && (
            <CasePicker
              tag={tag}
              cases={cases}
              chosen={current?.key ?? 0}
              onChoose={setChosen}
              onAdd={() => {
                const added = newCase('')
                setCases([...cases, added])
                setChosen(added.key)
                setDirty(true)
              }}
              onRemove={(key) => {
                setCases(cases.filter((each) => each.key !== key))
                setDirty(true)
              }}
              onValue={(key, value) => change(key, { value })}
              onMove={(moved) => {
                setCases(moved.map((key) => cases.find((each) => each.key === key)!))
                setDirty(true)
              }}
            />
          )}
          {current && <RuleEditor key={current.key} initial={current.rule} problems={problemsOfCase(save.error, place)} onChange={onRule} />}
        </Panel>
        <aside>
          <Panel title={text('tagRules.keeping')}>
            <Facts
              rows={[
                [
                  text('tagRules.refresh'),
                  <Select
                    key="refresh"
                    value={options.refreshMinutes}
                    aria-label={text('tagRules.refresh')}
                    options={[...new Set([...refreshChoices, options.refreshMinutes])].map((value) => ({ value, label: refreshWords(text, value) }))}
                    onChange={(refreshMinutes) => set({ refreshMinutes })}
                    popupMatchSelectWidth={false}
                  />,
                ],
                [text('tagRules.live'), <Switch key="live" checked={options.live} aria-label={text('tagRules.live')} onChange={(live) => set({ live })} />],
                [
                  text('tagRules.leaving'),
                  <Select
                    key="leaving"
                    value={options.leaving}
                    aria-label={text('tagRules.leaving')}
                    options={(['take', 'stay'] as const).map((value) => ({ value, label: text(`tagRules.leavings.${value}`) }))}
                    onChange={(leaving) => set({ leaving })}
                    popupMatchSelectWidth={false}
                  />,
                ],
              ]}
            />
            <p className="faint">{text('tagRules.liveHelp')}</p>
          </Panel>
          <RulePreview tagId={tag.id} body={body} isFinished={!isUnfinished} />
        </aside>
      </div>
      {guard.question}
    </>
  )
}

function refreshWords(text: ReturnType<typeof useText<'audience'>>, minutes: number): string {
  if (minutes % 1_440 === 0) return text('tagRules.everyDays', { count: minutes / 1_440 })
  if (minutes % 60 === 0) return text('tagRules.everyHours', { count: minutes / 60 })
  return text('tagRules.everyMinutes', { count: minutes })
}

/** What was found wrong with one case, as if its rule stood alone. */
function problemsOfCase(error: Error | null, place: number): ReadonlyMap<string, Problem[]> {
  if (!(error instanceof ProblemError)) return new Map()
  const prefix = `body.cases.${place}.`
  return problemsByNode(
    error.problem.problems.filter(({ at }) => at.startsWith(prefix)).map((problem) => ({ ...problem, at: problem.at.slice(prefix.length) })),
  ).nodes
}
