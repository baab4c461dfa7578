import { Button, InputNumber } from 'antd'
import type { LayerDefinition, LayerMeasure } from '../../../../../contracts/layer-definitions.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useText } from '../../../ui/text.ts'
import { Field } from './field.tsx'
import { MeasureFields } from './measure-fields.tsx'
import { NumberList } from './number-list.tsx'
import { OrderFields } from './order-fields.tsx'
import { RuleLayersFields } from './rule-layers-fields.tsx'

interface DefinitionFieldsProps<Definition> {
  definition: Definition
  onChange: (definition: LayerDefinition) => void
}
type Of<Kind extends LayerDefinition['kind']> = Extract<LayerDefinition, { kind: Kind }>

/** Everything that can be said about how a model puts people into layers. */
export function DefinitionFields({ definition, onChange }: DefinitionFieldsProps<LayerDefinition>) {
  switch (definition.kind) {
    case 'rfm':
    case 'lifecycle':
      return <OrderFields definition={definition} onChange={onChange} />
    case 'rules':
      return <RuleLayersFields definition={definition} onChange={onChange} />
    case 'thresholds':
      return <ThresholdFields definition={definition} onChange={onChange} />
    case 'quantiles':
      return <QuantileFields definition={definition} onChange={onChange} />
    case 'scores':
      return <ScoreFields definition={definition} onChange={onChange} />
    default:
      return definition satisfies never
  }
}

function BestSelect({ best, onChange }: { best: 'high' | 'low'; onChange: (best: 'high' | 'low') => void }) {
  const text = useText('layers')
  const options = (['high', 'low'] as const).map((value) => ({ value, label: text(`definition.${value}`) }))
  return (
    <Field label={text('definition.best')}>
      <NamedSelect label={text('definition.best')} value={best} options={options} onChange={onChange} />
    </Field>
  )
}

function ThresholdFields({ definition, onChange }: DefinitionFieldsProps<Of<'thresholds'>>) {
  const text = useText('layers')
  return (
    <>
      <MeasureFields measure={definition.measure} onChange={(measure) => onChange({ ...definition, measure })} />
      <div className="layer-fields">
        <BestSelect best={definition.best} onChange={(best) => onChange({ ...definition, best, cuts: definition.cuts.toReversed() })} />
        <NumberList
          label={text('definition.cuts')}
          help={text(definition.best === 'high' ? 'definition.cutsHighHelp' : 'definition.cutsLowHelp')}
          values={definition.cuts}
          onChange={(cuts) => onChange({ ...definition, cuts })}
        />
      </div>
    </>
  )
}

function QuantileFields({ definition, onChange }: DefinitionFieldsProps<Of<'quantiles'>>) {
  const text = useText('layers')
  const by = [
    { value: 'people' as const, label: text('definition.byPeople') },
    { value: 'total' as const, label: text('definition.byTotal') },
  ]
  // Other shares or another measure need other cuts.
  const change = (part: Partial<Of<'quantiles'>>): void => onChange({ ...definition, cuts: null, ...part })
  return (
    <>
      <MeasureFields measure={definition.measure} onChange={(measure) => change({ measure })} />
      <div className="layer-fields">
        <NumberList
          label={text('definition.shares')}
          help={text('definition.sharesHelp')}
          values={definition.shares.map((share) => Math.round(share * 1000) / 10)}
          onChange={(shares) => change({ shares: shares.map((share) => share / 100) })}
        />
        <Field label={text('definition.by')}>
          <NamedSelect label={text('definition.by')} value={definition.by} options={by} onChange={(value) => change({ by: value })} />
        </Field>
        <BestSelect best={definition.best} onChange={(best) => change({ best })} />
        {definition.cuts !== null && (
          <NumberList label={text('definition.cuts')} values={definition.cuts} onChange={(cuts) => onChange({ ...definition, cuts })} />
        )}
      </div>
    </>
  )
}

const newMeasure: LayerMeasure = { from: 'events', event: 'Order Completed', measure: 'times', of: 'amount', days: 365, filters: [] }
const partsMax = 6

function ScoreFields({ definition, onChange }: DefinitionFieldsProps<Of<'scores'>>) {
  const text = useText('layers')
  const { parts } = definition
  const change = (index: number, part: Partial<(typeof parts)[number]>): void =>
    onChange({ ...definition, parts: parts.map((each, at) => (at === index ? { ...each, ...part } : each)) })
  return (
    <>
      {parts.map((part, index) => (
        <div key={index} className="layer-part">
          <MeasureFields measure={part.measure} onChange={(measure) => change(index, { measure })} />
          <div className="layer-fields">
            <Field label={text('definition.weight')}>
              <InputNumber
                aria-label={text('definition.weight')}
                min={0.1}
                max={100}
                value={part.weight}
                onChange={(weight) => change(index, { weight: weight ?? 1 })}
              />
            </Field>
            <BestSelect best={part.best} onChange={(best) => change(index, { best })} />
            {parts.length > 1 && (
              <Field label=" ">
                <Button onClick={() => onChange({ ...definition, parts: parts.filter((_, at) => at !== index) })}>{text('definition.remove')}</Button>
              </Field>
            )}
          </div>
        </div>
      ))}
      {parts.length < partsMax && (
        <p>
          <Button onClick={() => onChange({ ...definition, parts: [...parts, { measure: newMeasure, weight: 1, best: 'high' }] })}>
            {text('definition.addPart')}
          </Button>
        </p>
      )}
      <NumberList
        label={text('definition.cuts')}
        help={text('definition.cutsHighHelp')}
        values={definition.cuts}
        onChange={(cuts) => onChange({ ...definition, cuts })}
      />
    </>
  )
}
