import { Button, Skeleton, type TableColumnType, type TableProps } from 'antd'
import type { ReactNode } from 'react'
import type { Pages } from './api.ts'
import { ErrorView } from './error-view.tsx'
import { Count } from './values.tsx'
import { useGo } from './link.tsx'
import { usePreferences } from './preferences.ts'
import { ScrollTable } from './scroll-table.tsx'
import { TableSettings } from './table-settings.tsx'
import { useText } from './text.ts'

export interface Column<Row> {
  key: string
  title: string
  render: (row: Row) => ReactNode
  width?: number | string
  /** Numbers stand right. */
  align?: 'left' | 'right'
  /** Always shown; otherwise the reader may hide it. */
  fixed?: boolean
  hiddenAtFirst?: boolean
  /** Shown only where the reader has chosen it; in the chooser under this heading. */
  group?: string
}

/** What stands where: columns always there or not hidden, then those that were added, in their order. */
function shownColumns<Row>(columns: readonly Column<Row>[], hidden: readonly string[], added: readonly string[]): Column<Row>[] {
  const own = columns.filter(({ group, fixed, key }) => group === undefined && (fixed === true || !hidden.includes(key)))
  return [...own, ...added.flatMap((key) => columns.find((column) => column.group !== undefined && column.key === key) ?? [])]
}

interface DataTableProps<Row> {
  /** Under this name the reader's choice of columns is kept. */
  name: string
  /** Name for screen readers. */
  label: string
  columns: Column<Row>[]
  pages: Pages<Row>
  rowKey: (row: Row) => string | number
  /** Path inside the workspace that a click on the row opens. The first column should hold a link to it too, for the keyboard. */
  rowTo?: (row: Row) => string | undefined
  empty: ReactNode
  /** Left of the column chooser, e.g. a `FilterBar`. */
  toolbar?: ReactNode
  /** What so many rows are called, for the count below: `位客户`. */
  noun?: (count: number) => string
  /** Rows can be chosen; each is called by its name. */
  selection?: { keys: readonly (string | number)[]; onChange: (keys: (string | number)[]) => void; nameOf: (row: Row) => string; allLabel: string }
}

/** The list of the product: filters, columns, density, skeleton, empty state, error with retry, and more on demand. */
export function DataTable<Row extends object>({ name, label, columns, pages, rowKey, rowTo, empty, toolbar, noun, selection }: DataTableProps<Row>) {
  const go = useGo()
  const { density, hiddenColumns, addedColumns } = usePreferences()
  const hidden = hiddenColumns[name] ?? columns.filter((column) => column.hiddenAtFirst).map((column) => column.key)
  const added = addedColumns[name] ?? []
  const shown = shownColumns(columns, hidden, added)
  const antdColumns: TableColumnType<Row>[] = shown.map((column) => ({
    key: column.key,
    title: column.title,
    width: column.width,
    align: column.align,
    render: (_, row) => column.render(row),
    ...(pages.isLoading ? { render: () => <Skeleton.Input active size="small" style={{ width: '70%', minWidth: 40 }} /> } : {}),
  }))
  return (
    <section className="data-table panel panel-flush">
      <div className="data-table-bar">
        <div className="data-table-filters">{toolbar ?? (!pages.isLoading && pages.rows.length > 0 && <TableCount pages={pages} noun={noun} />)}</div>
        <TableSettings name={name} columns={columns} hidden={hidden} added={added} />
      </div>
      {pages.error && pages.rows.length === 0 ? (
        <ErrorView error={pages.error} retry={pages.retry} />
      ) : (
        <ScrollTable<Row>
          label={label}
          size={density === 'compact' ? 'small' : 'medium'}
          columns={antdColumns}
          dataSource={pages.isLoading ? (skeletonRows as Row[]) : pages.rows}
          rowKey={(row) => (pages.isLoading ? (row as { skeleton: number }).skeleton : rowKey(row))}
          loading={pages.isRefreshing && { delay: 400 }}
          locale={{ emptyText: empty }}
          rowSelection={selection && !pages.isLoading ? rowSelectionOf(selection) : undefined}
          onRow={(row) => openRow(pages.isLoading ? undefined : rowTo?.(row), go)}
        />
      )}
      {!pages.isLoading && pages.rows.length > 0 && (toolbar !== undefined || pages.hasMore) && <TableFoot pages={pages} noun={noun} />}
    </section>
  )
}

/** antd's checkboxes with names for those who do not see the row. */
function rowSelectionOf<Row extends object>(selection: NonNullable<DataTableProps<Row>['selection']>): TableProps<Row>['rowSelection'] {
  return {
    selectedRowKeys: [...selection.keys],
    columnWidth: 44,
    preserveSelectedRowKeys: true,
    onChange: (keys) => selection.onChange(keys as (string | number)[]),
    getCheckboxProps: (row) => ({ 'aria-label': selection.nameOf(row) }),
    getTitleCheckboxProps: () => ({ 'aria-label': selection.allLabel }),
  }
}

const skeletonRows = Array.from({ length: 6 }, (_, index) => ({ skeleton: index }))

/** A click on empty ground of the row opens it; links, buttons and marked text keep their own meaning. */
function openRow(to: string | undefined, go: (to: string) => void) {
  if (to === undefined) return {}
  return {
    className: 'row-opens',
    onClick: (event: React.MouseEvent<HTMLElement>) => {
      const onControl = (event.target as HTMLElement).closest('a, button, input, label, [role="button"], .ant-popover, .ant-dropdown')
      if (!onControl && String(getSelection()) === '') go(to)
    },
  }
}

function TableCount<Row>({ pages, noun }: { pages: Pages<Row>; noun?: (count: number) => string }) {
  const text = useText('common')
  return (
    <span className="faint">
      {pages.hasMore && `${text('table.shown')} `}
      <Count value={pages.rows.length} />
      {pages.total !== null && pages.hasMore && (
        <>
          {' / '}
          <Count value={pages.total} />
        </>
      )}{' '}
      {noun?.(pages.hasMore ? (pages.total ?? pages.rows.length) : pages.rows.length)}
    </span>
  )
}

function TableFoot<Row>({ pages, noun }: { pages: Pages<Row>; noun?: (count: number) => string }) {
  const text = useText('common')
  return (
    <div className="data-table-foot">
      <TableCount pages={pages} noun={noun} />
      {pages.hasMore && (
        <Button size="small" loading={pages.isLoadingMore} onClick={pages.loadMore}>
          {text('table.more')}
        </Button>
      )}
    </div>
  )
}
