import { Button } from 'antd'
import { useState } from 'react'
import { peopleRoutes, type PersonRow } from '../../../../contracts/people.ts'
import { tagRoutes } from '../../../../contracts/tags.ts'
import { usePages, useRead } from '../../ui/api.ts'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ChoiceFilter, FilterBar, SearchFilter } from '../../ui/filter-bar.tsx'
import { useGo } from '../../ui/link.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'
import { Count, DateTime, Masked, Money, PersonLink } from '../../ui/values.tsx'
import { TagChosen, TagEveryone } from './bulk-tag.tsx'
import { PopulationBar, populationKeys } from './population-bar.tsx'
import { useValueOptions } from './use-value-options.ts'

const filterKeys = ['search', 'city', 'gender', 'hasPhone'] as const

/** Everybody, or the people behind a number somewhere else in the product. */
export function PeoplePage() {
  const text = useText('people')
  const [filters, setFilters] = useUrlState(...filterKeys, ...populationKeys)
  const isFiltered = filterKeys.some((key) => filters[key] !== undefined)
  const isPopulation = populationKeys.some((key) => filters[key] !== undefined)
  const pages = usePages(peopleRoutes.listPeople, { query: filters as never })
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
        name="people"
        label={text('title')}
        columns={useColumns()}
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
        toolbar={<PeopleFilters filters={filters} setFilters={setFilters} isFiltered={isFiltered} takesTag={!isPopulation || filters.tagId !== undefined} />}
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

type Filters = Partial<Record<(typeof filterKeys)[number] | 'tagId' | 'tagValue', string>>

interface PeopleFiltersProps {
  filters: Filters
  setFilters: (change: Filters) => void
  isFiltered: boolean
  /** Where the list comes from a segment or the like, it cannot come from a tag too. */
  takesTag: boolean
}

function PeopleFilters({ filters, setFilters, isFiltered, takesTag }: PeopleFiltersProps) {
  const text = useText('people')
  const tagText = useText('tags')
  const tags = useRead(tagRoutes.listTags, { query: {} })
  return (
    <FilterBar onClear={isFiltered ? () => setFilters({ search: undefined, city: undefined, gender: undefined, hasPhone: undefined }) : undefined}>
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
      {takesTag && (tags.data?.items.length ?? 0) > 0 && (
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

function useColumns(): Column<PersonRow>[] {
  const text = useText('people')
  const pick = useLocaleText()
  const dash = <span className="faint">–</span>
  return [
    { key: 'name', title: text('columns.name'), fixed: true, render: (row) => <PersonLink personId={row.personId} name={row.name} phone={row.phone} /> },
    { key: 'phone', title: text('columns.phone'), render: (row) => <Masked value={row.phone} /> },
    { key: 'memberNo', title: text('columns.memberNo'), render: (row) => (row.memberNo ? <span className="number">{row.memberNo}</span> : dash) },
    { key: 'city', title: text('columns.city'), render: (row) => row.city ?? dash },
    { key: 'gender', title: text('columns.gender'), render: (row) => row.gender ?? dash, hiddenAtFirst: true },
    { key: 'layer', title: text('columns.layer'), render: (row) => (row.layer ? pick(row.layer) : dash) },
    { key: 'orders', title: text('columns.orders'), align: 'right', render: (row) => <Count value={row.orders} /> },
    { key: 'amount', title: text('columns.amount'), align: 'right', render: (row) => <Money fen={row.amountFen} /> },
    { key: 'lastOrderAt', title: text('columns.lastOrderAt'), render: (row) => <DateTime at={row.lastOrderAt} dateOnly /> },
    { key: 'email', title: text('columns.email'), render: (row) => <Masked value={row.email} />, hiddenAtFirst: true },
    { key: 'createdAt', title: text('columns.createdAt'), render: (row) => <DateTime at={row.createdAt} dateOnly /> },
    { key: 'updatedAt', title: text('columns.updatedAt'), render: (row) => <DateTime at={row.updatedAt} />, hiddenAtFirst: true },
  ]
}
