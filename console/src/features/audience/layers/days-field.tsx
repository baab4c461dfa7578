import { InputNumber } from 'antd'
import { Field } from './field.tsx'

interface DaysFieldProps {
  label: string
  value: number | null
  minimum?: number
  /** What no number means; without it a field that is emptied keeps what it had. */
  emptyHelp?: string
  onChange: (days: number | null) => void
}

/** A number of whole days, up to ten years. */
export function DaysField({ label, value, minimum = 1, emptyHelp, onChange }: DaysFieldProps) {
  const change = (days: number | null): void => {
    if (days !== null || emptyHelp !== undefined) onChange(days)
  }
  return (
    <Field label={label} help={emptyHelp}>
      <InputNumber aria-label={label} min={minimum} max={3650} precision={0} value={value} onChange={change} style={{ width: '100%' }} />
    </Field>
  )
}
