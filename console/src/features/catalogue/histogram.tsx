import { Tooltip } from 'antd'
import type { AttributeFacts } from '../../../../contracts/catalogue.ts'
import { formatCount, formatPercent } from '../../ui/format.ts'
import { useLocale, useText } from '../../ui/text.ts'

/** Bars of a distribution with the least, the middle and the greatest value below. */
export function Histogram({ facts }: { facts: AttributeFacts }) {
  const text = useText('catalogue')
  const locale = useLocale()
  const isNumber = facts.histogram.every(({ from }) => typeof from === 'number')
  const shown = (value: string | number | null): string => (isNumber && value !== null ? formatCount(Number(value), locale) : String(value ?? ''))
  const highest = Math.max(...facts.histogram.map(({ share }) => share))
  return (
    <figure className="histogram" aria-label={text('cards.spread', { least: shown(facts.minimum), middle: shown(facts.median), most: shown(facts.maximum) })}>
      <div className="histogram-bars" aria-hidden>
        {facts.histogram.map((bar, index) => (
          <Tooltip key={index} title={`${shown(bar.from)}${bar.to === bar.from ? '' : ` – ${shown(bar.to)}`}: ${formatPercent(bar.share, locale, 1)}`}>
            <i style={{ height: `${highest === 0 ? 0 : Math.max(2, (bar.share / highest) * 100)}%` }} />
          </Tooltip>
        ))}
      </div>
      <figcaption aria-hidden>
        <span>{shown(facts.minimum)}</span>
        <span>{shown(facts.median)}</span>
        <span>{shown(facts.maximum)}</span>
      </figcaption>
    </figure>
  )
}
