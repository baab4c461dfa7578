import { Checkbox, Tag as AntdTag, Tooltip } from 'antd'
import { useState, type ReactNode } from 'react'
import type { UseQueryResult } from '@tanstack/react-query'
import type { Tag, TagCategory } from '../../../../contracts/tags.ts'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { formatList } from '../../ui/format.ts'
import { Link } from '../../ui/link.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useLocale, useText } from '../../ui/text.ts'
import { Ago } from '../../ui/values.tsx'
import { pathOf } from './category-words.ts'
import { Coverage } from './coverage.tsx'
import { dragTags } from './dragged-tags.ts'
import { colourName } from './colour-name.ts'

const rowsAtOnce = 100

interface TagsTableProps {
  tags: readonly Tag[]
  read: UseQueryResult<{ people: number }>
  categories: readonly TagCategory[]
  selected: readonly string[]
  onSelect: (ids: string[]) => void
  isFiltered: boolean
  create: ReactNode
  toolbar: ReactNode
}

/** Tags with their coverage, the widest first. A row can be dragged to a category by its name. */
export function TagsTable({ tags, read, categories, selected, onSelect, isFiltered, create, toolbar }: TagsTableProps) {
  const text = useText('tags')
  const [shown, setShown] = useState(rowsAtOnce)
  const columns = useColumns({ categories, selected, onSelect })
  return (
    <DataTable
      name="tags"
      label={text('title')}
      columns={columns}
      pages={{
        rows: tags.slice(0, shown),
        total: tags.length,
        isLoading: read.isPending,
        isRefreshing: false,
        error: read.error,
        hasMore: tags.length > shown,
        isLoadingMore: false,
        loadMore: () => setShown(shown + rowsAtOnce),
        retry: () => void read.refetch(),
      }}
      rowKey={(tag) => tag.id}
      rowTo={(tag) => `/tags/${tag.id}`}
      noun={(count) => text('noun', { count })}
      toolbar={toolbar}
      empty={
        isFiltered ? (
          <EmptyState title={text('notFound')} why={text('notFoundWhy')} />
        ) : (
          <EmptyState title={text('empty')} why={text('emptyWhy')} action={create} />
        )
      }
    />
  )
}

function useColumns({ categories, selected, onSelect }: Pick<TagsTableProps, 'categories' | 'selected' | 'onSelect'>): Column<Tag>[] {
  const text = useText('tags')
  const may = useMay()
  const name = (tag: Tag): ReactNode => (
    <div
      className="tag-name"
      draggable={may('audience.write')}
      onDragStart={(event) => dragTags(event.dataTransfer, selected.includes(tag.id) ? selected : [tag.id])}
    >
      {may('audience.write') && (
        <Checkbox
          aria-label={text('choose', { name: tag.name })}
          checked={selected.includes(tag.id)}
          onChange={(event) => onSelect(event.target.checked ? [...selected, tag.id] : selected.filter((id) => id !== tag.id))}
        />
      )}
      <Link to={`/tags/${tag.id}`}>
        <AntdTag color={colourName(tag.colour)}>{tag.name}</AntdTag>
      </Link>
      {tag.retiredAt !== null && <small className="faint">{text('states.retired')}</small>}
    </div>
  )
  return [
    { key: 'name', title: text('fields.name'), fixed: true, render: name },
    { key: 'coverage', title: text('fields.coverage'), fixed: true, width: 220, render: (tag) => <Coverage tag={tag} /> },
    { key: 'category', title: text('fields.category'), render: (tag) => pathOf(categories, tag.categoryId) || <span className="faint">–</span> },
    { key: 'kind', title: text('fields.kind'), render: (tag) => <KindWords tag={tag} /> },
    {
      key: 'expiry',
      title: text('fields.expiry'),
      render: (tag) => (tag.expiresAfterDays === null ? text('never') : text('days', { count: tag.expiresAfterDays })),
    },
    { key: 'owner', title: text('fields.owner'), render: (tag) => tag.ownerName ?? <span className="faint">–</span>, hiddenAtFirst: true },
    { key: 'description', title: text('fields.description'), width: 240, render: (tag) => tag.description, hiddenAtFirst: true },
    { key: 'updatedAt', title: text('fields.updatedAt'), render: (tag) => <Ago at={tag.updatedAt} />, hiddenAtFirst: true },
  ]
}

function KindWords({ tag }: { tag: Tag }) {
  const text = useText('tags')
  const locale = useLocale()
  if (tag.kind === 'flag') return text('kinds.flag')
  const values = tag.values.length > 0 ? tag.values : tag.topValues.map(({ value }) => value)
  if (values.length === 0) return text('kinds.value')
  return (
    <Tooltip title={formatList(values, locale)}>
      <span>
        {text('kinds.value')} · {formatList(values.slice(0, 3), locale)}
        {values.length > 3 && '…'}
      </span>
    </Tooltip>
  )
}
