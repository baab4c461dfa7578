import { Button } from 'antd'
import { useState } from 'react'
import { tagRoutes, type Tag } from '../../../../contracts/tags.ts'
import { useRead } from '../../ui/api.ts'
import { ChoiceFilter, FilterBar, SearchFilter } from '../../ui/filter-bar.tsx'
import { Link } from '../../ui/link.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { StatNumber, StatRow } from '../../ui/stat-number.tsx'
import { useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'
import { Count } from '../../ui/values.tsx'
import { ActionsPanel } from './actions-panel.tsx'
import { CategoryTree } from './category-tree.tsx'
import { holdersOf } from './category-words.ts'
import { MoveBar } from './move-bar.tsx'
import { TagDrawer } from './tag-drawer.tsx'
import { TagsTable } from './tags-table.tsx'
import './tags.css'

/** Categories on the left, the tags of the chosen one on the right with how many people each reaches. */
export function TagsPage() {
  const text = useText('tags')
  const [filters, setFilters] = useUrlState('search', 'state', 'category', 'new')
  const [selected, setSelected] = useState<string[]>([])
  const state = filters.state === 'retired' ? 'retired' : 'active'
  const tags = useRead(tagRoutes.listTags, { query: { state }, refetchSeconds: 30, keepPrevious: true })
  const categories = useRead(tagRoutes.listTagCategories)
  const known = categories.data?.items ?? []
  const all = tags.data?.items ?? []
  const shown = all.filter((tag) => isIn(tag, filters.category, known) && matches(tag, filters.search))
  const create = (
    <PermissionGate permission="audience.write">
      <Button type="primary" onClick={() => setFilters({ new: '1' })}>
        {text('create')}
      </Button>
    </PermissionGate>
  )
  return (
    <>
      <PageHeader title={text('title')} lead={text('lead')} aside={<Link to="/built-in-tags">{text('builtIn.title')}</Link>} actions={create} />
      {all.length > 0 && <TagStats tags={all} people={tags.data?.people ?? 0} />}
      <div className="tags-grid">
        <CategoryTree
          categories={known}
          tags={all}
          chosen={filters.category}
          onChoose={(category) => setFilters({ category })}
          isLoading={categories.isPending}
        />
        <div>
          {selected.length > 0 && <MoveBar tagIds={selected} categories={known} onDone={() => setSelected([])} />}
          <TagsTable
            tags={shown}
            read={tags}
            categories={known}
            selected={selected}
            onSelect={setSelected}
            isFiltered={filters.search !== undefined || filters.category !== undefined || state === 'retired'}
            create={create}
            toolbar={
              <FilterBar
                onClear={filters.search === undefined && filters.state === undefined ? undefined : () => setFilters({ search: undefined, state: undefined })}
              >
                <SearchFilter value={filters.search} onChange={(search) => setFilters({ search })} placeholder={text('search')} />
                <ChoiceFilter
                  label={text('states.active')}
                  value={filters.state}
                  onChange={(next) => setFilters({ state: next })}
                  options={[{ value: 'retired', label: text('states.retired') }]}
                  width={110}
                />
              </FilterBar>
            }
          />
          <ActionsPanel />
        </div>
      </div>
      {filters.new !== undefined && (
        <TagDrawer
          tag={undefined}
          categoryId={known.some(({ id }) => id === filters.category) ? filters.category : undefined}
          onClose={() => setFilters({ new: undefined })}
        />
      )}
    </>
  )
}

function TagStats({ tags, people }: { tags: readonly Tag[]; people: number }) {
  const text = useText('tags')
  const unused = tags.filter((tag) => tag.countedAt !== null && tag.people === 0).length
  return (
    <StatRow>
      <StatNumber label={text('stats.tags')} value={<Count value={tags.length} />} />
      <StatNumber
        label={text('stats.widest')}
        value={<Count value={tags[0]?.people ?? 0} />}
        note={tags[0]?.name}
        to={tags[0] && `/people?tagId=${tags[0].id}`}
      />
      <StatNumber label={text('stats.nobody')} value={<Count value={unused} />} note={text('stats.nobodyNote')} />
      <StatNumber label={text('stats.people')} value={<Count value={people} />} to="/people" />
    </StatRow>
  )
}

const noCategory = 'none'

function isIn(tag: Tag, category: string | undefined, categories: Parameters<typeof holdersOf>[0]): boolean {
  if (category === undefined) return true
  if (category === noCategory) return tag.categoryId === null
  return tag.categoryId !== null && holdersOf(categories, tag.categoryId).includes(category)
}

function matches(tag: Tag, search: string | undefined): boolean {
  if (search === undefined) return true
  return [tag.name, tag.description, ...tag.values].join(' ').toLowerCase().includes(search.toLowerCase())
}
