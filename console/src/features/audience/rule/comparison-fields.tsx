import { comparisonOperators, type Comparison } from '../../../../../contracts/rule.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useText } from '../../../ui/text.ts'
import { numbersFor } from './new-nodes.ts'
import { NumberValues } from './number-values.tsx'

interface ComparisonFieldsProps {
  comparison: Comparison
  /** What is compared, for the names of the controls. */
  name: string
  minimum?: number
  isWhole?: boolean
  unit?: string
  onChange: (comparison: Comparison) => void
}

/** 「至少」「2」次 */
export function ComparisonFields({ comparison, name, minimum, isWhole, unit, onChange }: ComparisonFieldsProps) {
  const text = useText('audience')
  return (
    <>
      <NamedSelect<Comparison['operator']>
        className="rule-operator"
        value={comparison.operator}
        label={text('event.comparison')}
        options={comparisonOperators.map((value) => ({ value, label: text(`operators.number.${value}`) }))}
        onChange={(operator) => onChange({ operator, values: numbersFor(operator, comparison.values) })}
        popupMatchSelectWidth={false}
      />
      <NumberValues
        label={name}
        values={comparison.values}
        minimum={minimum}
        isWhole={isWhole}
        unit={unit}
        onChange={(values) => onChange({ ...comparison, values })}
      />
    </>
  )
}
