import { useMemo } from 'react'
import type { Lookalike } from '../../../../../contracts/lookalike.ts'
import { Chart, useTokens } from '../../../ui/chart.tsx'
import { formatPercent } from '../../../ui/format.ts'
import { Panel } from '../../../ui/panel.tsx'
import { useLocale, useText } from '../../../ui/text.ts'

/** Quality curves of several models in one picture, by the share of people that is taken, for workspaces and seeds differ in size. */
export function CompareLookalikes({ models }: { models: Lookalike[] }) {
  const text = useText('lookalike')
  const locale = useLocale()
  const tokens = useTokens()
  const option = useMemo(
    () => ({
      legend: { type: 'scroll' },
      grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
      tooltip: { trigger: 'axis', valueFormatter: (value: number) => `${value.toFixed(1)}×` },
      xAxis: {
        type: 'log',
        min: 'dataMin',
        max: 1,
        splitLine: { show: false },
        axisLabel: { formatter: (value: number) => formatPercent(value, locale, 1) },
        axisPointer: { label: { formatter: ({ value }: { value: number }) => formatPercent(value, locale, 1) } },
      },
      yAxis: { type: 'value', min: 0, axisLabel: { formatter: (value: number) => `${value}×` } },
      series: models.map(({ id, name, result }, index) => ({
        id,
        name,
        type: 'line',
        color: tokens.series[index % tokens.series.length],
        data: (result?.curve ?? []).map(({ share, lift }) => [share, lift]),
      })),
    }),
    [models, locale, tokens],
  )
  return (
    <Panel title={text('compare.title', { count: models.length })}>
      <Chart option={option} height={260} description={text('compare.chart', { count: models.length })} />
    </Panel>
  )
}
