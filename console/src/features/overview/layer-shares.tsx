import type { Overview } from '../../../../contracts/insight.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { LayerDot, layerStyle } from '../../ui/layer-mark.tsx'
import { Link, peoplePath } from '../../ui/link.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { Count, Percent } from '../../ui/values.tsx'

interface LayerSharesProps {
  model: Overview['layerModel']
  layers: Overview['layers']
  className: string
}

/** How people spread over the layers of the main model, each bar opening its people. */
export function LayerShares({ model, layers, className }: LayerSharesProps) {
  const text = useText('overview')
  const pick = useLocaleText()
  const total = layers.reduce((sum, layer) => sum + layer.count, 0)
  const most = Math.max(1, ...layers.map((layer) => layer.count))
  return (
    <Panel className={className} title={text('layers.title', { model: model.name })} extra={<Link to={`/layers/${model.id}`}>{text('layers.all')}</Link>}>
      {total === 0 ? (
        <EmptyState title={text('layers.empty')} why={text('layers.emptyWhy')} />
      ) : (
        <ul className="layer-shares">
          {layers.map((layer) => (
            <li key={layer.name}>
              <Link to={peoplePath({ modelId: model.id, layer: layer.name })} title={pick(layer.label)}>
                <span className="layer-name">
                  <LayerDot colour={layer.colour}>{pick(layer.label)}</LayerDot>
                </span>
                <span className="share-bar" aria-hidden="true">
                  <span style={{ ...layerStyle(layer.colour), width: `${(layer.count / most) * 100}%` }} />
                </span>
                <span className="layer-count">
                  <Count value={layer.count} />
                </span>
                <span className="faint">
                  <Percent value={layer.count / total} digits={1} />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
