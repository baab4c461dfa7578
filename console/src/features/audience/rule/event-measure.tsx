import { amountProperty, comparisonOperators, type Comparison, type EventRule, type Measure } from '../../../../../contracts/rule.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useText } from '../../../ui/text.ts'
import { numbersFor } from './new-nodes.ts'
import { NumberValues } from './number-values.tsx'
import { useEventProperties } from './use-event-properties.ts'

const sums = ['sum', 'average', 'minimum', 'maximum'] as const

/** 「次数」「至少」「2」次, or 「金额合计」「至少」「1000」元. */
export function EventMeasure({ node, onChange }: { node: EventRule; onChange: (node: EventRule) => void }) {
  const text = useText('audience')
  const { measure, comparison } = node
  const isMoney = 'of' in measure && measure.of === amountProperty
  const measureAs = (next: Measure): void => {
    const isOtherUnit = 'of' in next !== 'of' in measure || ('of' in next && 'of' in measure && next.of !== measure.of)
    onChange({ ...node, measure: next, comparison: isOtherUnit ? { operator: 'atLeast', values: ['of' in next ? 100 : 1] } : comparison })
  }
  return (
    <span className="rule-clause">
      <NamedSelect
        className="rule-measure"
        value={JSON.stringify(measure)}
        label={text('event.measure')}
        options={useMeasureOptions(node)}
        onChange={(value: string) => measureAs(JSON.parse(value) as Measure)}
        popupMatchSelectWidth={false}
      />
      <NamedSelect<Comparison['operator']>
        className="rule-operator"
        value={comparison.operator}
        label={text('event.comparison')}
        options={comparisonOperators.map((value) => ({ value, label: text(`operators.number.${value}`) }))}
        onChange={(operator) => onChange({ ...node, comparison: { operator, values: numbersFor(operator, comparison.values) } })}
        popupMatchSelectWidth={false}
      />
      <NumberValues
        label={text('event.number')}
        values={comparison.values}
        minimum={measure.kind === 'times' ? 0 : undefined}
        isWhole={measure.kind === 'times'}
        unit={measure.kind === 'times' ? text('event.times') : isMoney ? text('event.yuan') : undefined}
        onChange={(values) => onChange({ ...node, comparison: { ...comparison, values } })}
      />
    </span>
  )
}

function useMeasureOptions({ event, measure }: EventRule) {
  const text = useText('audience')
  const properties = useEventProperties(event)
  const numbers = [amountProperty, ...properties.filter(({ key, type }) => type === 'number' && key !== amountProperty).map(({ key }) => key)]
  if ('of' in measure && !numbers.includes(measure.of)) numbers.push(measure.of)
  return [
    { value: JSON.stringify({ kind: 'times' }), label: text('event.timesMeasure') },
    ...numbers.map((of) => {
      const name = of === amountProperty ? text('event.amount') : of
      return { label: name, options: sums.map((kind) => ({ value: JSON.stringify({ kind, of }), label: text(`event.measures.${kind}`, { name }) })) }
    }),
  ]
}
