import type { LayerModel } from '../../../../../contracts/layers.ts'
import { formatCount, formatPercent } from '../../../ui/format.ts'
import { Link, peoplePath } from '../../../ui/link.tsx'
import { useLocale, useLocaleText, useText } from '../../../ui/text.ts'
import { colourStyle } from './layer-colours.ts'

/** How everybody is spread over the layers; a part opens its people. */
export function DistributionBar({ model, legend = true }: { model: LayerModel; legend?: boolean }) {
  const text = useText('layers')
  const locale = useLocale()
  const pick = useLocaleText()
  const parts = model.layers.map((layer, index) => ({ layer, index })).filter(({ layer }) => layer.count > 0)
  const nameOf = ({ layer }: (typeof parts)[number]) =>
    text('distribution', { layer: pick(layer.label), count: formatCount(layer.count, locale), share: formatPercent(layer.share, locale, 1) })
  return (
    <>
      <div className="layer-bar">
        {parts.map((part) => (
          <Link
            key={part.layer.name}
            to={peoplePath({ modelId: model.id, layer: part.layer.name })}
            style={{ ...colourStyle(part.layer, part.index), flexGrow: part.layer.count }}
            title={nameOf(part)}
            aria-label={nameOf(part)}
          />
        ))}
      </div>
      {legend && (
        <ul className="layer-legend">
          {parts.map(({ layer, index }) => (
            <li key={layer.name} className="layer-dot" style={colourStyle(layer, index)}>
              {pick(layer.label)} <span className="faint number">{formatPercent(layer.share, locale, 1)}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
