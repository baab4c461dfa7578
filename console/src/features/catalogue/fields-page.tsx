import { Button, Progress } from 'antd'
import { useState } from 'react'
import { catalogueRoutes, type AttributeDefinition } from '../../../../contracts/catalogue.ts'
import { useRead } from '../../ui/api.ts'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ChoiceFilter, FilterBar, SearchFilter } from '../../ui/filter-bar.tsx'
import { Link } from '../../ui/link.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'
import { Ago, Percent, StateTag } from '../../ui/values.tsx'
import { FieldDrawer } from './field-drawer.tsx'
import './catalogue.css'

const rowsAtOnce = 100

/** Attributes of people: what they are called, mean and hold; made and changed without code. */
export function FieldsPage() {
  const text = useText('catalogue')
  const pick = useLocaleText()
  const may = useMay()
  const [filters, setFilters] = useUrlState('search', 'state', 'key', 'new')
  const [shown, setShown] = useState(rowsAtOnce)
  const fields = useRead(catalogueRoutes.listAttributeDefinitions, { refetchSeconds: 10 })
  const all = fields.data?.items ?? []
  const rows = all.filter(
    (field) =>
      (field.retiredAt !== null) === (filters.state === 'retired') &&
      (filters.search === undefined || `${field.key} ${pick(field.label)} ${field.description}`.toLowerCase().includes(filters.search.toLowerCase())),
  )
  const create = (
    <PermissionGate permission="data.manage">
      <Button type="primary" onClick={() => setFilters({ new: '1' })}>
        {text('fields.create')}
      </Button>
    </PermissionGate>
  )
  return (
    <>
      <PageHeader
        title={text('fields.title')}
        lead={
          <>
            {text('fields.lead')} <Link to="/data/events">{text('fields.events')}</Link>
          </>
        }
        actions={create}
      />
      <DataTable
        name="fields"
        label={text('fields.title')}
        columns={useColumns((key) => setFilters({ key }))}
        pages={{
          rows: rows.slice(0, shown),
          total: rows.length,
          isLoading: fields.isPending,
          isRefreshing: false,
          error: fields.error,
          hasMore: rows.length > shown,
          isLoadingMore: false,
          loadMore: () => setShown(shown + rowsAtOnce),
          retry: () => void fields.refetch(),
        }}
        rowKey={(field) => field.key}
        noun={(count) => text('fields.noun', { count })}
        toolbar={
          <FilterBar
            onClear={filters.search === undefined && filters.state === undefined ? undefined : () => setFilters({ search: undefined, state: undefined })}
          >
            <SearchFilter value={filters.search} onChange={(search) => setFilters({ search })} placeholder={text('fields.search')} />
            <ChoiceFilter
              label={text('fields.inUse')}
              value={filters.state}
              onChange={(state) => setFilters({ state })}
              options={[{ value: 'retired', label: text('fields.retired') }]}
              width={110}
            />
          </FilterBar>
        }
        empty={<EmptyState title={text('fields.notFound')} why={text('fields.notFoundWhy')} />}
      />
      {filters.new !== undefined && <FieldDrawer field={undefined} onClose={() => setFilters({ new: undefined })} />}
      {filters.key !== undefined && all.length > 0 && (
        <FieldDrawer
          key={filters.key}
          field={all.find((field) => field.key === filters.key)}
          mayChange={may('data.manage')}
          onClose={() => setFilters({ key: undefined })}
        />
      )}
    </>
  )
}

function useColumns(open: (key: string) => void): Column<AttributeDefinition>[] {
  const text = useText('catalogue')
  const pick = useLocaleText()
  const inventory = useRead(catalogueRoutes.readInventory)
  const facts = new Map(inventory.data?.attributes.map((one) => [one.key, one]))
  const dash = <span className="faint">–</span>
  return [
    {
      key: 'label',
      title: text('fields.label'),
      fixed: true,
      render: (field) => (
        <>
          <button type="button" className="link-button" onClick={() => open(field.key)}>
            {pick(field.label)}
          </button>
          {field.key !== pick(field.label) && <code className="field-key">{field.key}</code>}
        </>
      ),
    },
    {
      key: 'type',
      title: text('fields.type'),
      render: (field) => (
        <>
          {text(field.format ? `formats.${field.format}` : `types.${field.type}`)}
          {field.unit !== '' && <span className="faint"> · {field.unit}</span>}
          {field.conversion?.state === 'running' && <Progress percent={conversionPercent(field)} size="small" aria-label={text('typeChange.title')} />}
        </>
      ),
    },
    {
      key: 'fill',
      title: text('fields.fill'),
      render: (field) => {
        const fact = facts.get(field.key)
        return fact ? (
          <span className="fact-fill">
            <span className="fill-bar" aria-hidden>
              <i style={{ width: `${fact.fillRate * 100}%` }} />
            </span>
            <Percent value={fact.fillRate} digits={0} />
          </span>
        ) : (
          dash
        )
      },
    },
    { key: 'pii', title: text('fields.pii'), render: (field) => (field.pii ? <StateTag tone="warn" text={text('fields.masked')} /> : dash) },
    { key: 'lastSeenAt', title: text('fields.lastSeenAt'), render: (field) => <Ago at={field.lastSeenAt} /> },
    {
      key: 'origin',
      title: text('fields.origin'),
      render: (field) => text(field.builtIn ? 'fields.builtIn' : field.definedAt ? 'fields.defined' : 'fields.found'),
    },
    { key: 'description', title: text('fields.description'), width: 240, render: (field) => field.description || dash, hiddenAtFirst: true },
  ]
}

function conversionPercent({ conversion }: AttributeDefinition): number {
  return conversion && conversion.peopleTotal > 0 ? Math.min(99, Math.floor((conversion.peopleDone / conversion.peopleTotal) * 100)) : 0
}
