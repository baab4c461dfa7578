import { App, Button, Segmented } from 'antd'
import { useState } from 'react'
import { oneIdRoutes, type ConflictDecision, type IdentityConflict } from '../../../../contracts/one-id.ts'
import { useAct, usePages, useRead } from '../../ui/api.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorView } from '../../ui/error-view.tsx'
import { Link } from '../../ui/link.tsx'
import { PageSkeleton } from '../../ui/loading.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'
import { Ago, Count, DateTime, StateTag } from '../../ui/values.tsx'
import { CompareSides } from './compare-sides.tsx'
import { MergeNotes } from './merge-notes.tsx'
import { NamespaceName } from './namespace-name.tsx'
import { Queue } from './queue.tsx'
import { useKeys } from './use-keys.ts'
import './one-id.css'

/** The keys 1 to 4 in this order. */
const decisions = ['same', 'different', 'other', 'shared'] as const satisfies readonly ConflictDecision[]

/** Identities that two people lay claim to: somebody looks, decides, and the decision is remembered. */
export function ConflictsPage() {
  const text = useText('one-id')
  const may = useMay()
  const [{ state, id }, setUrl] = useUrlState('state', 'id')
  const shownState = state === 'decided' ? 'decided' : 'open'
  const [selected, setSelected] = useState<number[]>([])
  const pages = usePages(oneIdRoutes.listConflicts, { query: { state: shownState } })
  const openId = id === undefined ? undefined : Number(id)
  const ids = pages.rows.map(({ conflictId }) => conflictId)
  const open = (next: number | undefined): void => setUrl({ id: next === undefined ? undefined : String(next) })
  const canDecide = may('people.merge') && shownState === 'open'
  return (
    <>
      <PageHeader title={text('conflicts.title')} lead={text('conflicts.lead')} />
      <Segmented
        className="queue-states"
        aria-label={text('conflicts.states')}
        value={shownState}
        onChange={(next) => {
          setSelected([])
          setUrl({ state: next === 'open' ? undefined : next, id: undefined })
        }}
        options={(['open', 'decided'] as const).map((value) => ({ value, label: text(`conflicts.${value}`) }))}
      />
      <Queue
        label={text('conflicts.title')}
        pages={pages}
        idOf={(row) => row.conflictId}
        openId={openId}
        onOpen={open}
        selected={selected}
        onSelect={setSelected}
        canSelect={canDecide}
        renderRow={(row) => <ConflictLine conflict={row} />}
        empty={<EmptyState title={text(shownState === 'open' ? 'conflicts.empty' : 'conflicts.noneDecided')} why={text('conflicts.emptyWhy')} />}
        bulk={<BulkDecision ids={selected} onDone={() => setSelected([])} />}
      >
        {openId === undefined ? (
          <p className="faint queue-hint">{text('conflicts.chooseOne')}</p>
        ) : (
          <ConflictDetail key={openId} conflictId={openId} onDecided={() => open(ids[ids.indexOf(openId) + 1] ?? ids[ids.indexOf(openId) - 1])} />
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
  const pick = useLocaleText()
  const { modal } = App.useApp()
  const decide = useAct(oneIdRoutes.decideConflicts, {
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
  const ask = (decision: ConflictDecision): void => {
    modal.confirm({
      title: text('conflicts.bulkTitle', { count: ids.length, decision: text(`conflicts.decisions.${decision}.short`) }),
      content: text(`conflicts.decisions.${decision}.help`),
      okText: text(`conflicts.decisions.${decision}.short`),
      autoFocusButton: 'cancel',
      onOk: () => decide.mutateAsync({ body: { conflictIds: ids, decision } }).catch(() => undefined),
    })
  }
  return (
    <>
      <Count value={ids.length} />
      {decisions.map((decision) => (
        <Button key={decision} size="small" loading={decide.isPending} onClick={() => ask(decision)}>
          {text(`conflicts.decisions.${decision}.short`)}
        </Button>
      ))}
    </>
  )
}

function ConflictDetail({ conflictId, onDecided }: { conflictId: number; onDecided: () => void }) {
  const text = useText('one-id')
  const may = useMay()
  const conflict = useRead(oneIdRoutes.readConflict, { params: { conflictId } })
  const decide = useAct(oneIdRoutes.decideConflict, { done: text('conflicts.done'), onDone: onDecided })
  const canDecide = may('people.merge') && conflict.data?.state === 'open' && !decide.isPending
  const act = (decision: ConflictDecision) => (canDecide ? () => decide.mutate({ params: { conflictId }, body: { decision } }) : undefined)
  useKeys(Object.fromEntries(decisions.map((decision, index) => [String(index + 1), act(decision)])))
  if (conflict.error) return <ErrorView error={conflict.error} retry={() => void conflict.refetch()} />
  if (!conflict.data) return <PageSkeleton />
  const { data } = conflict
  return (
    <section className="panel decision">
      <ConflictStory conflict={data} />
      {data.preview ? (
        <>
          <MergeNotes preview={data.preview} />
          <CompareSides preview={data.preview} heads={{ kept: text('conflicts.went'), merged: text('conflicts.has') }} />
        </>
      ) : (
        <p className="faint">{text('conflicts.gone')}</p>
      )}
      {may('people.merge') && data.state === 'open' && (
        <div className="decision-verbs">
          {decisions.map((decision, index) => (
            <button key={decision} type="button" className="decision-verb" disabled={!canDecide} onClick={act(decision)}>
              <kbd>{index + 1}</kbd>
              <b>{text(`conflicts.decisions.${decision}.short`)}</b>
              <small>{text(`conflicts.decisions.${decision}.help`)}</small>
            </button>
          ))}
        </div>
      )}
    </section>
  )
}

/** What happened, in a sentence or two. */
function ConflictStory({ conflict }: { conflict: IdentityConflict }) {
  const text = useText('one-id')
  const pick = useLocaleText()
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
      {conflict.limitNamespace !== null && (
        <p className="faint">
          {text('conflicts.limit')} <NamespaceName name={conflict.limitNamespace} />
        </p>
      )}
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
