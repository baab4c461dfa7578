import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Segmented } from 'antd'
import { useState } from 'react'
import { oneIdRoutes, type MergeSuggestion } from '../../../../contracts/one-id.ts'
import { useAct, usePages, useRead } from '../../ui/api.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorView } from '../../ui/error-view.tsx'
import { PageSkeleton } from '../../ui/loading.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'
import { Ago, Count, StateTag } from '../../ui/values.tsx'
import { CompareSides } from './compare-sides.tsx'
import { DuplicateSearch } from './duplicate-search.tsx'
import { MergeNotes } from './merge-notes.tsx'
import { Queue } from './queue.tsx'
import { useKeys } from './use-keys.ts'
import './one-id.css'

const states = ['open', 'merged', 'dismissed'] as const
type State = (typeof states)[number]

/** People who look like the same by name, address and birth date: for somebody to confirm, never merged by themselves. */
export function DuplicatesPage() {
  const text = useText('one-id')
  const may = useMay()
  const [{ state, id }, setUrl] = useUrlState('state', 'id')
  const shownState: State = states.find((one) => one === state) ?? 'open'
  const [selected, setSelected] = useState<number[]>([])
  const cache = useQueryClient()
  const pages = usePages(oneIdRoutes.listSuggestions, { query: { state: shownState } })
  const openId = id === undefined ? undefined : Number(id)
  const ids = pages.rows.map(({ suggestionId }) => suggestionId)
  const open = (next: number | undefined): void => setUrl({ id: next === undefined ? undefined : String(next) })
  return (
    <>
      <PageHeader title={text('duplicates.title')} lead={text('duplicates.lead')} />
      <DuplicateSearch onEnded={() => void cache.invalidateQueries()} />
      <Segmented<State>
        className="queue-states"
        aria-label={text('duplicates.states')}
        value={shownState}
        onChange={(next) => {
          setSelected([])
          setUrl({ state: next === 'open' ? undefined : next, id: undefined })
        }}
        options={states.map((value) => ({ value, label: text(`duplicates.state.${value}`) }))}
      />
      <Queue
        label={text('duplicates.title')}
        pages={pages}
        idOf={(row) => row.suggestionId}
        openId={openId}
        onOpen={open}
        selected={selected}
        onSelect={setSelected}
        canSelect={may('people.merge') && shownState === 'open'}
        renderRow={(row) => <SuggestionLine suggestion={row} />}
        empty={<EmptyState title={text('duplicates.empty')} why={text('duplicates.emptyWhy')} />}
        bulk={<BulkDecision ids={selected} onDone={() => setSelected([])} />}
      >
        {openId === undefined ? (
          <p className="faint queue-hint">{text('duplicates.chooseOne')}</p>
        ) : (
          <SuggestionDetail key={openId} suggestionId={openId} onDecided={() => open(ids[ids.indexOf(openId) + 1] ?? ids[ids.indexOf(openId) - 1])} />
        )}
      </Queue>
    </>
  )
}

function Likelihood({ suggestion }: { suggestion: MergeSuggestion }) {
  const text = useText('one-id')
  return <StateTag tone={suggestion.likelihood === 'high' ? 'good' : 'warn'} text={text(`duplicates.likelihood.${suggestion.likelihood}`)} />
}

function SuggestionLine({ suggestion }: { suggestion: MergeSuggestion }) {
  const text = useText('one-id')
  const alike = suggestion.comparisons.filter(({ weight }) => weight > 0).map(({ field }) => text(`duplicates.fields.${field}`))
  return (
    <>
      <b>
        {suggestion.leftName ?? text('compare.id', { personId: suggestion.leftId })} ↔{' '}
        {suggestion.rightName ?? text('compare.id', { personId: suggestion.rightId })}
      </b>
      <span>
        <Likelihood suggestion={suggestion} /> <span className="faint">{text('duplicates.alike', { fields: alike.join(' · ') })}</span>
      </span>
      <small className="faint">
        <Ago at={suggestion.foundAt} />
      </small>
    </>
  )
}

