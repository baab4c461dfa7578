import { CloseOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { collectRoutes } from '../../../../../contracts/collect.ts'
import type { LayerMeasure } from '../../../../../contracts/layer-definitions.ts'
import { peopleRoutes } from '../../../../../contracts/people.ts'
import { anyEvent } from '../../../../../contracts/rule.ts'
import { useRead } from '../../../ui/api.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { useEventWords } from '../../../ui/values.tsx'
import { EventFilters } from '../rule/event-filters.tsx'
import { useEventProperties } from '../rule/use-event-properties.ts'
import { DaysField } from './days-field.tsx'
import { Field } from './field.tsx'

type EventMeasure = Extract<LayerMeasure, { from: 'events' }>
const kinds = ['sum', 'times', 'daysOn', 'average', 'minimum', 'maximum', 'recency'] as const
const measured = (kind: (typeof kinds)[number]): EventMeasure['measure'] => (kind === 'daysOn' ? 'days' : kind)
const hasProperty = (measure: EventMeasure['measure']) => measure !== 'times' && measure !== 'days' && measure !== 'recency'

interface MeasureFieldsProps {
  measure: LayerMeasure
  /** Taken away by a button at the end. */
  onRemove?: () => void
  onChange: (measure: LayerMeasure) => void
}

/** One number of every person: of their events, or an attribute. */
export function MeasureFields({ measure, onRemove, onChange }: MeasureFieldsProps) {
  const text = useText('layers')
  const options = [
    ...kinds.map((kind) => ({ value: kind as string, label: text(`measure.${kind}`) })),
    { value: 'attribute', label: text('measure.attribute') },
  ]
  const value = measure.from === 'attribute' ? 'attribute' : measure.measure === 'days' ? 'daysOn' : measure.measure
  const choose = (chosen: string): void => {
    if (chosen === 'attribute') return onChange({ from: 'attribute', attribute: '', as: 'number' })
    const kind = kinds.find((each) => each === chosen) ?? 'times'
    const base: EventMeasure =
      measure.from === 'events' ? measure : { from: 'events', event: 'Order Completed', measure: 'times', of: 'amount', days: 365, filters: [] }
    onChange({ ...base, measure: measured(kind) })
  }
  return (
    <div className="layer-fields">
      <Field label={text('measure.title')}>
        <NamedSelect label={text('measure.title')} value={value} options={options} onChange={choose} />
      </Field>
      {measure.from === 'events' ? <EventFields measure={measure} onChange={onChange} /> : <AttributeFields measure={measure} onChange={onChange} />}
      {onRemove && (
        <Button className="layer-remove" type="text" size="small" icon={<CloseOutlined />} aria-label={text('definition.remove')} onClick={onRemove} />
      )}
    </div>
  )
}

/** Which event, for a measure or for orders. */
export function EventSelect({
  value,
  label,
  withAny = false,
  onChange,
}: {
  value: string
  label: string
  withAny?: boolean
  onChange: (event: string) => void
}) {
  const text = useText('layers')
  const words = useEventWords()
  const events = useRead(collectRoutes.listEventSchemas)
  const seen = [...new Set([value, ...(events.data?.items ?? []).map(({ event }) => event)])].filter((event) => event !== anyEvent)
  const options = [...(withAny ? [{ value: anyEvent, label: text('measure.any') }] : []), ...seen.map((event) => ({ value: event, label: words(event) }))]
  return <NamedSelect showSearch={{ optionFilterProp: 'label' }} label={label} value={value} options={options} onChange={onChange} />
}

function EventFields({ measure, onChange }: { measure: EventMeasure; onChange: (measure: LayerMeasure) => void }) {
  const text = useText('layers')
  const properties = useEventProperties(measure.event).filter(({ type }) => type === 'number')
  const of = [{ value: 'amount', label: text('measure.amount') }, ...properties.map(({ key }) => ({ value: key, label: key }))]
  return (
    <>
      <Field label={text('measure.event')}>
        <EventSelect
          withAny
          label={text('measure.event')}
          value={measure.event}
          onChange={(event) => onChange({ ...measure, event, of: 'amount', filters: [] })}
        />
      </Field>
      {hasProperty(measure.measure) && (
        <Field label={text('measure.of')}>
          <NamedSelect label={text('measure.of')} value={measure.of} options={of} onChange={(key) => onChange({ ...measure, of: key })} />
        </Field>
      )}
      <DaysField label={text('measure.days')} emptyHelp={text('measure.daysHelp')} value={measure.days} onChange={(days) => onChange({ ...measure, days })} />
      {measure.event !== anyEvent && (
        <div className="layer-filters">
          <EventFilters event={measure.event} filters={measure.filters} onChange={(filters) => onChange({ ...measure, filters })} />
        </div>
      )}
    </>
  )
}

function AttributeFields({ measure, onChange }: { measure: Extract<LayerMeasure, { from: 'attribute' }>; onChange: (measure: LayerMeasure) => void }) {
  const text = useText('layers')
  const as = (['number', 'age'] as const).map((value) => ({ value, label: text(`measure.${value}`) }))
  return (
    <>
      <Field label={text('measure.attribute')}>
        <AttributeSelect
          label={text('measure.attribute')}
          value={measure.attribute}
          onChange={(attribute) => onChange({ ...measure, attribute: attribute ?? '' })}
        />
      </Field>
      <Field label={text('measure.as')}>
        <NamedSelect label={text('measure.as')} value={measure.as} options={as} onChange={(value) => onChange({ ...measure, as: value })} />
      </Field>
    </>
  )
}

/** An attribute of people; with `clearable` there may be none. */
export function AttributeSelect({
  value,
  label,
  clearable = false,
  onChange,
}: {
  value: string | null
  label: string
  clearable?: boolean
  onChange: (key: string | null) => void
}) {
  const text = useText('layers')
  const pick = useLocaleText()
  const attributes = useRead(peopleRoutes.listAttributes)
  const options = (attributes.data?.items ?? []).map(({ key, label: words }) => ({ value: key, label: pick(words) }))
  return (
    <NamedSelect
      showSearch={{ optionFilterProp: 'label' }}
      label={label}
      value={value === null || value === '' ? undefined : value}
      allowClear={clearable}
      placeholder={clearable ? text('definition.none') : label}
      options={options}
      onChange={(key: string | undefined) => onChange(key ?? null)}
    />
  )
}
