import { Tooltip } from 'antd'
import type { AttributeFacts } from '../../../../contracts/catalogue.ts'
import { formatPercent } from '../../ui/format.ts'
import { useLocale, useText } from '../../ui/text.ts'

/** Bars of a distribution with the least, the middle and the greatest value below. */
export function Histogram({ facts }: { facts: AttributeFacts }) {
  const text = useText('catalogue')
  const locale = useLocale()
  const highest = Math.max(...facts.histogram.map(({ share }) => share))
  return (
    <figure className="histogram" aria-label={text('cards.spread', { least: facts.minimum ?? '', middle: facts.median ?? '', most: facts.maximum ?? '' })}>
      <div className="histogram-bars" aria-hidden>
        {facts.histogram.map((bar, index) => (
          <Tooltip key={index} title={`${bar.from}${bar.to === bar.from ? '' : ` – ${bar.to}`}: ${formatPercent(bar.share, locale, 1)}`}>
            <i style={{ height: `${highest === 0 ? 0 : Math.max(2, (bar.share / highest) * 100)}%` }} />
          </Tooltip>
        ))}
      </div>
      <figcaption aria-hidden>
        <span>{facts.minimum}</span>
        <span>{facts.median}</span>
        <span>{facts.maximum}</span>
      </figcaption>
    </figure>
  )
}
