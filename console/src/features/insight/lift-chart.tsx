import { useMemo } from 'react'
import type { ComparisonRow } from '../../../../contracts/insight.ts'
import { Chart, useTokens } from '../../ui/chart.tsx'
import { useGo } from '../../ui/link.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useText } from '../../ui/text.ts'
import { formatPoints } from '../../ui/format.ts'

interface DrawApi {
  value: (index: number) => number
  coord: (point: [number, number]) => [number, number]
}

const rowHeight = 30
const rowsMax = 20

/** Lift of each row with its interval: whatever does not touch the line of zero has an effect. */
export function LiftChart({ rows, groupBy }: { rows: ComparisonRow[]; groupBy: 'campaign' | 'type' }) {
  const text = useText('insight')
  const tokens = useTokens()
  const go = useGo()
  const shown = useMemo(
    () =>
      rows
        .filter((row) => row.lift !== null)
        .slice(0, rowsMax)
        .toReversed(),
    [rows],
  )
  const option = useMemo(() => {
    const colour = (row: ComparisonRow) => (row.lift!.low > 0 ? tokens.good : row.lift!.high < 0 ? tokens.bad : tokens.inkFaint)
    const item = (_: unknown, draw: DrawApi) => {
      const index = draw.value(0)
      const [low, high] = [draw.coord([draw.value(1), index]), draw.coord([draw.value(2), index])]
      return {
        type: 'line',
        shape: { x1: low[0], y1: low[1], x2: high[0], y2: high[1] },
        style: { stroke: colour(shown[index]!), lineWidth: 3, lineCap: 'round' },
      }
    }
    return {
      grid: { left: 8, right: 24, top: 22, bottom: 28, containLabel: true },
      tooltip: { show: false },
      xAxis: { type: 'value', splitNumber: 4, axisLabel: { hideOverlap: true, formatter: (value: number) => formatPoints(value) } },
      yAxis: { type: 'category', data: shown.map((row) => row.name || text('comparison.noType')), axisTick: { show: false } },
      series: [
        { type: 'custom', data: shown.map((row, index) => [index, row.lift!.low, row.lift!.high]), encode: { y: 0, x: [1, 2] }, renderItem: item },
        {
          type: 'scatter',
          symbolSize: 10,
          data: shown.map((row, index) => ({ value: [row.lift!.value, index], itemStyle: { color: colour(row) } })),
          markLine: { symbol: 'none', silent: true, label: { show: false }, lineStyle: { color: tokens.lineStrong, type: 'solid' }, data: [{ xAxis: 0 }] },
          label: {
            show: true,
            position: 'top',
            color: tokens.inkSoft,
            fontSize: 11,
            formatter: ({ value }: { value: [number, number] }) => formatPoints(value[0]),
          },
        },
      ],
    }
  }, [shown, tokens, text])
  if (shown.length === 0) return null
  const by = text(groupBy === 'type' ? 'comparison.byType' : 'comparison.byCampaign')
  const open = groupBy === 'campaign' ? ({ dataIndex }: { dataIndex: number }) => go(`/campaigns/${shown[dataIndex]?.key ?? ''}`) : undefined
  return (
    <Panel title={text('comparison.lift')}>
      <Chart option={option} description={text('comparison.chart', { by })} height={54 + shown.length * rowHeight} onClick={open} />
    </Panel>
  )
}
