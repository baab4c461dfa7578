import { Button, Input } from 'antd'
import { audienceRoutes } from '../../../../../contracts/audience.ts'
import type { LayerDefinition } from '../../../../../contracts/layer-definitions.ts'
import { everyone } from '../../../../../contracts/rule.ts'
import { useRead } from '../../../ui/api.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useLocale, useText } from '../../../ui/text.ts'
import { Field } from './field.tsx'

type RulesDefinition = Extract<LayerDefinition, { kind: 'rules' }>
type RuleLayer = RulesDefinition['layers'][number]
const layersMax = 11
/** A layer whose rule is no segment keeps it. */
const own = 'own'

/** Layers by rules, in order: each is a segment, or keeps the rule it came with. */
export function RuleLayersFields({ definition, onChange }: { definition: RulesDefinition; onChange: (definition: LayerDefinition) => void }) {
  const text = useText('layers')
  const { layers } = definition
  const set = (next: RuleLayer[]): void => onChange({ ...definition, layers: next })
  const add = (): void => {
    const taken = new Set(layers.map(({ name }) => name))
    let number = layers.length + 1
    while (taken.has(`layer${number}`)) number += 1
    const words = text('definition.newLayer', { number })
    set([...layers, { name: `layer${number}`, label: { zh: words, en: words }, rule: everyone }])
  }
  const move = (index: number, by: number): void => {
    const next = [...layers]
    const [moved] = next.splice(index, 1)
    if (moved) next.splice(index + by, 0, moved)
    set(next)
  }
  return (
    <>
      <p className="faint">{text('definition.ruleLead')}</p>
      {layers.map((layer, index) => (
        <div key={layer.name} className="layer-part layer-fields">
          <RuleLayerFields layer={layer} onChange={(changed) => set(layers.map((each, at) => (at === index ? changed : each)))} />
          <Field label=" ">
            <Button size="small" disabled={index === 0} onClick={() => move(index, -1)}>
              {text('definition.up')}
            </Button>{' '}
            <Button size="small" disabled={index === layers.length - 1} onClick={() => move(index, 1)}>
              {text('definition.down')}
            </Button>{' '}
            <Button size="small" disabled={layers.length === 1} onClick={() => set(layers.filter((_, at) => at !== index))}>
              {text('definition.remove')}
            </Button>
          </Field>
        </div>
      ))}
      {layers.length < layersMax && (
        <p>
          <Button onClick={add}>{text('definition.addLayer')}</Button>
        </p>
      )}
    </>
  )
}

function RuleLayerFields({ layer, onChange }: { layer: RuleLayer; onChange: (layer: RuleLayer) => void }) {
  const text = useText('layers')
  const locale = useLocale()
  const segments = useRead(audienceRoutes.listSegments)
  const options = (segments.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))
  const isOwn = layer.rule.kind !== 'segment' && layer.rule !== everyone && !(layer.rule.kind === 'all' && layer.rule.rules.length === 0)
  return (
    <>
      <Field label={text('definition.layerName')}>
        <Input
          aria-label={text('definition.layerName')}
          maxLength={40}
          value={layer.label[locale]}
          onChange={(event) => onChange({ ...layer, label: { ...layer.label, [locale]: event.target.value } })}
        />
      </Field>
      <Field label={text('definition.segment')}>
        <NamedSelect
          showSearch={{ optionFilterProp: 'label' }}
          label={text('definition.segment')}
          placeholder={text('definition.segment')}
          value={isOwn ? own : layer.rule.kind === 'segment' ? layer.rule.segmentId : undefined}
          options={isOwn ? [{ value: own, label: text('definition.ownRule') }, ...options] : options}
          onChange={(segmentId: string) => segmentId !== own && onChange({ ...layer, rule: { kind: 'segment', segmentId } })}
        />
      </Field>
    </>
  )
}
