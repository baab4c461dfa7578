import { LayerDot } from '../../ui/layer-mark.tsx'
import { NamedSelect } from '../../ui/named-select.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { useLayerModels } from './people-columns.tsx'

export type LayerFilterKey = 'layers' | 'modelId' | 'layer' | 'recencyScore'

interface LayersFilterProps {
  filters: Partial<Record<LayerFilterKey, string>>
  onChange: (change: Partial<Record<LayerFilterKey, string | undefined>>) => void
}

/** Layers of any models: of one model any of those chosen, of several models one of each. The one layer that a number has opened counts among them. */
export function LayersFilter({ filters, onChange }: LayersFilterProps) {
  const text = useText('people')
  const pick = useLocaleText()
  const models = useLayerModels()
  if (models.length === 0) return null
  const { layers, modelId, layer, recencyScore } = filters
  const opened = modelId !== undefined && layer !== undefined && recencyScore === undefined ? `${modelId}:${layer}` : undefined
  const chosen = [...new Set([...(opened === undefined ? [] : [opened]), ...(layers?.split(',') ?? [])])]
  const change = (next: string[]): void =>
    onChange({ layers: next.length === 0 ? undefined : next.join(','), ...(opened !== undefined && { modelId: undefined, layer: undefined }) })
  return (
    <NamedSelect<string[]>
      mode="multiple"
      allowClear
      className="layers-filter"
      maxTagCount="responsive"
      value={chosen}
      placeholder={text('filters.layers')}
      label={text('filters.layers')}
      onChange={change}
      optionFilterProp="words"
      optionLabelProp="chosen"
      popupMatchSelectWidth={false}
      options={models.map((model) => ({
        label: model.name,
        title: model.name,
        options: model.layers.map(({ name, label, colour }) => ({
          value: `${model.id}:${name}`,
          label: <LayerDot colour={colour}>{pick(label)}</LayerDot>,
          chosen: pick(label),
          words: `${model.name} ${pick(label)}`,
          title: `${model.name} ${pick(label)}`,
        })),
      }))}
    />
  )
}
