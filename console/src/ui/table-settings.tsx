import { ControlOutlined } from '@ant-design/icons'
import { Button, Checkbox, Input, Popover, Segmented } from 'antd'
import { useState } from 'react'
import type { Column } from './data-table.tsx'
import { changePreferences, readPreferences, usePreferences, type Density } from './preferences.ts'
import { useText } from './text.ts'

interface TableSettingsProps<Row> {
  name: string
  columns: Column<Row>[]
  hidden: string[]
  /** Columns of groups that are shown. */
  added: string[]
}

/** Which columns, and how close the rows stand; kept on this browser. */
export function TableSettings<Row>(props: TableSettingsProps<Row>) {
  const text = useText('common')
  return (
    <Popover trigger="click" placement="bottomRight" content={<Choices {...props} />} title={text('table.columns')}>
      <Button type="text" size="small" icon={<ControlOutlined />} aria-label={text('table.columns')} />
    </Popover>
  )
}

/** More columns than these are searched rather than looked through. */
const searchedFrom = 16

function Choices<Row>({ name, columns, hidden, added }: TableSettingsProps<Row>) {
  const text = useText('common')
  const { density } = usePreferences()
  const [search, setSearch] = useState('')
  const choices = columns.filter(({ fixed, title }) => fixed !== true && title.toLowerCase().includes(search.trim().toLowerCase()))
  const groups = [...new Set(choices.map(({ group }) => group))]
  return (
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
      {columns.length >= searchedFrom && (
        <Input
          size="small"
          allowClear
          placeholder={text('table.findColumn')}
          aria-label={text('table.findColumn')}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      )}
      <div className="table-choices">
        {groups.map((group) => (
          <fieldset key={group ?? ''}>
            {group !== undefined && <legend>{group}</legend>}
            {choices
              .filter((column) => column.group === group)
              .map((column) => (
                <ColumnChoice
                  key={column.key}
                  name={name}
                  column={column}
                  isShown={group === undefined ? !hidden.includes(column.key) : added.includes(column.key)}
                  hidden={hidden}
                />
              ))}
          </fieldset>
        ))}
        {choices.length === 0 && <p className="faint">{text('table.noColumn')}</p>}
      </div>
    </div>
  )
}

interface ColumnChoiceProps<Row> {
  name: string
  column: Column<Row>
  isShown: boolean
  hidden: string[]
}

function ColumnChoice<Row>({ name, column: { key, title, group }, isShown, hidden }: ColumnChoiceProps<Row>) {
  const change = (shows: boolean): void => {
    const { hiddenColumns, addedColumns } = readPreferences()
    const added = (addedColumns[name] ?? []).filter((each) => each !== key)
    if (group !== undefined) changePreferences({ addedColumns: { ...addedColumns, [name]: shows ? [...added, key] : added } })
    else changePreferences({ hiddenColumns: { ...hiddenColumns, [name]: shows ? hidden.filter((each) => each !== key) : [...hidden, key] } })
  }
  return (
    <Checkbox checked={isShown} onChange={(event) => change(event.target.checked)}>
      {title}
    </Checkbox>
  )
}
