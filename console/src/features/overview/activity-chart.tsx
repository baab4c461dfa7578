import { Segmented } from 'antd'
import { useMemo, useState } from 'react'
import type { Overview } from '../../../../contracts/insight.ts'
import { Chart, useTokens } from '../../ui/chart.tsx'
import { formatCount, formatFen, formatInstant } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { useZone } from '../../ui/session-context.ts'
import { useLocale, useText } from '../../ui/text.ts'

type Series = Overview['series']
const views = ['activity', 'revenue', 'messages'] as const
type View = (typeof views)[number]

/** Day by day up to yesterday: who was active, what was earned, what was sent. */
export function ActivityChart({ series: days, asOf, className }: { series: Series; asOf: string; className: string }) {
  const text = useText('overview')
  const locale = useLocale()
  const tokens = useTokens()
  const zone = useZone()
  // NOTE: today is not over; drawn beside whole days it would look like a collapse.
  const today = formatInstant(asOf, zone).date
  const series = useMemo(() => days.filter((day) => day.date !== today), [days, today])
  const [view, setView] = useState<View>('activity')
  const option = useMemo(() => {
    const names = {
      active: text('chart.active'),
      newPeople: text('chart.newPeople'),
      revenue: text('chart.revenue'),
      orders: text('chart.orders'),
      sent: text('chart.sent'),
    }
    const format = view === 'revenue' ? (value: number) => formatFen(value * 100, locale, true) : (value: number) => formatCount(value, locale, true)
    return {
      legend: {},
      tooltip: { trigger: 'axis', axisPointer: { lineStyle: { color: tokens.lineStrong } } },
      xAxis: {
        type: 'category',
        data: series.map((day) => day.date),
        axisLabel: { formatter: (date: string) => date.slice(5) },
        boundaryGap: view !== 'activity',
      },
      yAxis: [
        { type: 'value', splitNumber: 4, axisLabel: { formatter: format } },
        { type: 'value', show: false, splitLine: { show: false } },
      ],
      series: lines(view, series, names, tokens.accent),
    }
  }, [view, series, locale, text, tokens])
  const first = series[0]?.date ?? ''
  const last = series.at(-1)?.date ?? ''
  const description = text('chart.description', {
    view: text(`chart.views.${view}`),
    first,
    last,
    active: formatCount(Math.max(0, ...series.map((day) => day.active)), locale),
    revenue: formatFen(
      series.reduce((sum, day) => sum + day.revenueFen, 0),
      locale,
    ),
  })
  return (
    <Panel
      className={className}
      title={text('chart.title')}
      extra={<Segmented<View> size="small" value={view} onChange={setView} options={views.map((value) => ({ value, label: text(`chart.views.${value}`) }))} />}
    >
      <Chart option={option} description={description} height={272} />
    </Panel>
  )
}

function lines(view: View, series: Series, names: Record<'active' | 'newPeople' | 'revenue' | 'orders' | 'sent', string>, accent: string): object[] {
  const area = { areaStyle: { color: accent, opacity: 0.08 } }
  if (view === 'messages') return [{ type: 'bar', name: names.sent, data: series.map((day) => day.sent), barMaxWidth: 18 }]
  if (view === 'activity') {
    return [
      { type: 'line', name: names.active, data: series.map((day) => day.active), ...area },
      { type: 'line', name: names.newPeople, data: series.map((day) => day.newPeople) },
    ]
  }
  return [
    { type: 'bar', name: names.revenue, data: series.map((day) => day.revenueFen / 100), barMaxWidth: 18 },
    { type: 'line', name: names.orders, yAxisIndex: 1, data: series.map((day) => day.orders) },
  ]
}
