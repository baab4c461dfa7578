import { Tooltip } from 'antd'
import type { z } from 'zod'
import { accessRoutes, type AuditRow } from '../../../../../contracts/access.ts'
import { usePages } from '../../../ui/api.ts'
import { DataTable, type Column } from '../../../ui/data-table.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ChoiceFilter, FilterBar, SearchFilter } from '../../../ui/filter-bar.tsx'
import { Link } from '../../../ui/link.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { useText } from '../../../ui/text.ts'
import { useUrlState } from '../../../ui/url-state.ts'
import { DateTime } from '../../../ui/values.tsx'
import { auditNouns, isNoun, isVerb } from './audit-words.ts'
import { targetPath } from './target-path.ts'
import '../settings.css'

type Row = z.infer<typeof AuditRow>

/** Who did what, when, from where. Nothing here can be changed. */
export function AuditPage() {
  const text = useText('settings')
  const [filters, setFilters] = useUrlState('action', 'actor', 'targetKind', 'targetId')
  const pages = usePages(accessRoutes.listAudit, { query: filters })
  const columns = useColumns()
  const filtered = Object.keys(filters).length > 0
  return (
    <>
      <PageHeader title={text('audit.title')} lead={text('audit.lead')} />
      <DataTable
        name="audit"
        label={text('audit.title')}
        columns={columns}
        pages={pages}
        rowKey={(row) => row.id}
        noun={(count) => text('audit.noun', { count })}
        toolbar={
          <FilterBar onClear={filtered ? () => setFilters({ action: undefined, actor: undefined, targetKind: undefined, targetId: undefined }) : undefined}>
            <ChoiceFilter
              label={text('audit.target')}
              value={filters.action}
              onChange={(action) => setFilters({ action })}
              options={auditNouns.map((value) => ({ value, label: text(`audit.nouns.${value}`) }))}
            />
            <SearchFilter value={filters.actor} onChange={(actor) => setFilters({ actor })} placeholder={text('audit.actorFilter')} />
            {filters.targetId !== undefined && (
              <span className="faint">{text('audit.oneTarget', { target: `${filters.targetKind ?? ''} ${filters.targetId}` })}</span>
            )}
          </FilterBar>
        }
        empty={<EmptyState title={filtered ? text('audit.noneFound') : text('audit.empty')} />}
      />
    </>
  )
}

function useColumns(): Column<Row>[] {
  const text = useText('settings')
  return [
    { key: 'at', title: text('audit.at'), fixed: true, render: (row) => <DateTime at={row.at} /> },
    {
      key: 'actor',
      title: text('audit.actor'),
      fixed: true,
      render: ({ actor }) => {
        // Which part of the product it was matters to whoever looks for a cause, not in the list.
        if (actor.kind === 'system') return <span title={actor.name}>{text('audit.actors.system')}</span>
        if (actor.kind === 'user') return actor.name
        return (
          <>
            {actor.name} <span className="faint">{text('audit.actors.apiKey')}</span>
          </>
        )
      },
    },
    { key: 'action', title: text('audit.action'), fixed: true, render: (row) => <Action action={row.action} /> },
    { key: 'target', title: text('audit.target'), render: (row) => <Target row={row} /> },
    { key: 'detail', title: text('audit.detail'), render: (row) => <Detail detail={row.detail} /> },
    { key: 'ip', title: text('audit.ip'), render: (row) => <span className="number">{row.ip ?? '–'}</span> },
  ]
}

/** What was done, in words; the name that filters and the API use on hover. */
function Action({ action }: { action: string }) {
  const text = useText('settings')
  const [noun = '', verb = ''] = action.split('.')
  if (!isNoun(noun) || !isVerb(verb)) return <code>{action}</code>
  return (
    <Tooltip title={<code>{action}</code>}>
      <span>{text(`audit.verbs.${verb}`, { noun: text(`audit.nouns.${noun}`) })}</span>
    </Tooltip>
  )
}

function Target({ row }: { row: Row }) {
  const text = useText('settings')
  const path = targetPath(row.targetKind, row.targetId)
  const short = row.targetId !== null && row.targetId.length > 12 ? `${row.targetId.slice(0, 8)}…` : row.targetId
  if (row.targetKind === null) return <span className="faint">–</span>
  const label = `${isNoun(row.targetKind) ? text(`audit.nouns.${row.targetKind}`) : row.targetKind} ${short ?? ''}`
  return path === undefined ? <span title={row.targetId ?? undefined}>{label}</span> : <Link to={path}>{label}</Link>
}

function Detail({ detail }: { detail: Record<string, unknown> }) {
  const shown = Object.entries(detail)
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ')
  return (
    <Tooltip title={shown}>
      <div className="audit-detail">{shown}</div>
    </Tooltip>
  )
}
