import { amountProperty, type EventRule, type Measure } from '../../../../../contracts/rule.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useText } from '../../../ui/text.ts'
import { ComparisonFields } from './comparison-fields.tsx'
import { useEventProperties } from './use-event-properties.ts'

const sums = ['sum', 'average', 'minimum', 'maximum'] as const

/** What the number counts: events, days, values, yuan, or whatever a property is in. */
const unitOf = (measure: Measure): 'times' | 'days' | 'values' | 'yuan' | 'other' => {
  if (!('of' in measure)) return measure.kind
  if (measure.kind === 'distinct') return 'values'
  return measure.of === amountProperty ? 'yuan' : 'other'
}

/** 「次数」「至少」「2」次, or 「金额合计」「至少」「1000」元. */
export function EventMeasure({ node, onChange }: { node: EventRule; onChange: (node: EventRule) => void }) {
  const text = useText('audience')
  const { measure, comparison } = node
  const unit = unitOf(measure)
  const named = useEventProperties(node.event).find(({ key }) => 'of' in measure && key === measure.of)
  const isCount = unit === 'times' || unit === 'days' || unit === 'values'
  const measureAs = (next: Measure): void => {
    const isSameUnit = unitOf(next) === unit && unit !== 'other'
    const first = unitOf(next) === 'yuan' || unitOf(next) === 'other' ? 100 : 1
    onChange({ ...node, measure: next, comparison: isSameUnit ? comparison : { operator: 'atLeast', values: [first] } })
  }
  return (
    <span className="rule-clause">
      <NamedSelect
        showSearch={{ optionFilterProp: 'label' }}
        className="rule-measure"
        value={JSON.stringify(measure)}
        label={text('event.measure')}
        options={useMeasureOptions(node)}
        onChange={(value: string) => measureAs(JSON.parse(value) as Measure)}
        popupMatchSelectWidth={false}
      />
      <ComparisonFields
        name={text('event.number')}
        comparison={comparison}
        minimum={isCount ? 0 : undefined}
        isWhole={isCount}
        unit={unit === 'other' ? named?.unit || undefined : text(`event.${unit}`)}
        onChange={(next) => onChange({ ...node, comparison: next })}
      />
    </span>
  )
}

function useMeasureOptions({ event, measure }: EventRule) {
  const text = useText('audience')
  const properties = useEventProperties(event).filter(({ key }) => key !== amountProperty)
  const nameOf = (of: string) => (of === amountProperty ? text('event.amount') : (properties.find(({ key }) => key === of)?.label ?? of))
  const numbers = [amountProperty, ...properties.filter(({ type }) => type === 'number').map(({ key }) => key)]
  const others = properties.filter(({ type }) => type !== 'number').map(({ key }) => key)
  if ('of' in measure && ![...numbers, ...others].includes(measure.of)) numbers.push(measure.of)
  const option = (kind: (typeof sums)[number] | 'distinct', of: string) => ({
    value: JSON.stringify({ kind, of }),
    label: text(`event.measures.${kind}`, { name: nameOf(of) }),
  })
  return [
    { value: JSON.stringify({ kind: 'times' }), label: text('event.timesMeasure') },
    { value: JSON.stringify({ kind: 'days' }), label: text('event.daysMeasure') },
    ...numbers.map((of) => ({
      label: nameOf(of),
      options: [...sums, 'distinct' as const].map((kind) => option(kind, of)),
    })),
    ...(others.length > 0 ? [{ label: text('event.otherProperties'), options: others.map((of) => option('distinct', of)) }] : []),
  ]
}