function BulkDecision({ ids, onDone }: { ids: number[]; onDone: () => void }) {
  const text = useText('one-id')
  const pick = useLocaleText()
  const { modal } = App.useApp()
  const decide = useAct(oneIdRoutes.decideSuggestions, {
    onDone: ({ decided, failed }) => {
      onDone()
      modal[failed.length > 0 ? 'warning' : 'success']({
        title: text('queue.decided', { count: decided }),
        content: failed.map((one) => (
          <div key={one.id}>
            #{one.id} {pick(one)}
          </div>
        )),
      })
    },
  })
  const ask = (decision: 'merge' | 'dismiss'): void => {
    modal.confirm({
      title: text(`duplicates.bulk.${decision}`, { count: ids.length }),
      content: text(`duplicates.${decision}Help`),
      okText: text(`duplicates.${decision}`),
      autoFocusButton: 'cancel',
      onOk: () => decide.mutateAsync({ body: { suggestionIds: ids, decision } }).catch(() => undefined),
    })
  }
  return (
    <>
      <Count value={ids.length} />
      <Button size="small" loading={decide.isPending} onClick={() => ask('merge')}>
        {text('duplicates.merge')}
      </Button>
      <Button size="small" loading={decide.isPending} onClick={() => ask('dismiss')}>
        {text('duplicates.dismiss')}
      </Button>
    </>
  )
}

function SuggestionDetail({ suggestionId, onDecided }: { suggestionId: number; onDecided: () => void }) {
  const text = useText('one-id')
  const may = useMay()
  const suggestion = useRead(oneIdRoutes.readSuggestion, { params: { suggestionId } })
  const decide = useAct(oneIdRoutes.decideSuggestion, { done: text('conflicts.done'), onDone: onDecided })
  const canDecide = may('people.merge') && suggestion.data?.state === 'open' && !decide.isPending
  const keptId = suggestion.data?.preview?.kept.personId
  const act = (decision: 'merge' | 'dismiss') =>
    canDecide
      ? () => decide.mutate({ params: { suggestionId }, body: { decision, ...(decision === 'merge' && keptId !== undefined ? { keptId } : {}) } })
      : undefined
  useKeys({ '1': act('merge'), '2': act('dismiss') })
  if (suggestion.error) return <ErrorView error={suggestion.error} retry={() => void suggestion.refetch()} />
  if (!suggestion.data) return <PageSkeleton />
  const { data } = suggestion
  return (
    <section className="panel decision">
      <p className="decision-story">
        <Likelihood suggestion={data} /> <span className="faint number">{text('duplicates.score', { score: data.score.toFixed(1) })}</span>
      </p>
      <Reasons suggestion={data} />
      {data.preview ? (
        <>
          <MergeNotes preview={data.preview} />
          <CompareSides preview={data.preview} />
        </>
      ) : (
        <p className="faint">{text('conflicts.gone')}</p>
      )}
      {may('people.merge') && data.state === 'open' && (
        <div className="decision-verbs">
          {(['merge', 'dismiss'] as const).map((decision, index) => (
            <button key={decision} type="button" className="decision-verb" disabled={!canDecide} onClick={act(decision)}>
              <kbd>{index + 1}</kbd>
              <b>{text(`duplicates.${decision}`)}</b>
              <small>{text(`duplicates.${decision}Help`)}</small>
            </button>
          ))}
        </div>
      )}
    </section>
  )
}

/** Field by field: what stands on both sides, how alike it is, and what it adds to the score or takes from it. */
function Reasons({ suggestion }: { suggestion: MergeSuggestion }) {
  const text = useText('one-id')
  const most = Math.max(1, ...suggestion.comparisons.map(({ weight }) => Math.abs(weight)))
  return (
    <ul className="reasons">
      {suggestion.comparisons.map(({ field, left, right, weight }) => (
        <li key={field}>
          <span>{text(`duplicates.fields.${field}`)}</span>
          <span className="reason-values">
            {left ?? '–'} <span className="faint">↔</span> {right ?? '–'}
          </span>
          <span className="reason-bar" aria-hidden="true">
            <i className={weight >= 0 ? 'reason-for' : 'reason-against'} style={{ width: `${(Math.abs(weight) / most) * 100}%` }} />
          </span>
          <span className="number">
            {weight >= 0 ? '+' : '−'}
            {Math.abs(weight).toFixed(1)}
          </span>
        </li>
      ))}
    </ul>
  )
}
