import { useQueryClient } from '@tanstack/react-query'
import { Segmented } from 'antd'
import { oneIdRoutes, type MergeSuggestion } from '../../../../contracts/one-id.ts'
import { useAct, usePages, useRead } from '../../ui/api.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorView } from '../../ui/error-view.tsx'
import { PageSkeleton } from '../../ui/loading.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useText } from '../../ui/text.ts'
import { Ago, StateTag } from '../../ui/values.tsx'
import { BulkVerbs } from './bulk-verbs.tsx'
import { DecisionVerbs } from './decision-verbs.tsx'
import { DuplicateSearch } from './duplicate-search.tsx'
import { PreviewOrGone } from './preview-or-gone.tsx'
import { Queue } from './queue.tsx'
import { useDecided } from './use-decided.tsx'
import { neighbourOf, useQueue } from './use-queue.ts'
import './one-id.css'

/** The keys 1 and 2 in this order. */
const decisions = ['merge', 'dismiss'] as const
const states = ['open', 'merged', 'dismissed'] as const

/** People who look like the same by name, address and birth date: for somebody to confirm, never merged by themselves. */
export function DuplicatesPage() {
  const text = useText('one-id')
  const may = useMay()
  const cache = useQueryClient()
  const queue = useQueue(states)
  const pages = usePages(oneIdRoutes.listSuggestions, { query: { state: queue.state } })
  const ids = pages.rows.map(({ suggestionId }) => suggestionId)
  const { openId } = queue
  return (
    <>
      <PageHeader title={text('duplicates.title')} lead={text('duplicates.lead')} />
      <DuplicateSearch onEnded={() => void cache.invalidateQueries()} />
      <Segmented
        className="queue-states"
        aria-label={text('duplicates.states')}
        value={queue.state}
        onChange={queue.show}
        options={states.map((value) => ({ value, label: text(`duplicates.state.${value}`) }))}
      />
      <Queue
        label={text('duplicates.title')}
        pages={pages}
        idOf={(row) => row.suggestionId}
        openId={openId}
        onOpen={queue.open}
        selected={queue.selected}
        onSelect={queue.select}
        canSelect={may('people.merge') && queue.state === 'open'}
        renderRow={(row) => <SuggestionLine suggestion={row} />}
        empty={
          <EmptyState title={text(`duplicates.empty.${queue.state}`)} why={text(queue.state === 'open' ? 'duplicates.emptyWhy' : 'duplicates.decidedWhy')} />
        }
        bulk={<BulkDecision ids={queue.selected} onDone={() => queue.select([])} />}
      >
        {openId === undefined ? (
          <p className="faint queue-hint">{text('duplicates.chooseOne')}</p>
        ) : (
          <SuggestionDetail key={openId} suggestionId={openId} onDecided={() => queue.open(neighbourOf(ids, openId))} />
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
  const decide = useAct(oneIdRoutes.decideSuggestions, { onDone: useDecided(onDone) })
  const verbs = decisions.map((decision) => ({
    name: text(`duplicates.${decision}`),
    title: text(`duplicates.bulk.${decision}`, { count: ids.length }),
    help: text(`duplicates.${decision}Help`),
    decide: () => decide.mutateAsync({ body: { suggestionIds: ids, decision } }),
  }))
  return <BulkVerbs count={ids.length} isPending={decide.isPending} verbs={verbs} />
}

function SuggestionDetail({ suggestionId, onDecided }: { suggestionId: number; onDecided: () => void }) {
  const text = useText('one-id')
  const may = useMay()
  const suggestion = useRead(oneIdRoutes.readSuggestion, { params: { suggestionId } })
  const decide = useAct(oneIdRoutes.decideSuggestion, { done: text('conflicts.done'), onDone: onDecided })
  if (suggestion.error) return <ErrorView error={suggestion.error} retry={() => void suggestion.refetch()} />
  if (!suggestion.data) return <PageSkeleton />
  const { data } = suggestion
  const keptId = data.preview?.kept.personId
  const verbs = decisions.map((decision) => ({
    name: text(`duplicates.${decision}`),
    help: text(`duplicates.${decision}Help`),
    act: decide.isPending
      ? undefined
      : () => decide.mutate({ params: { suggestionId }, body: { decision, ...(decision === 'merge' && keptId !== undefined ? { keptId } : {}) } }),
  }))
  return (
    <section className="panel decision">
      <p className="decision-story">
        <Likelihood suggestion={data} /> <span className="faint number">{text('duplicates.score', { score: data.score.toFixed(1) })}</span>
      </p>
      <Reasons suggestion={data} />
      <PreviewOrGone preview={data.preview} />
      {may('people.merge') && data.state === 'open' && <DecisionVerbs verbs={verbs} />}
    </section>
  )
}

/** Birth dates are compared as eight digits. */
const shown = (field: MergeSuggestion['comparisons'][number]['field'], value: string | null): string =>
  (field === 'birthDate' ? value?.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3') : value) ?? '–'

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
            {left === null && right === null ? (
              <span className="faint">{text('duplicates.nearlySame')}</span>
            ) : (
              <>
                {shown(field, left)} <span className="faint">↔</span> {shown(field, right)}
              </>
            )}
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
