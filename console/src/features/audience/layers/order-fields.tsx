import type { LayerDefinition } from '../../../../../contracts/layer-definitions.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useText } from '../../../ui/text.ts'
import { DaysField } from './days-field.tsx'
import { Field } from './field.tsx'
import { AttributeSelect, EventSelect } from './measure-fields.tsx'
import { NumberList } from './number-list.tsx'

type OrderDefinition = Extract<LayerDefinition, { kind: 'rfm' | 'lifecycle' }>
interface OrderFieldsProps<Definition> {
  definition: Definition
  onChange: (definition: LayerDefinition) => void
}

/** RFM and lifecycle: where orders come from, and what is counted. */
export function OrderFields({ definition, onChange }: OrderFieldsProps<OrderDefinition>) {
  const text = useText('layers')
  const { attributes } = definition
  const sources = [
    { value: 'events', label: text('definition.fromEvents') },
    { value: 'attributes', label: text('definition.fromAttributes') },
  ]
  const chooseSource = (source: string): void =>
    onChange({ ...definition, attributes: source === 'events' ? null : { lastOrder: '', orders: null, amount: null } })
  return (
    <>
      <div className="layer-fields">
        <Field label={text('definition.source')}>
          <NamedSelect label={text('definition.source')} value={attributes ? 'attributes' : 'events'} options={sources} onChange={chooseSource} />
        </Field>
        {attributes ? (
          (['lastOrder', 'orders', 'amount'] as const).map((key) => (
            <Field key={key} label={text(`definition.${key}`)}>
              <AttributeSelect
                label={text(`definition.${key}`)}
                value={attributes[key]}
                clearable={key !== 'lastOrder'}
                onChange={(chosen) => onChange({ ...definition, attributes: { ...attributes, [key]: key === 'lastOrder' ? (chosen ?? '') : chosen } })}
              />
            </Field>
          ))
        ) : (
          <Field label={text('definition.event')}>
            <EventSelect label={text('definition.event')} value={definition.event} onChange={(event) => onChange({ ...definition, event })} />
          </Field>
        )}
      </div>
      {definition.kind === 'rfm' ? <RfmFields definition={definition} onChange={onChange} /> : <LifecycleFields definition={definition} onChange={onChange} />}
    </>
  )
}

function RfmFields({ definition, onChange }: OrderFieldsProps<Extract<OrderDefinition, { kind: 'rfm' }>>) {
  const text = useText('layers')
  const { scoring } = definition
  const kinds = (['quantile', 'thresholds'] as const).map((value) => ({ value, label: text(`definition.${value}`) }))
  const choose = (kind: 'quantile' | 'thresholds'): void =>
    onChange({
      ...definition,
      scoring:
        kind === 'quantile' ? { kind } : { kind, recencyDays: [30, 60, 120, 240], frequency: [1, 2, 4, 8], amountFen: [10_000, 30_000, 80_000, 200_000] },
    })
  return (
    <div className="layer-fields">
      {definition.attributes === null && (
        <DaysField label={text('definition.days')} value={definition.days} onChange={(days) => days !== null && onChange({ ...definition, days })} />
      )}
      <Field label={text('definition.scoring')}>
        <NamedSelect label={text('definition.scoring')} value={scoring.kind} options={kinds} onChange={choose} />
      </Field>
      {scoring.kind === 'thresholds' && (
        <>
          <NumberList
            label={text('definition.recencyCuts')}
            help={text('definition.cutsHelp')}
            values={scoring.recencyDays}
            onChange={(recencyDays) => onChange({ ...definition, scoring: { ...scoring, recencyDays } })}
          />
          <NumberList
            label={text('definition.frequencyCuts')}
            help={text('definition.cutsHelp')}
            values={scoring.frequency}
            onChange={(frequency) => onChange({ ...definition, scoring: { ...scoring, frequency } })}
          />
          <NumberList
            label={text('definition.amountCuts')}
            help={text('definition.cutsHelp')}
            values={scoring.amountFen.map((fen) => fen / 100)}
            onChange={(yuan) => onChange({ ...definition, scoring: { ...scoring, amountFen: yuan.map((each) => Math.round(each * 100)) } })}
          />
        </>
      )}
    </div>
  )
}

function LifecycleFields({ definition, onChange }: OrderFieldsProps<Extract<OrderDefinition, { kind: 'lifecycle' }>>) {
  const text = useText('layers')
  const least = { activeDays: 1, lostDays: 2, matureOrders: 2 }
  return (
    <div className="layer-fields">
      {(['activeDays', 'lostDays', 'matureOrders'] as const).map((key) => (
        <DaysField
          key={key}
          label={text(`definition.${key}`)}
          minimum={least[key]}
          value={definition[key]}
          onChange={(value) => value !== null && onChange({ ...definition, [key]: value })}
        />
      ))}
    </div>
  )
}
