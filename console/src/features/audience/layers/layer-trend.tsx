import { useCallback, useMemo, useState } from 'react'
import type { AnswerOf } from '../../../../../contracts/client.ts'
import { layerRoutes, type LayerModel } from '../../../../../contracts/layers.ts'
import { useRead } from '../../../ui/api.ts'
import { Chart } from '../../../ui/chart.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { formatCount } from '../../../ui/format.ts'
import { Loaded } from '../../../ui/loading.tsx'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { useLocale, useLocaleText, useText } from '../../../ui/text.ts'
import { Count } from '../../../ui/values.tsx'
import { SetPeople } from '../segments/set-people.tsx'
import { layerColours, LayerDot } from '../../../ui/layer-mark.tsx'

type History = AnswerOf<typeof layerRoutes.readLayerHistory>

/** How many people each layer had, day by day. */
export function LayerTrend({ model }: { model: LayerModel }) {
  const text = useText('layers')
  const history = useRead(layerRoutes.readLayerHistory, { params: { id: model.id }, query: { days: 180 } })
  return (
    <Panel title={text('moves.trend')}>
      <Loaded query={history}>
        {(read) => (read.days.length < 2 ? <EmptyState title={text('moves.none')} why={text('moves.noneWhy')} /> : <Trend model={model} history={read} />)}
      </Loaded>
    </Panel>
  )
}

/** The picture, and the numbers of one day; either opens the people. */
function Trend({ model, history }: { model: LayerModel; history: History }) {
  const text = useText('layers')
  const pick = useLocaleText()
  const [opened, setOpened] = useState<{ day: string; layer: string }>()
  const labelOf = (name: string): string => {
    const layer = history.layers.find((each) => each.name === name)
    return layer ? pick(layer.label) : name
  }
  return (
    <>
      <TrendChart model={model} history={history} onOpen={setOpened} />
      <DayNumbers model={model} history={history} onOpen={setOpened} />
      {opened && (
        <SetPeople
          of={{ kind: 'layers', places: [{ modelId: model.id, layer: opened.layer, day: opened.day }] }}
          title={text('moves.dayPeople', { day: opened.day, layer: labelOf(opened.layer) })}
          onClose={() => setOpened(undefined)}
        />
      )}
    </>
  )
}

interface TrendProps {
  model: LayerModel
  history: History
  onOpen: (opened: { day: string; layer: string }) => void
}

function TrendChart({ model, history, onOpen }: TrendProps) {
  const text = useText('layers')
  const pick = useLocaleText()
  const option = useMemo(
    () => ({
      legend: { type: 'scroll' },
      tooltip: { trigger: 'axis' },
      xAxis: { type: 'category', boundaryGap: false, data: history.days.map(({ day }) => day), axisLabel: { formatter: (day: string) => day.slice(5) } },
      yAxis: { type: 'value', splitNumber: 4 },
      series: history.layers.map(({ name, label }) => {
        const layer = model.layers.find((each) => each.name === name)
        const colour = layerColours[layer?.colour ?? 'grey']
        return {
          id: name,
          name: pick(label),
          type: 'line',
          stack: 'all',
          symbol: 'circle',
          symbolSize: 7,
          showSymbol: history.days.length <= 31,
          areaStyle: { opacity: 0.75 },
          lineStyle: { width: 0.5 },
          color: colour,
          data: history.days.map(({ day, counts, kept }) => ({ value: counts[name] ?? 0, point: kept ? { day, layer: name } : undefined })),
        }
      }),
    }),
    [history, model.layers, pick],
  )
  const openPoint = useCallback(
    ({ data }: { data?: unknown }) => {
      const point = (data as { point?: { day: string; layer: string } } | undefined)?.point
      if (point) onOpen(point)
    },
    [onOpen],
  )
  const description = text('moves.trendOf', { first: history.days[0]?.day ?? '', last: history.days.at(-1)?.day ?? '' })
  return <Chart option={option} height={280} description={description} onClick={openPoint} />
}

/** What the picture says of one day, for the keyboard and for whoever wants to see the people. */
function DayNumbers({ model, history, onOpen }: TrendProps) {
  const text = useText('layers')
  const pick = useLocaleText()
  const locale = useLocale()
  const kept = history.days.filter((day) => day.kept)
  const [chosen, setChosen] = useState<string>()
  const shown = kept.find(({ day }) => day === chosen) ?? kept.at(-1)
  if (!shown) return null
  const layers = history.layers.flatMap((layer) => {
    const count = shown.counts[layer.name] ?? 0
    return count === 0 ? [] : [{ ...layer, count }]
  })
  return (
    <>
      <div className="layer-days">
        <NamedSelect
          label={text('moves.dayNumbers')}
          value={shown.day}
          options={kept.toReversed().map(({ day }) => ({ value: day, label: day }))}
          onChange={setChosen}
          popupMatchSelectWidth={false}
        />
        <span className="faint">{text('moves.dayHelp')}</span>
      </div>
      <ul className="layer-legend">
        {layers.map(({ name, label, count }) => {
          const layer = model.layers.find((each) => each.name === name)
          return (
            <li key={name}>
              <LayerDot colour={layer?.colour ?? 'grey'}>{pick(label)}</LayerDot>{' '}
              <button
                type="button"
                className="number-button"
                aria-label={`${text('moves.dayPeople', { day: shown.day, layer: pick(label) })} ${formatCount(count, locale)}`}
                onClick={() => onOpen({ day: shown.day, layer: name })}
              >
                <Count value={count} />
              </button>
            </li>
          )
        })}
      </ul>
    </>
  )
}
