import type { Source, SourceHour } from '../../../../../contracts/collect.ts'
import { formatCount, formatInstant, formatList } from '../../../ui/format.ts'
import { useNow } from '../../../ui/now.ts'
import { useZone } from '../../../ui/session-context.ts'
import { StatNumber, StatRow } from '../../../ui/stat-number.tsx'
import { useLocale, useText } from '../../../ui/text.ts'
import { Count } from '../../../ui/values.tsx'
import { Bars, type Bar } from './bars.tsx'

const hourMs = 3_600_000
const hoursShown = 24
const fates = ['accepted', 'duplicates', 'blocked', 'quarantined', 'refused'] as const

/** What became of a source's messages, hour by hour. */
export function SourceHours({ source, size }: { source: Source; size: 'small' | 'large' }) {
  const text = useText('data')
  const locale = useLocale()
  const zone = useZone()
  const now = useNow()
  const currentMs = Math.floor(now.getTime() / hourMs) * hourMs
  const byHour = new Map(source.hours.map((hour) => [Date.parse(hour.hour), hour]))
  const bars = Array.from({ length: hoursShown }, (_, index): Bar => {
    const startMs = currentMs - (hoursShown - 1 - index) * hourMs
    const hour = byHour.get(startMs)
    const words = fates.filter((fate) => (hour?.[fate] ?? 0) > 0).map((fate) => `${text(`sources.hour.${fate}`)} ${formatCount(hour?.[fate] ?? 0, locale)}`)
    return {
      key: String(startMs),
      good: hour?.accepted ?? 0,
      warn: (hour?.quarantined ?? 0) + (hour?.refused ?? 0),
      title: `${formatInstant(new Date(startMs), zone).minute} · ${words.length > 0 ? words.join(' · ') : '0'}`,
    }
  })
  const total = (fate: (typeof fates)[number]): number => source.hours.reduce((sum, hour) => sum + hour[fate], 0)
  const description = formatList(
    fates.map((fate) => `${text(`sources.hour.${fate}`)} ${formatCount(total(fate), locale)}`),
    locale,
  )
  if (source.hours.length === 0) return <span className="faint">{size === 'small' ? '–' : text('sources.hoursEmpty')}</span>
  return <Bars bars={bars} description={`${text('sources.hoursTitle')} · ${description}`} size={size} />
}

/** The same in numbers. */
export function SourceTotals({ hours }: { hours: readonly SourceHour[] }) {
  const text = useText('data')
  return (
    <StatRow>
      {fates.map((fate) => (
        <StatNumber
          key={fate}
          label={text(`sources.hour.${fate}`)}
          value={<Count value={hours.reduce((sum, hour) => sum + hour[fate], 0)} />}
          note={text(`sources.hourNote.${fate}`)}
        />
      ))}
    </StatRow>
  )
}
