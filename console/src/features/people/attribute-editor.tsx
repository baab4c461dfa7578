import { CheckOutlined, CloseOutlined, DeleteOutlined } from '@ant-design/icons'
import { Button, Input, InputNumber, Select } from 'antd'
import { useState, type KeyboardEvent } from 'react'
import { ProblemError } from '../../../../contracts/client.ts'
import type { AttributeType, PersonAttribute } from '../../../../contracts/people.ts'
import { useLocaleText, useText } from '../../ui/text.ts'

export type AttributeInput = PersonAttribute['value']

interface AttributeEditorProps {
  type: AttributeType
  /** Undefined when there is none yet, or none that may be shown. */
  initial: AttributeInput | undefined
  canRemove?: boolean
  error: Error | null
  onCancel: () => void
  onSave: (value: AttributeInput | null) => void
}

/** A value changed in place: Enter saves, Escape leaves it as it was. What the server finds wrong stands below. */
export function AttributeEditor({ type, initial, canRemove = false, error, onCancel, onSave }: AttributeEditorProps) {
  const text = useText('people')
  const common = useText('common')
  const pick = useLocaleText()
  const [value, setValue] = useState(initial)
  const isEmpty = value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  const save = (): void => {
    if (!isEmpty && value !== initial) onSave(value)
    else onCancel()
  }
  const keys = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && type !== 'boolean' && !event.nativeEvent.isComposing) save()
    if (event.key === 'Escape') onCancel()
  }
  const problem = error instanceof ProblemError ? pick(error.problem.problems[0] ?? error.problem) : error?.message
  return (
    <div className="attribute-editor">
      <ValueInput type={type} value={value} onChange={setValue} onKeyDown={keys} />
      <span className="attribute-verbs">
        <Button size="small" type="primary" icon={<CheckOutlined />} aria-label={common('save')} disabled={isEmpty} onClick={save} />
        <Button size="small" icon={<CloseOutlined />} aria-label={common('cancel')} onClick={onCancel} />
        {canRemove && (
          <Button
            size="small"
            danger
            icon={<DeleteOutlined />}
            aria-label={text('attributes.remove')}
            title={text('attributes.remove')}
            onClick={() => onSave(null)}
          />
        )}
      </span>
      {problem !== undefined && (
        <small role="alert" className="attribute-problem">
          {problem}
        </small>
      )}
    </div>
  )
}

interface ValueInputProps {
  type: AttributeType
  value: AttributeInput | undefined
  onChange: (value: AttributeInput | undefined) => void
  onKeyDown: (event: KeyboardEvent) => void
}

function ValueInput({ type, value, onChange, onKeyDown }: ValueInputProps) {
  const text = useText('people')
  const label = text('attributes.value')
  if (type === 'number')
    return (
      <InputNumber
        autoFocus
        size="small"
        onKeyDown={onKeyDown}
        aria-label={label}
        value={typeof value === 'number' ? value : undefined}
        onChange={(next) => onChange(next ?? undefined)}
      />
    )
  if (type === 'boolean')
    return (
      <Select<string>
        autoFocus
        size="small"
        onKeyDown={onKeyDown}
        aria-label={label}
        style={{ minWidth: 70 }}
        value={typeof value === 'boolean' ? String(value) : undefined}
        onChange={(next) => onChange(next === 'true')}
        options={[
          { value: 'true', label: '✓' },
          { value: 'false', label: '✗' },
        ]}
      />
    )
  if (type === 'list')
    return (
      <Select<string[]>
        autoFocus
        mode="tags"
        size="small"
        onKeyDown={(event) => event.key === 'Escape' && onKeyDown(event)}
        aria-label={label}
        open={false}
        style={{ minWidth: 120 }}
        value={Array.isArray(value) ? value : []}
        onChange={onChange}
      />
    )
  return (
    <Input
      autoFocus
      size="small"
      onKeyDown={onKeyDown}
      aria-label={label}
      maxLength={500}
      placeholder={type === 'date' ? 'YYYY-MM-DD' : undefined}
      value={value === undefined ? '' : String(value)}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
