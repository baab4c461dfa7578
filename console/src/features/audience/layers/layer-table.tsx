import { Button, type TableColumnType } from 'antd'
import { useState } from 'react'
import { audienceRoutes } from '../../../../../contracts/audience.ts'
import { layerRoutes, type Layer, type LayerModel } from '../../../../../contracts/layers.ts'
import type { Rule } from '../../../../../contracts/rule.ts'
import { useAct, useRead } from '../../../ui/api.ts'
import { layerStyle } from '../../../ui/layer-mark.tsx'
import { Link, peoplePath, useGo } from '../../../ui/link.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { ScrollTable } from '../../../ui/scroll-table.tsx'
import { useMay } from '../../../ui/session-context.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { Count, Money, Percent } from '../../../ui/values.tsx'
import { SetPeople } from '../segments/set-people.tsx'
import { freeName } from './free-name.ts'

/** The layers with their people, and what the model knows of their orders. */
export function LayerTable({ model }: { model: LayerModel }) {
  const text = useText('layers')
  return (
    <Panel flush title={text('tabs.layers')}>
      <ScrollTable<Layer> label={text('tabs.layers')} rowKey="name" dataSource={model.layers} columns={useColumns(model)} />
    </Panel>
  )
}

function useColumns(model: LayerModel): TableColumnType<Layer>[] {
  const text = useText('layers')
  const mayWrite = useMay()('audience.write')
  const most = Math.max(...model.layers.map(({ share }) => share), 0.0001)
  const people = (layer: Layer) => peoplePath({ modelId: model.id, layer: layer.name })
  const columns: TableColumnType<Layer>[] = [
    { key: 'name', title: text('table.layer'), render: (_, layer) => <LayerName model={model} layer={layer} to={people(layer)} /> },
    {
      key: 'count',
      title: text('table.people'),
      align: 'right',
      render: (_, layer) => (
        <Link to={people(layer)}>
          <Count value={layer.count} />
        </Link>
      ),
    },
    {
      key: 'share',
      title: text('table.share'),
      render: (_, layer) => (
        <span className="layer-share">
          <span aria-hidden="true">
            <span style={{ width: `${(layer.share / most) * 100}%` }} />
          </span>
          <Percent value={layer.share} digits={1} />
        </span>
      ),
    },
    ...useNumbers(model),
  ]
  return mayWrite
    ? [...columns, { key: 'actions', title: text('table.actions'), render: (_, layer) => <CreateSegment model={model} layer={layer} /> }]
    : columns
}

function useNumbers(model: LayerModel): TableColumnType<Layer>[] {
  const text = useText('layers')
  if (model.kind === 'rules') return []
  if (model.kind !== 'rfm' && model.kind !== 'lifecycle') {
    return [{ key: 'value', title: text('table.value'), align: 'right', render: (_, layer) => <Count value={layer.averageValue} /> }]
  }
  return [
    { key: 'orders', title: text('table.orders'), align: 'right', render: (_, layer) => <Count value={layer.orders} /> },
    { key: 'amount', title: text('table.amount'), align: 'right', render: (_, layer) => <Money fen={layer.amountFen} compact /> },
    {
      key: 'recency',
      title: text('table.recency'),
      align: 'right',
      render: (_, layer) =>
        layer.averageRecencyDays === null ? <span className="faint">–</span> : text('table.daysAgo', { days: Math.round(layer.averageRecencyDays) }),
    },
  ]
}

function LayerName({ model, layer, to }: { model: LayerModel; layer: Layer; to: string }) {
  const audience = useText('audience')
  const pick = useLocaleText()
  const meaning = layer.meaning ? pick(layer.meaning) : model.kind === 'rfm' ? audience(`layers.meaning.${layer.name as 'noOrder'}`) : ''
  return (
    <div className="layer-cell">
      <Link to={to} className="layer-dot" style={layerStyle(layer.colour)}>
        {pick(layer.label)}
      </Link>
      {meaning !== '' && <small>{meaning}</small>}
      {layer.play.splitBy !== null && <SubLayers model={model} layer={layer} />}
    </div>
  )
}

/** How the people of a layer are spread over the layers of the model that splits it. */
function SubLayers({ model, layer }: { model: LayerModel; layer: Layer }) {
  const text = useText('layers')
  const pick = useLocaleText()
  const [opened, setOpened] = useState<{ name: string; label: string }>()
  const read = useRead(layerRoutes.readSubLayers, { params: { id: model.id } })
  const split = read.data?.items.find((item) => item.layer === layer.name)
  if (!split) return null
  return (
    <small>
      {text('table.subLayers', { model: split.modelName })}：
      {split.subLayers
        .filter(({ count }) => count > 0)
        .map(({ name, label, count }, index) => (
          <span key={name}>
            {index > 0 && ' · '}
            {pick(label)}{' '}
            <button
              type="button"
              className="number-button"
              aria-label={`${pick(layer.label)} · ${pick(label)} ${count}`}
              onClick={() => setOpened({ name, label: pick(label) })}
            >
              <Count value={count} />
            </button>
          </span>
        ))}
      {opened && (
        <SetPeople
          of={{
            kind: 'layers',
            places: [
              { modelId: model.id, layer: layer.name },
              { modelId: split.modelId, layer: opened.name },
            ],
          }}
          title={`${pick(layer.label)} · ${opened.label}`}
          onClose={() => setOpened(undefined)}
        />
      )}
    </small>
  )
}

/** Makes a segment of the layer, which follows it as people move. */
function CreateSegment({ model, layer }: { model: LayerModel; layer: Layer }) {
  const text = useText('layers')
  const pick = useLocaleText()
  const go = useGo()
  const segments = useRead(audienceRoutes.listSegments)
  const create = useAct(audienceRoutes.createSegment, { onDone: (made) => go(`/segments/${made.id}`) })
  const begin = (): void => {
    const name = freeName(`${model.name} ${pick(layer.label)}`, segments.data?.items.map((segment) => segment.name) ?? [])
    const rule: Rule = { kind: 'all', rules: [{ kind: 'layer', modelId: model.id, layers: [layer.name] }] }
    create.mutate({ body: { name, rule } })
  }
  return (
    <Button
      size="small"
      type="link"
      loading={create.isPending}
      disabled={segments.isPending}
      aria-label={text('table.createSegmentOf', { layer: pick(layer.label) })}
      onClick={begin}
    >
      {text('table.createSegment')}
    </Button>
  )
}
