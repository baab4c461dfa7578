import type { LayerModel } from '../../../../../contracts/layers.ts'
import { formatCount, formatPercent } from '../../../ui/format.ts'
import { Link, peoplePath } from '../../../ui/link.tsx'
import { useLocale, useLocaleText, useText } from '../../../ui/text.ts'
import { LayerDot, layerStyle } from '../../../ui/layer-mark.tsx'

/** How everybody is spread over the layers; a part opens its people. */
export function DistributionBar({ model, legend = true }: { model: LayerModel; legend?: boolean }) {
  const text = useText('layers')
  const locale = useLocale()
  const pick = useLocaleText()
  const parts = model.layers.filter(({ count }) => count > 0)
  const nameOf = (layer: (typeof parts)[number]) =>
    text('distribution', { layer: pick(layer.label), count: formatCount(layer.count, locale), share: formatPercent(layer.share, locale, 1) })
  return (
    <>
      <div className="layer-bar">
        {parts.map((layer) => (
          <Link
            key={layer.name}
            to={peoplePath({ modelId: model.id, layer: layer.name })}
            style={{ ...layerStyle(layer.colour), flexGrow: layer.count }}
            title={nameOf(layer)}
            aria-label={nameOf(layer)}
          />
        ))}
      </div>
      {legend && (
        <ul className="layer-legend">
          {parts.map((layer) => (
            <li key={layer.name}>
              <LayerDot colour={layer.colour}>
                {pick(layer.label)} <span className="faint number">{formatPercent(layer.share, locale, 1)}</span>
              </LayerDot>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
