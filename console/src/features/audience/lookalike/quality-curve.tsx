import { useMemo } from 'react'
import type { LookalikePoint } from '../../../../../contracts/lookalike.ts'
import { Chart, useTokens } from '../../../ui/chart.tsx'
import { formatCount, formatPercent } from '../../../ui/format.ts'
import { useLocale, useText } from '../../../ui/text.ts'

/** Lift with its interval, and reach, by how many are taken; a line stands where the slider is. */
export function QualityCurve({ curve, size }: { curve: LookalikePoint[]; size: number }) {
  const text = useText('lookalike')
  const locale = useLocale()
  const tokens = useTokens()
  const option = useMemo(() => {
    const band = { type: 'line', stack: 'interval', lineStyle: { opacity: 0 }, tooltip: { show: false }, silent: true, color: tokens.accent }
    const mark = { symbol: 'none', silent: true, animation: false }
    return {
      animation: false,
      legend: { data: [text('curve.lift'), text('curve.recall')] },
      grid: { left: 8, right: 8, top: 40, bottom: 8, containLabel: true },
      tooltip: {
        trigger: 'axis',
        formatter: (items: { dataIndex: number }[]) => {
          const point = curve[items[0]?.dataIndex ?? 0]!
          const interval = `${point.liftLow.toFixed(1)}–${point.liftHigh.toFixed(1)}`
          return `${text('curve.size')} ${formatCount(point.size, locale)} (${formatPercent(point.share, locale, 1)})<br>${text('curve.lift')} ${point.lift.toFixed(1)}× (${interval})<br>${text('curve.recall')} ${formatPercent(point.recall, locale, 0)}`
        },
      },
      xAxis: {
        type: 'log',
        min: curve[0]!.size,
        max: curve.at(-1)!.size,
        splitLine: { show: false },
        axisLabel: { hideOverlap: true, formatter: (value: number) => formatCount(Math.round(value), locale, true) },
      },
      yAxis: [
        { type: 'value', min: 0, axisLabel: { formatter: (value: number) => `${value}×` } },
        { type: 'value', min: 0, max: 1, splitLine: { show: false }, axisLabel: { formatter: (value: number) => formatPercent(value, locale, 0) } },
      ],
      series: [
        { ...band, name: 'low', data: curve.map((point) => [point.size, point.liftLow]) },
        { ...band, name: text('curve.interval'), areaStyle: { opacity: 0.14 }, data: curve.map((point) => [point.size, point.liftHigh - point.liftLow]) },
        {
          name: text('curve.lift'),
          type: 'line',
          color: tokens.accent,
          data: curve.map((point) => [point.size, point.lift]),
          markLine: {
            ...mark,
            label: { show: false },
            data: [
              { xAxis: size, lineStyle: { color: tokens.ink, type: 'solid', width: 1.5 } },
              { yAxis: 1, lineStyle: { color: tokens.inkFaint, type: 'dashed' } },
            ],
          },
        },
        { name: text('curve.recall'), type: 'line', yAxisIndex: 1, color: tokens.series[1], data: curve.map((point) => [point.size, point.recall]) },
      ],
    }
  }, [curve, size, locale, text, tokens])
  const [first, last] = [curve[0]!, curve.at(-1)!]
  const description = text('curve.chart', { from: formatCount(first.size, locale), to: formatCount(last.size, locale), first: first.lift.toFixed(1) })
  return <Chart option={option} height={280} description={description} />
}
