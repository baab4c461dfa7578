import { InputNumber } from 'antd'
import { placed } from '../../../ui/placed.ts'
import { useText } from '../../../ui/text.ts'

interface NumberValuesProps {
  label: string
  values: readonly number[]
  unit?: string
  minimum?: number
  /** Whole numbers only. */
  isWhole?: boolean
  onChange: (values: number[]) => void
}

/** One number, or two with "to" between them. An emptied field keeps what it was. */
export function NumberValues({ label, values, unit, minimum, isWhole = false, onChange }: NumberValuesProps) {
  const text = useText('audience')
  return (
    <span className="rule-numbers">
      {placed(values).map(({ item: value, index, key }) => (
        <span key={key} className="rule-number">
          {index > 0 && <span className="faint">{text('test.to')}</span>}
          <InputNumber
            value={value}
            min={minimum}
            precision={isWhole ? 0 : undefined}
            aria-label={values.length > 1 ? `${label} ${index + 1}` : label}
            onChange={(next) => next !== null && onChange(values.map((each, at) => (at === index ? next : each)))}
          />
        </span>
      ))}
      {unit !== undefined && unit !== '' && <span className="faint">{unit}</span>}
    </span>
  )
}
