import { useMemo } from 'react'
import { tagRuleRoutes } from '../../../../contracts/tag-rules.ts'
import { useRead } from '../../ui/api.ts'
import { Chart } from '../../ui/chart.tsx'
import { formatCount } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { useLocale, useText } from '../../ui/text.ts'

const daysShown = 90

/** How many people had the tag day by day; nothing before there are two days. */
export function TagDays({ id }: { id: string }) {
  const text = useText('tags')
  const locale = useLocale()
  const days = useRead(tagRuleRoutes.readTagDays, { params: { id }, query: { days: daysShown } })
  const rows = useMemo(() => days.data?.items ?? [], [days.data])
  const option = useMemo(
    () => ({
      tooltip: { trigger: 'axis' },
      xAxis: { type: 'category', data: rows.map(({ day }) => day.slice(5)) },
      yAxis: { type: 'value', splitNumber: 3, minInterval: 1, axisLabel: { formatter: (value: number) => formatCount(value, locale, true) } },
      series: [
        { type: 'line', name: text('fields.coverage'), data: rows.map(({ people }) => people), showSymbol: rows.length < 15, areaStyle: { opacity: 0.12 } },
      ],
    }),
    [rows, locale, text],
  )
  const [first, last] = [rows[0], rows.at(-1)]
  if (!first || !last || rows.length < 2) return null
  return (
    <Panel title={text('daysTitle')}>
      <Chart option={option} height={180} description={text('daysChart', { from: first.people, to: last.people, days: rows.length })} />
    </Panel>
  )
}
