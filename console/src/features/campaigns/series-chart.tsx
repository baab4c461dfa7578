import { useMemo } from 'react'
import type { CampaignReport } from '../../../../contracts/campaigns.ts'
import { Chart } from '../../ui/chart.tsx'
import { formatCount, formatInstant } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { useZone } from '../../ui/session-context.ts'
import { useLocale, useText } from '../../ui/text.ts'

/** Sent, delivered, replies and conversions over time. */
export function SeriesChart({ report, className }: { report: CampaignReport; className: string }) {
  const text = useText('campaigns')
  const zone = useZone()
  const locale = useLocale()
  const { series, seriesStep } = report
  const option = useMemo(() => {
    // A line of one point is none.
    const isShort = series.length < 3
    return {
      legend: {},
      tooltip: { trigger: 'axis' },
      xAxis: {
        type: 'category',
        data: series.map(({ at }) => {
          const shown = formatInstant(at, zone)
          return seriesStep === 'day' ? shown.date.slice(5) : shown.minute.slice(5)
        }),
      },
      yAxis: [
        { type: 'value', splitNumber: 4, axisLabel: { formatter: (value: number) => formatCount(value, locale, true) } },
        { type: 'value', splitNumber: 4, splitLine: { show: false }, minInterval: 1 },
      ],
      series: [
        { type: 'bar', name: text('report.sent'), data: series.map((row) => row.sent), barMaxWidth: 22 },
        { type: 'bar', name: text('report.delivered'), data: series.map((row) => row.delivered), barMaxWidth: 22 },
        { type: 'line', name: text('report.converted'), yAxisIndex: 1, data: series.map((row) => row.conversions), showSymbol: isShort },
        { type: 'line', name: text('report.replied'), yAxisIndex: 1, data: series.map((row) => row.replied), showSymbol: isShort },
      ],
    }
  }, [series, seriesStep, zone, locale, text])
  if (series.length === 0) return null
  return (
    <Panel className={className} title={text('report.series')}>
      <Chart option={option} description={text('report.seriesChart')} height={240} />
    </Panel>
  )
}
