import { Button } from 'antd'
import { MergeReason, mergeReasonLabels, oneIdRoutes, type PersonMerge } from '../../../../contracts/one-id.ts'
import { usePages } from '../../ui/api.ts'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ChoiceFilter, FilterBar } from '../../ui/filter-bar.tsx'
import { Link, useGo } from '../../ui/link.tsx'
import { NamespaceName } from '../../ui/namespace-name.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { UndoMerge } from '../../ui/undo-merge.tsx'
import { useUrlState } from '../../ui/url-state.ts'
import { DateTime } from '../../ui/values.tsx'
import './one-id.css'

/** Who became whom, by which rule or by whom, newest first; each merge can be taken back. */
export function MergesPage() {
  const text = useText('one-id')
  const pick = useLocaleText()
  const go = useGo()
  const [{ reason }, setUrl] = useUrlState('reason')
  const pages = usePages(oneIdRoutes.listMerges, { query: { reason: MergeReason.safeParse(reason).data } })
  return (
    <>
      <PageHeader
        title={text('merges.title')}
        lead={text('merges.lead')}
        actions={
          <PermissionGate permission="people.merge">
            <Button type="primary" onClick={() => go('/one-id/merge')}>
              {text('merge.title')}
            </Button>
          </PermissionGate>
        }
      />
      <DataTable
        name="merges"
        label={text('merges.title')}
        columns={useColumns()}
        pages={pages}
        rowKey={(row) => row.mergeId}
        noun={(count) => text('merges.noun', { count })}
        toolbar={
          <FilterBar onClear={reason === undefined ? undefined : () => setUrl({ reason: undefined })}>
            <ChoiceFilter
              label={text('merges.reason')}
              value={reason}
              onChange={(next) => setUrl({ reason: next })}
              options={MergeReason.options.map((value) => ({ value, label: pick(mergeReasonLabels[value]) }))}
            />
          </FilterBar>
        }
        empty={<EmptyState title={text('merges.empty')} why={text('merges.emptyWhy')} />}
      />
    </>
  )
}

function useColumns(): Column<PersonMerge>[] {
  const text = useText('one-id')
  const pick = useLocaleText()
  return [
    {
      key: 'kept',
      title: text('compare.kept'),
      fixed: true,
      render: (row) => <Link to={`/people/${row.personId}`}>{row.keptName ?? text('compare.id', { personId: row.keptId })}</Link>,
    },
    { key: 'merged', title: text('compare.merged'), fixed: true, render: (row) => row.mergedName ?? text('compare.id', { personId: row.mergedId }) },
    {
      key: 'reason',
      title: text('merges.reason'),
      render: (row) => (
        <>
          {pick(mergeReasonLabels[row.reason])}
          {row.namespace !== null && (
            <span className="faint">
              {' · '}
              <NamespaceName name={row.namespace} />
            </span>
          )}
        </>
      ),
    },
    { key: 'by', title: text('merges.by'), render: (row) => row.decidedBy ?? <span className="faint">{text('merges.byRule')}</span> },
    { key: 'at', title: text('merges.at'), render: (row) => <DateTime at={row.mergedAt} /> },
    { key: 'undo', title: '', render: (row) => <UndoMerge merge={row} /> },
  ]
}
