import { useMemo } from 'react'
import { layerRoutes, type LayerModel } from '../../../../../contracts/layers.ts'
import { useRead } from '../../../ui/api.ts'
import { Chart } from '../../../ui/chart.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Loaded } from '../../../ui/loading.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { useLocaleText, useText } from '../../../ui/text.ts'
import type { AnswerOf } from '../../../../../contracts/client.ts'
import { layerColour } from './layer-colours.ts'

/** How many people each layer had, day by day. */
export function LayerTrend({ model }: { model: LayerModel }) {
  const text = useText('layers')
  const history = useRead(layerRoutes.readLayerHistory, { params: { id: model.id }, query: { days: 180 } })
  return (
    <Panel title={text('moves.trend')}>
      <Loaded query={history}>
        {(read) => (read.days.length < 2 ? <EmptyState title={text('moves.none')} why={text('moves.noneWhy')} /> : <TrendChart model={model} history={read} />)}
      </Loaded>
    </Panel>
  )
}

function TrendChart({ model, history }: { model: LayerModel; history: AnswerOf<typeof layerRoutes.readLayerHistory> }) {
  const text = useText('layers')
  const pick = useLocaleText()
  const option = useMemo(
    () => ({
      legend: { type: 'scroll' },
      tooltip: { trigger: 'axis' },
      xAxis: { type: 'category', boundaryGap: false, data: history.days.map(({ day }) => day), axisLabel: { formatter: (day: string) => day.slice(5) } },
      yAxis: { type: 'value', splitNumber: 4 },
      series: history.layers.map(({ name, label }, index) => {
        const layer = model.layers.find((each) => each.name === name)
        const colour = layer ? layerColour(layer, index) : '#8d979c'
        return {
          name: pick(label),
          type: 'line',
          stack: 'all',
          areaStyle: { opacity: 0.75 },
          lineStyle: { width: 0.5 },
          color: colour,
          data: history.days.map(({ counts }) => counts[name] ?? 0),
        }
      }),
    }),
    [history, model.layers, pick],
  )
  return <Chart option={option} height={280} description={text('moves.trendOf', { first: history.days[0]?.day ?? '', last: history.days.at(-1)?.day ?? '' })} />
}
