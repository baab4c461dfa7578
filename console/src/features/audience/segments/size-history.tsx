import { Segmented } from 'antd'
import { useMemo, useState } from 'react'
import type { Segment } from '../../../../../contracts/audience.ts'
import { segmentRoutes } from '../../../../../contracts/segments.ts'
import { useRead } from '../../../ui/api.ts'
import { Chart, useTokens } from '../../../ui/chart.tsx'
import { formatCount, formatInstant } from '../../../ui/format.ts'
import { Loaded } from '../../../ui/loading.tsx'
import { useNow } from '../../../ui/now.ts'
import { Panel } from '../../../ui/panel.tsx'
import { useZone } from '../../../ui/session-context.ts'
import { useLocale, useText } from '../../../ui/text.ts'

const spans = [7, 30, 90, 365]
const dayMs = 86_400_000
const minuteMs = 60_000

/** How large the segment was, and how many came and went, over the last days. */
export function SizeHistory({ segment }: { segment: Segment }) {
  const text = useText('segments')
  const [days, setDays] = useState(30)
  const now = Math.ceil(useNow().getTime() / minuteMs) * minuteMs
  const query = { from: new Date(now - days * dayMs).toISOString(), to: new Date(now).toISOString() }
  const history = useRead(segmentRoutes.readSegmentHistory, { params: { id: segment.id }, query, keepPrevious: true })
  const choice = (
    <Segmented size="small" value={days} options={spans.map((value) => ({ value, label: text('history.days', { days: value }) }))} onChange={setDays} />
  )
  return (
    <Panel title={text('history.title')} extra={choice}>
      <Loaded query={history}>
        {({ points }) => <Line points={[...points, { at: query.to, count: segment.count ?? 0, entered: 0, left: 0 }]} days={days} />}
      </Loaded>
    </Panel>
  )
}

interface Point {
  at: string
  count: number
  entered: number
  left: number
}

function Line({ points, days }: { points: Point[]; days: number }) {
  const text = useText('segments')
  const locale = useLocale()
  const zone = useZone()
  const tokens = useTokens()
  const option = useMemo(() => {
    const series = (name: string, values: [string, number][], colour: string) => ({
      type: 'bar',
      name,
      data: values,
      yAxisIndex: 1,
      barMaxWidth: 8,
      itemStyle: { color: colour },
    })
    return {
      grid: { left: 4, right: 8, top: 34, bottom: 2, containLabel: true },
      legend: {},
      tooltip: { trigger: 'axis' },
      xAxis: { type: 'time', axisLabel: { hideOverlap: true, formatter: (at: number) => formatInstant(new Date(at).toISOString(), zone).date.slice(5) } },
      yAxis: [
        { type: 'value', minInterval: 1, scale: true },
        { type: 'value', minInterval: 1, splitLine: { show: false } },
      ],
      series: [
        { type: 'line', name: text('history.count'), step: 'end', data: points.map((point) => [point.at, point.count]) },
        series(
          text('history.entered'),
          points.map((point) => [point.at, point.entered]),
          tokens.good,
        ),
        series(
          text('history.left'),
          points.map((point) => [point.at, -point.left]),
          tokens.bad,
        ),
      ],
    }
  }, [points, text, tokens, zone])
  const size = (point: Point | undefined) => formatCount(point?.count ?? 0, locale)
  return <Chart option={option} description={text('history.chart', { days, from: size(points[0]), to: size(points.at(-1)) })} height={240} />
}
