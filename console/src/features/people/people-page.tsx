import { Button } from 'antd'
import { useState } from 'react'
import { peopleRoutes } from '../../../../contracts/people.ts'
import { tagRoutes } from '../../../../contracts/tags.ts'
import { usePages, useRead } from '../../ui/api.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ChoiceFilter, FilterBar, SearchFilter } from '../../ui/filter-bar.tsx'
import { useGo } from '../../ui/link.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'
import { Count } from '../../ui/values.tsx'
import { TagChosen, TagEveryone } from './bulk-tag.tsx'
import { LayersFilter, type LayerFilterKey } from './layers-filter.tsx'
import { peopleTable, usePeopleColumns } from './people-columns.tsx'
import { PopulationBar, populationKeys } from './population-bar.tsx'
import { useValueOptions } from './use-value-options.ts'

const filterKeys = ['search', 'city', 'gender', 'hasPhone', 'layers'] as const

/** Everybody, or the people behind a number somewhere else in the product. */
export function PeoplePage() {
  const text = useText('people')
  const [filters, setFilters] = useUrlState(...filterKeys, ...populationKeys)
  const isFiltered = filterKeys.some((key) => filters[key] !== undefined)
  const isPopulation = populationKeys.some((key) => filters[key] !== undefined)
  const { columns, asked } = usePeopleColumns()
  const pages = usePages(peopleRoutes.listPeople, { query: { ...filters, columns: asked } as never })
  const tags = useText('tags')
  const may = useMay()
  const [chosen, setChosen] = useState<number[]>([])
  const mayTag = may('audience.write')
  const mayMerge = may('people.merge')
  return (
    <>
      <PageHeader
        title={text('title')}
        lead={text('lead')}
        aside={pages.total !== null && <Count value={pages.total} />}
        actions={mayTag && pages.rows.length > 0 && <TagEveryone query={filters} total={pages.total} />}
      />
      {isPopulation && <PopulationBar filters={filters} onClear={() => setFilters(Object.fromEntries(populationKeys.map((key) => [key, undefined])))} />}
      {mayTag && chosen.length > 0 && <TagChosen personIds={chosen} onDone={() => setChosen([])} />}
      {mayMerge && chosen.length === 2 && <MergeChosen personIds={chosen} />}
      <DataTable
        name={peopleTable}
        label={text('title')}
        columns={columns}
        pages={pages}
        rowKey={(row) => row.personId}
        rowTo={(row) => `/people/${row.personId}`}
        noun={(count) => text('noun', { count })}
        selection={
          mayTag || mayMerge
            ? {
                keys: chosen,
                onChange: (keys) => setChosen(keys as number[]),
                nameOf: (row) => tags('bulk.choose', { name: row.name ?? row.phone ?? row.personId }),
                allLabel: tags('bulk.chooseAll'),
              }
            : undefined
        }
        toolbar={
          <PeopleFilters
            filters={filters}
            setFilters={setFilters}
            isFiltered={isFiltered}
            isJoinable={filters.campaignId === undefined && filters.importId === undefined}
          />
        }
        empty={isFiltered || isPopulation ? <EmptyState title={text('notFound')} why={text('notFoundWhy')} /> : <NobodyYet />}
      />
    </>
  )
}

/** Two who are one: the elder stays, unless whoever merges turns it round. */
function MergeChosen({ personIds }: { personIds: number[] }) {
  const text = useText('people')
  const go = useGo()
  const [kept, merged] = personIds.toSorted((left, right) => left - right)
  return (
    <p className="population-bar">
      <span>{text('mergeTwo')}</span>
      <button type="button" className="link-button" onClick={() => go(`/one-id/merge?kept=${kept}&merged=${merged}`)}>
        {text('mergeTwoVerb')}
      </button>
    </p>
  )
}

type Filters = Partial<Record<(typeof filterKeys)[number] | LayerFilterKey | 'tagId' | 'tagValue', string>>

interface PeopleFiltersProps {
  filters: Filters
  setFilters: (change: Filters) => void
  isFiltered: boolean
  /** People of a campaign's number or of an import are lists of their own. */
  isJoinable: boolean
}

function PeopleFilters({ filters, setFilters, isFiltered, isJoinable }: PeopleFiltersProps) {
  const text = useText('people')
  const tagText = useText('tags')
  const tags = useRead(tagRoutes.listTags, { query: {} })
  return (
    <FilterBar onClear={isFiltered ? () => setFilters(Object.fromEntries(filterKeys.map((key) => [key, undefined]))) : undefined}>
      <SearchFilter value={filters.search} onChange={(search) => setFilters({ search })} placeholder={text('search')} />
      <ChoiceFilter label={text('filters.city')} value={filters.city} onChange={(city) => setFilters({ city })} options={useValueOptions('city')} width={110} />
      <ChoiceFilter
        label={text('filters.gender')}
        value={filters.gender}
        onChange={(gender) => setFilters({ gender })}
        options={useValueOptions('gender')}
        width={96}
      />
      <ChoiceFilter
        label={text('filters.hasPhone')}
        value={filters.hasPhone}
        onChange={(hasPhone) => setFilters({ hasPhone })}
        options={[
          { value: 'true', label: text('filters.withPhone') },
          { value: 'false', label: text('filters.withoutPhone') },
        ]}
        width={110}
      />
      {isJoinable && <LayersFilter filters={filters} onChange={setFilters} />}
      {isJoinable && (tags.data?.items.length ?? 0) > 0 && (
        <ChoiceFilter
          label={tagText('filter')}
          value={filters.tagId}
          onChange={(tagId) => setFilters({ tagId, tagValue: undefined })}
          options={tags.data?.items.map((tag) => ({ value: tag.id, label: tag.name })) ?? []}
          width={110}
        />
      )}
    </FilterBar>
  )
}

function NobodyYet() {
  const text = useText('people')
  const go = useGo()
  return (
    <EmptyState
      title={text('empty')}
      why={text('emptyWhy')}
      action={
        <PermissionGate permission="data.import">
          <Button type="primary" onClick={() => go('/data/imports/new')}>
            {text('import')}
          </Button>
        </PermissionGate>
      }
    />
  )
}
