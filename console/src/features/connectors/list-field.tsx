import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Form } from 'antd'
import type { ReactNode } from 'react'
import { useText } from '../../ui/text.ts'

type Place = (string | number)[]

interface ListFieldProps {
  name: Place
  /** The words of the button that adds a row. */
  add: string
  blank: unknown
  /** Fields of a row; `place` is its name from the top of the form. */
  children: (place: Place, index: number) => ReactNode
}

/** Rows of a list inside the form. Fields are named from the top, so that the place of a problem is the name of its field. */
export function ListField({ name, add, blank, children }: ListFieldProps) {
  const text = useText('connectors')
  const form = Form.useFormInstance()
  const rows = Form.useWatch<unknown[] | undefined>(name, { form, preserve: true }) ?? []
  const change = (next: unknown[]): void => {
    form.setFieldValue(name, next)
  }
  return (
    <div className="connector-list">
      {placesOf(rows).map((index) => (
        <div key={index} className="connector-list-row">
          <div className="connector-list-fields">{children([...name, index], index)}</div>
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            aria-label={text('removeRow', { row: index + 1 })}
            onClick={() => change((form.getFieldValue(name) as unknown[]).filter((_row, at) => at !== index))}
          />
        </div>
      ))}
      <Button
        type="dashed"
        size="small"
        icon={<PlusOutlined />}
        onClick={() => change([...((form.getFieldValue(name) as unknown[] | undefined) ?? []), structuredClone(blank)])}
      >
        {add}
      </Button>
    </div>
  )
}

/** Rows of a form have no other name than their place. */
export function placesOf(rows: readonly unknown[]): number[] {
  return rows.map((_, index) => index)
}
