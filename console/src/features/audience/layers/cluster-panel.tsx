import { Button } from 'antd'
import { useState } from 'react'
import { type LayerDefinition, type LayerMeasure } from '../../../../../contracts/layer-definitions.ts'
import { layerRoutes } from '../../../../../contracts/layers.ts'
import { anyEvent, type Filter } from '../../../../../contracts/rule.ts'
import { useAct } from '../../../ui/api.ts'
import { formatCount, formatPercent } from '../../../ui/format.ts'
import { Panel } from '../../../ui/panel.tsx'
import { useLocale, useLocaleText, useText } from '../../../ui/text.ts'
import { DefinitionProblems } from './definition-problems.tsx'
import { MeasureFields } from './measure-fields.tsx'

const order = { from: 'events', event: 'Order Completed', of: 'amount', days: 365, filters: [] as Filter[] } as const
const usual: LayerMeasure[] = [
  { ...order, measure: 'times' },
  { ...order, measure: 'sum' },
  { ...order, measure: 'recency', days: null },
  { ...order, event: anyEvent, measure: 'days', days: 90 },
]
const [featuresMin, featuresMax] = [2, 8]

/** Lets the data fall into groups by some features, says what each is like, and makes them a model. */
export function ClusterPanel({ onAdopt }: { onAdopt: (draft: { name: string; definition: LayerDefinition }) => void }) {
  const text = useText('layers')
  const [features, setFeatures] = useState(usual)
  const find = useAct(layerRoutes.suggestLayerClusters, { readOnly: true, showsErrorItself: true })
  return (
    <Panel title={text('clusters.title')}>
      <p className="faint">{text('clusters.lead')}</p>
      {features.map((feature, index) => (
        <div key={index} className="layer-part">
          <MeasureFields
            measure={feature}
            onRemove={features.length > featuresMin ? () => setFeatures(features.filter((_, at) => at !== index)) : undefined}
            onChange={(changed) => setFeatures(features.map((each, at) => (at === index ? changed : each)))}
          />
        </div>
      ))}
      <p>
        {features.length < featuresMax && (
          <Button onClick={() => setFeatures([...features, { ...order, measure: 'average' }])}>{text('definition.addPart')}</Button>
        )}{' '}
        <Button type="primary" loading={find.isPending} onClick={() => find.mutate({ body: { features } })}>
          {text(find.isPending ? 'clusters.finding' : 'clusters.find')}
        </Button>
      </p>
      <DefinitionProblems error={find.error} />
      {find.data && <Clusters found={find.data} onAdopt={onAdopt} />}
    </Panel>
  )
}

interface ClustersProps {
  found: NonNullable<ReturnType<typeof useAct<typeof layerRoutes.suggestLayerClusters>>['data']>
  onAdopt: (draft: { name: string; definition: LayerDefinition }) => void
}

function Clusters({ found, onAdopt }: ClustersProps) {
  const text = useText('layers')
  const pick = useLocaleText()
  const locale = useLocale()
  const { definition } = found
  return (
    <div aria-live="polite">
      <p className="faint">{text('clusters.sampled', { count: formatCount(found.sampled, locale), silhouette: found.silhouette.toFixed(2) })}</p>
      <div className="layer-cards">
        {found.clusters.map((cluster) => (
          <div key={cluster.name} className="layer-part">
            <div className="layer-card-head">
              <h3>{pick(cluster.label)}</h3>
              <span className="faint">{text('clusters.share', { share: formatPercent(cluster.share, locale, 1) })}</span>
            </div>
            <p>{pick(cluster.sentence)}</p>
          </div>
        ))}
      </div>
      {definition ? (
        <p>
          <Button onClick={() => onAdopt({ name: text('clusters.title'), definition })}>{text('clusters.adopt')}</Button>{' '}
          <span className="faint">{text('clusters.agreement', { share: formatPercent(found.agreement, locale, 1) })}</span>
        </p>
      ) : (
        <p className="faint">{text('clusters.none')}</p>
      )}
    </div>
  )
}
