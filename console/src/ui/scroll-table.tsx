import { Table, type TableProps } from 'antd'

/**
 * antd's table in a box that scrolls sideways by itself and can be scrolled by keyboard (antd's own box can not be focused).
 * For lists of the product use `DataTable`; this is for the small tables inside panels.
 */
export function ScrollTable<Row extends object>({ label, ...table }: TableProps<Row> & { /** Name for screen readers. */ label: string }) {
  return (
    <div className="scroll-table" role="region" aria-label={label} tabIndex={0}>
      <Table<Row> size="small" pagination={false} {...table} />
    </div>
  )
}
