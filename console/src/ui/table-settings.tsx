import { ControlOutlined } from '@ant-design/icons'
import { Button, Checkbox, Popover, Segmented } from 'antd'
import type { Column } from './data-table.tsx'
import { changePreferences, readPreferences, usePreferences, type Density } from './preferences.ts'
import { useText } from './text.ts'

interface TableSettingsProps<Row> {
  name: string
  columns: Column<Row>[]
  hidden: string[]
}

/** Which columns, and how close the rows stand; kept on this browser. */
export function TableSettings<Row>({ name, columns, hidden }: TableSettingsProps<Row>) {
  const text = useText('common')
  const { density } = usePreferences()
  const hide = (keys: string[]): void => changePreferences({ hiddenColumns: { ...readPreferences().hiddenColumns, [name]: keys } })
  const choices = (
    <div className="table-settings">
      <Segmented<Density>
        size="small"
        block
        value={density}
        onChange={(value) => changePreferences({ density: value })}
        options={[
          { value: 'compact', label: text('table.compact') },
          { value: 'relaxed', label: text('table.relaxed') },
        ]}
      />
      {columns
        .filter((column) => column.fixed !== true)
        .map((column) => (
          <Checkbox
            key={column.key}
            checked={!hidden.includes(column.key)}
            onChange={(event) => hide(event.target.checked ? hidden.filter((key) => key !== column.key) : [...hidden, column.key])}
          >
            {column.title}
          </Checkbox>
        ))}
    </div>
  )
  return (
    <Popover trigger="click" placement="bottomRight" content={choices} title={text('table.columns')}>
      <Button type="text" size="small" icon={<ControlOutlined />} aria-label={text('table.columns')} />
    </Popover>
  )
}
