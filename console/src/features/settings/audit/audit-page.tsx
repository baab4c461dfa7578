import { useState } from 'react'
import type { z } from 'zod'
import { accessRoutes, type AuditRow } from '../../../../../contracts/access.ts'
import { usePages } from '../../../ui/api.ts'
import { DataTable, type Column } from '../../../ui/data-table.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ChoiceFilter, FilterBar, SearchFilter } from '../../../ui/filter-bar.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { useText } from '../../../ui/text.ts'
import { useUrlState } from '../../../ui/url-state.ts'
import { DateTime } from '../../../ui/values.tsx'
import { AuditAction, AuditActor, AuditTarget } from './audit-cells.tsx'
import { detailFields } from './audit-detail.ts'
import { AuditDrawer } from './audit-drawer.tsx'
import { auditNouns } from './audit-words.ts'
import { useDetailWords } from './use-detail-words.ts'
import '../settings.css'

type Row = z.infer<typeof AuditRow>

/** Who did what, when, from where. Nothing here can be changed. */
export function AuditPage() {
  const text = useText('settings')
  const [filters, setFilters] = useUrlState('action', 'actor', 'targetKind', 'targetId')
  const pages = usePages(accessRoutes.listAudit, { query: filters })
  const [open, setOpen] = useState<Row>()
  const columns = useColumns(setOpen)
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
      {open && <AuditDrawer row={open} onClose={() => setOpen(undefined)} />}
    </>
  )
}

function useColumns(onOpen: (row: Row) => void): Column<Row>[] {
  const text = useText('settings')
  return [
    { key: 'at', title: text('audit.at'), fixed: true, render: (row) => <DateTime at={row.at} /> },
    { key: 'actor', title: text('audit.actor'), fixed: true, render: (row) => <AuditActor row={row} /> },
    { key: 'action', title: text('audit.action'), fixed: true, render: (row) => <AuditAction action={row.action} /> },
    { key: 'target', title: text('audit.target'), render: (row) => <AuditTarget row={row} /> },
    { key: 'detail', title: text('audit.detail'), render: (row) => <Detail row={row} onOpen={onOpen} /> },
    { key: 'ip', title: text('audit.ip'), render: (row) => <span className="number">{row.ip ?? '–'}</span> },
  ]
}

/** What the row says besides, in one line; a press tells all of it. */
function Detail({ row, onOpen }: { row: Row; onOpen: (row: Row) => void }) {
  const text = useText('settings')
  const wordsOf = useDetailWords()
  // The name stands beside it already.
  const said = detailFields(row.detail)
    .filter(({ path, value }) => typeof value !== 'string' || (path[0] !== 'name' && path[0] !== 'fileName'))
    .map(wordsOf)
  return (
    <button type="button" className="link-button audit-detail" onClick={() => onOpen(row)}>
      {said.length === 0 ? text('audit.seeDetail') : said.map(({ label, value }) => `${label} ${value}`).join(' · ')}
    </button>
  )
}
