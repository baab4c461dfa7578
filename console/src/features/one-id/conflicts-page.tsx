import { Segmented } from 'antd'
import { oneIdRoutes, type ConflictDecision, type IdentityConflict } from '../../../../contracts/one-id.ts'
import { useAct, usePages, useRead } from '../../ui/api.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorView } from '../../ui/error-view.tsx'
import { Link } from '../../ui/link.tsx'
import { useNamespaceWords } from '../../ui/namespace-name.tsx'
import { PageSkeleton } from '../../ui/loading.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { Ago, DateTime, StateTag } from '../../ui/values.tsx'
import { BulkVerbs } from './bulk-verbs.tsx'
import { DecisionVerbs } from './decision-verbs.tsx'
import { PreviewOrGone } from './preview-or-gone.tsx'
import { Queue } from './queue.tsx'
import { useDecided } from './use-decided.tsx'
import { neighbourOf, useQueue } from './use-queue.ts'
import './one-id.css'

/** The keys 1 to 4 in this order. */
const decisions = ['same', 'different', 'other', 'shared'] as const satisfies readonly ConflictDecision[]

/** Identities that two people lay claim to: somebody looks, decides, and the decision is remembered. */
export function ConflictsPage() {
  const text = useText('one-id')
  const may = useMay()
  const queue = useQueue(['open', 'decided'])
  const pages = usePages(oneIdRoutes.listConflicts, { query: { state: queue.state } })
  const ids = pages.rows.map(({ conflictId }) => conflictId)
  const { openId } = queue
  return (
    <>
      <PageHeader title={text('conflicts.title')} lead={text('conflicts.lead')} />
      <Segmented
        className="queue-states"
        aria-label={text('conflicts.states')}
        value={queue.state}
        onChange={queue.show}
        options={(['open', 'decided'] as const).map((value) => ({ value, label: text(`conflicts.${value}`) }))}
      />
      <Queue
        label={text('conflicts.title')}
        pages={pages}
        idOf={(row) => row.conflictId}
        openId={openId}
        onOpen={queue.open}
        selected={queue.selected}
        onSelect={queue.select}
        canSelect={may('people.merge') && queue.state === 'open'}
        renderRow={(row) => <ConflictLine conflict={row} />}
        empty={<EmptyState title={text(queue.state === 'open' ? 'conflicts.empty' : 'conflicts.noneDecided')} why={text('conflicts.emptyWhy')} />}
        bulk={<BulkDecision ids={queue.selected} onDone={() => queue.select([])} />}
      >
        {openId === undefined ? (
          <p className="faint queue-hint">{text('conflicts.chooseOne')}</p>
        ) : (
          <ConflictDetail key={openId} conflictId={openId} onDecided={() => queue.open(neighbourOf(ids, openId))} />
        )}
      </Queue>
    </>
  )
}

function ConflictLine({ conflict }: { conflict: IdentityConflict }) {
  const text = useText('one-id')
  const pick = useLocaleText()
  const nameOf = (name: string | null, personId: number): string => name ?? text('compare.id', { personId })
  return (
    <>
      <b>
        {pick(conflict.namespaceLabel)} <span className="number">{conflict.value}</span>
      </b>
      <span>
        {nameOf(conflict.keptName, conflict.keptPersonId)} ↔ {nameOf(conflict.otherName, conflict.otherPersonId)}
      </span>
      <small className="faint">
        {conflict.decision === null ? (
          <Ago at={conflict.seenAt} />
        ) : (
          [text(`conflicts.decisions.${conflict.decision}.short`), conflict.decidedBy].filter(Boolean).join(' · ')
        )}
      </small>
    </>
  )
}

function BulkDecision({ ids, onDone }: { ids: number[]; onDone: () => void }) {
  const text = useText('one-id')
  const decide = useAct(oneIdRoutes.decideConflicts, { onDone: useDecided(onDone) })
  const verbs = decisions.map((decision) => {
    const name = text(`conflicts.decisions.${decision}.short`)
    return {
      name,
      title: text('conflicts.bulkTitle', { count: ids.length, decision: name }),
      help: text(`conflicts.decisions.${decision}.help`),
      decide: () => decide.mutateAsync({ body: { conflictIds: ids, decision } }),
    }
  })
  return <BulkVerbs count={ids.length} isPending={decide.isPending} verbs={verbs} />
}

function ConflictDetail({ conflictId, onDecided }: { conflictId: number; onDecided: () => void }) {
  const text = useText('one-id')
  const may = useMay()
  const conflict = useRead(oneIdRoutes.readConflict, { params: { conflictId } })
  const decide = useAct(oneIdRoutes.decideConflict, { done: text('conflicts.done'), onDone: onDecided })
  if (conflict.error) return <ErrorView error={conflict.error} retry={() => void conflict.refetch()} />
  if (!conflict.data) return <PageSkeleton />
  const { data } = conflict
  const verbs = decisions.map((decision) => ({
    name: text(`conflicts.decisions.${decision}.short`),
    help: text(`conflicts.decisions.${decision}.help`),
    act: decide.isPending ? undefined : () => decide.mutate({ params: { conflictId }, body: { decision } }),
  }))
  return (
    <section className="panel decision">
      <ConflictStory conflict={data} />
      <PreviewOrGone preview={data.preview} heads={{ kept: text('conflicts.went'), merged: text('conflicts.has') }} />
      {may('people.merge') && data.state === 'open' && <DecisionVerbs verbs={verbs} />}
    </section>
  )
}

/** What happened, in a sentence or two. */
function ConflictStory({ conflict }: { conflict: IdentityConflict }) {
  const text = useText('one-id')
  const pick = useLocaleText()
  const namespaceWords = useNamespaceWords()
  const name = (own: string | null, personId: number) => <Link to={`/people/${personId}`}>{own ?? text('compare.id', { personId })}</Link>
  return (
    <div className="decision-story">
      <p>
        <b>
          {pick(conflict.namespaceLabel)} <span className="number">{conflict.value}</span>
        </b>{' '}
        {text('conflicts.belongs')} {name(conflict.otherName, conflict.otherPersonId)}
        {text('conflicts.butCame')} {name(conflict.keptName, conflict.keptPersonId)}
        {text('conflicts.came')}
      </p>
      {conflict.limitNamespace !== null && <p className="faint">{text('conflicts.limit', { name: namespaceWords(conflict.limitNamespace) })}</p>}
      {conflict.decision !== null && (
        <p>
          <StateTag tone="good" text={text(`conflicts.decisions.${conflict.decision}.short`)} />{' '}
          <span className="faint">
            {conflict.decidedBy} <DateTime at={conflict.decidedAt} />
          </span>
        </p>
      )}
    </div>
  )
}
