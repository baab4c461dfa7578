import type { Overview } from '../../../../contracts/insight.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Link, peoplePath } from '../../ui/link.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { Count, Percent } from '../../ui/values.tsx'

/** How people spread over the layers, each bar opening its people. */
export function LayerShares({ layers, className }: { layers: Overview['layers']; className: string }) {
  const text = useText('overview')
  const pick = useLocaleText()
  const total = layers.reduce((sum, layer) => sum + layer.count, 0)
  const most = Math.max(1, ...layers.map((layer) => layer.count))
  return (
    <Panel className={className} title={text('layers.title')} extra={<Link to="/layers">{text('layers.all')}</Link>}>
      {total === 0 ? (
        <EmptyState title={text('layers.empty')} why={text('layers.emptyWhy')} />
      ) : (
        <ul className="layer-shares">
          {layers.map((layer) => (
            <li key={layer.name}>
              <Link to={peoplePath({ modelId: layer.modelId, layer: layer.name })}>
                <span className="layer-name">{pick(layer.label)}</span>
                <span className="layer-bar" aria-hidden="true">
                  <span style={{ width: `${(layer.count / most) * 100}%` }} />
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
