import type { Span } from '../../../../../contracts/rule.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useText } from '../../../ui/text.ts'
import { NumberValues } from './number-values.tsx'

interface SpanFieldsProps {
  span: Span | undefined
  label: string
  onChange: (span: Span | undefined) => void
}

const none = 'none'

/** 「3」「天」内, or as long as one likes. */
export function SpanFields({ span, label, onChange }: SpanFieldsProps) {
  const text = useText('audience')
  return (
    <>
      {span && <NumberValues label={label} values={[span.amount]} minimum={1} isWhole onChange={([amount = 1]) => onChange({ ...span, amount })} />}
      <NamedSelect<Span['unit'] | 'none'>
        className="rule-operator"
        value={span?.unit ?? none}
        label={`${label} ${text('window.unit')}`}
        options={([none, 'minute', 'hour', 'day'] as const).map((value) => ({ value, label: text(`span.${value}`) }))}
        onChange={(unit) => onChange(unit === none ? undefined : { amount: span?.amount ?? 3, unit })}
        popupMatchSelectWidth={false}
      />
    </>
  )
}
