import { audienceRoutes } from '../../../../../contracts/audience.ts'
import { layerRoutes } from '../../../../../contracts/layers.ts'
import type { HasAddressRule, LayerRule, SegmentRule } from '../../../../../contracts/rule.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useRead } from '../../../ui/api.ts'
import { formatCount } from '../../../ui/format.ts'
import { useLocale, useLocaleText, useText } from '../../../ui/text.ts'
import { renderOption } from './option-label.tsx'
import { ReferenceSelect } from './reference-select.tsx'
import { useRuleEditing } from './rule-context.ts'

interface ConditionProps<Node> {
  node: Node
  onChange: (node: Node) => void
}

/** 「RFM 属于」「重要价值、重要发展」 */
export function LayerCondition({ node, onChange }: ConditionProps<LayerRule>) {
  const text = useText('audience')
  const locale = useLocale()
  const pick = useLocaleText()
  const models = useRead(layerRoutes.listLayerModels)
  const all = models.data?.items ?? []
  const model = all.find(({ id }) => id === node.modelId)
  const layers = model?.layers ?? []
  const countOf = (name: string): string => {
    const count = model?.layers.find((layer) => layer.name === name)?.count
    return count === undefined ? '' : formatCount(count, locale)
  }
  return (
    <>
      {all.length > 1 || (models.data && !model) ? (
        <NamedSelect
          className="rule-operator"
          value={node.modelId === '' ? undefined : node.modelId}
          label={text('layer.model')}
          placeholder={text('layer.model')}
          options={all.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(modelId) => onChange({ ...node, modelId, layers: [] })}
          popupMatchSelectWidth={false}
        />
      ) : (
        <span>{model?.name}</span>
      )}
      <span>{text('layer.is')}</span>
      <NamedSelect
        mode="multiple"
        className="rule-values"
        value={node.layers}
        label={text('layer.layers')}
        placeholder={text('layer.choose')}
        loading={models.isPending}
        options={layers.map(({ name, label }) => ({ value: name, label: pick(label), note: countOf(name) }))}
        optionRender={renderOption}
        onChange={(layers: string[]) => onChange({ ...node, layers })}
        popupMatchSelectWidth={240}
      />
    </>
  )
}

/** 「属于分群」「沉睡老客」 */
export function SegmentCondition({ node, onChange }: ConditionProps<SegmentRule>) {
  const text = useText('audience')
  const locale = useLocale()
  const { segmentId } = useRuleEditing()
  const segments = useRead(audienceRoutes.listSegments)
  const options = (segments.data?.items ?? [])
    .filter(({ id }) => id !== segmentId)
    .map(({ id, name, count }) => ({ value: id, label: name, note: count === null ? '–' : formatCount(count, locale) }))
  return (
    <>
      <span>{text('segment.in')}</span>
      <ReferenceSelect
        id={node.segmentId}
        options={options}
        isLoading={segments.isPending}
        isRead={segments.data !== undefined}
        label={text('segment.name')}
        placeholder={text('segment.choose')}
        gone={text('segment.gone')}
        popupWidth={280}
        onChange={(next) => onChange({ ...node, segmentId: next })}
      />
    </>
  )
}

/** 「有手机号」 */
export function AddressCondition({ node, onChange }: ConditionProps<HasAddressRule>) {
  const text = useText('audience')
  return (
    <NamedSelect<HasAddressRule['channel']>
      className="rule-operator"
      value={node.channel}
      label={text('kinds.hasAddress')}
      options={(['sms', 'email'] as const).map((value) => ({ value, label: text(`address.${value}`) }))}
      onChange={(channel) => onChange({ ...node, channel })}
      popupMatchSelectWidth={false}
    />
  )
}
