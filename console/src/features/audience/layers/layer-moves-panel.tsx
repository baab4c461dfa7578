import { useCallback, useMemo, useState } from 'react'
import { layerRoutes, type LayerModel, type LayerMove } from '../../../../../contracts/layers.ts'
import type { AnswerOf } from '../../../../../contracts/client.ts'
import type { PeopleSet } from '../../../../../contracts/segments.ts'
import { useRead } from '../../../ui/api.ts'
import { Chart, useTokens } from '../../../ui/chart.tsx'
import { formatCount } from '../../../ui/format.ts'
import { Loaded } from '../../../ui/loading.tsx'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { useLocale, useLocaleText, useText } from '../../../ui/text.ts'
import { SetPeople } from '../segments/set-people.tsx'
import { layerColours } from '../../../ui/layer-mark.tsx'
import { MovesTable } from './moves-table.tsx'

/** Who went from which layer to which between two days, as a flow and as a table. */
export function LayerMovesPanel({ model }: { model: LayerModel }) {
  const text = useText('layers')
  const history = useRead(layerRoutes.readLayerHistory, { params: { id: model.id }, query: { days: 730 } })
  const kept = (history.data?.days ?? []).filter((day) => day.kept).map(({ day }) => day)
  const past = kept.slice(0, -1)
  const [chosen, setChosen] = useState<{ from?: string; to?: string }>({})
  const from = chosen.from ?? past.at(-30) ?? past[0]
  if (from === undefined) return null
  const later = past.filter((day) => day > from)
  const nowOption = { value: '', label: text('moves.now') }
  return (
    <Panel title={text('moves.flow')}>
      <div className="layer-days">
        <span>{text('moves.from')}</span>
        <NamedSelect
          label={text('moves.from')}
          value={from}
          options={past.map((day) => ({ value: day, label: day }))}
          onChange={(day) => setChosen({ from: day })}
          popupMatchSelectWidth={false}
        />
        <span>{text('moves.to')}</span>
        <NamedSelect
          label={text('moves.to')}
          value={chosen.to ?? ''}
          options={[nowOption, ...later.toReversed().map((day) => ({ value: day, label: day }))]}
          onChange={(day) => setChosen(day === '' ? { from } : { from, to: day })}
          popupMatchSelectWidth={false}
        />
      </div>
      <Moves model={model} from={from} to={chosen.to} />
    </Panel>
  )
}

function Moves({ model, from, to }: { model: LayerModel; from: string; to: string | undefined }) {
  const read = useRead(layerRoutes.readLayerMoves, { params: { id: model.id }, query: to === undefined ? { from } : { from, to } })
  return <Loaded query={read}>{(moves) => <Flow model={model} moves={moves} />}</Loaded>
}

function Flow({ model, moves }: { model: LayerModel; moves: AnswerOf<typeof layerRoutes.readLayerMoves> }) {
  const text = useText('layers')
  const pick = useLocaleText()
  const locale = useLocale()
  const tokens = useTokens()
  const [opened, setOpened] = useState<Pick<LayerMove, 'from' | 'to'>>()
  const labelOf = useCallback(
    (name: string | null, isBefore: boolean): string => {
      const layer = moves.layers.find((each) => each.name === name)
      return layer ? pick(layer.label) : text(isBefore ? 'moves.fresh' : 'moves.gone')
    },
    [moves.layers, pick, text],
  )
  const peopleOf = ({ from, to }: Pick<LayerMove, 'from' | 'to'>): PeopleSet => ({
    kind: 'layers',
    places: [
      { modelId: model.id, layer: from, day: moves.from },
      { modelId: model.id, layer: to, day: moves.to ?? undefined },
    ],
  })
  const openLink = useCallback(({ data }: { data?: unknown }) => {
    const move = (data as { move?: LayerMove } | undefined)?.move
    if (move && move.to !== null) setOpened(move)
  }, [])
  const option = useMemo(() => {
    const colourOf = (name: string | null): string => {
      const index = model.layers.findIndex((each) => each.name === name)
      const layer = model.layers[index]
      return layerColours[layer?.colour ?? 'grey']
    }
    // Before and after stand apart: the same layer is two nodes.
    const nodes = new Map<string, object>()
    const nodeOf = (name: string | null, isBefore: boolean): string => {
      const id = `${isBefore ? '0' : '1'} ${name ?? ''}`
      nodes.set(id, {
        name: id,
        label: { formatter: labelOf(name, isBefore), position: isBefore ? 'right' : 'left', color: tokens.ink, textBorderWidth: 0 },
        itemStyle: { color: colourOf(name) },
      })
      return id
    }
    const place = (name: string | null): number => (name === null ? moves.layers.length : moves.layers.findIndex((each) => each.name === name))
    for (const move of moves.moves.toSorted((a, b) => place(a.from) - place(b.from))) nodeOf(move.from, true)
    for (const move of moves.moves.toSorted((a, b) => place(a.to) - place(b.to))) nodeOf(move.to, false)
    const links = moves.moves.map((move) => ({
      source: nodeOf(move.from, true),
      target: nodeOf(move.to, false),
      value: move.count,
      move,
      words: text('moves.count', { from: labelOf(move.from, true), to: labelOf(move.to, false), count: formatCount(move.count, locale) }),
    }))
    return {
      tooltip: { formatter: ({ data }: { data: { words?: string } }) => data.words ?? '' },
      series: {
        type: 'sankey',
        left: 4,
        right: 4,
        top: 8,
        bottom: 8,
        nodeGap: 10,
        animation: false,
        layoutIterations: 0,
        draggable: false,
        data: [...nodes.values()],
        links,
        lineStyle: { color: 'source', opacity: 0.35 },
      },
    }
  }, [moves, model.layers, labelOf, text, locale, tokens])
  const moved = moves.moves.reduce((sum, move) => sum + (move.from === move.to || move.from === null || move.to === null ? 0 : move.count), 0)
  const description = text('moves.flowOf', { from: moves.from, to: moves.to ?? text('moves.now'), moved: formatCount(moved, locale) })
  return (
    <>
      <p className="faint">{description}</p>
      <Chart option={option} height={360} description={description} onClick={openLink} />
      <MovesTable label={text('moves.matrix')} from={moves.layers} to={moves.layers} moves={moves.moves} peopleOf={peopleOf} />
      {opened && (
        <SetPeople
          of={peopleOf(opened)}
          title={text('moves.people', { from: labelOf(opened.from, true), to: labelOf(opened.to, false) })}
          onClose={() => setOpened(undefined)}
        />
      )}
    </>
  )
}
