import { Button, type TableColumnType } from 'antd'
import { audienceRoutes } from '../../../../../contracts/audience.ts'
import { type LayerModel } from '../../../../../contracts/layers.ts'
import { useAct, useRead } from '../../../ui/api.ts'
import { Link, peoplePath, useGo } from '../../../ui/link.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { ScrollTable } from '../../../ui/scroll-table.tsx'
import { useMay } from '../../../ui/session-context.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { Count, Money, Percent } from '../../../ui/values.tsx'
import { freeName } from './free-name.ts'

type Layer = LayerModel['layers'][number]

/** The nine layers with their people, orders and money. */
export function LayerTable({ model }: { model: LayerModel }) {
  const text = useText('audience')
  return (
    <Panel flush title={text('layers.classes')}>
      <ScrollTable<Layer> label={text('layers.classes')} rowKey="name" dataSource={model.layers} columns={useColumns(model)} />
    </Panel>
  )
}

function useColumns(model: LayerModel): TableColumnType<Layer>[] {
  const text = useText('audience')
  const pick = useLocaleText()
  const mayWrite = useMay()('audience.write')
  const most = Math.max(...model.layers.map(({ share }) => share), 0.0001)
  const people = (layer: Layer) => peoplePath({ modelId: model.id, layer: layer.name })
  const columns: TableColumnType<Layer>[] = [
    {
      key: 'name',
      title: text('layers.layer'),
      render: (_, layer) => (
        <div className="layer-cell">
          <Link to={people(layer)}>{pick(layer.label)}</Link>
          <small>{text(`layers.meaning.${layer.name as 'noOrder'}`)}</small>
        </div>
      ),
    },
    {
      key: 'count',
      title: text('layers.people'),
      align: 'right',
      render: (_, layer) => (
        <Link to={people(layer)} title={text('count.open')}>
          <Count value={layer.count} />
        </Link>
      ),
    },
    {
      key: 'share',
      title: text('layers.share'),
      render: (_, layer) => (
        <span className="layer-share">
          <span aria-hidden="true">
            <span style={{ width: `${(layer.share / most) * 100}%` }} />
          </span>
          <Percent value={layer.share} digits={1} />
        </span>
      ),
    },
    { key: 'orders', title: text('layers.orders'), align: 'right', render: (_, layer) => <Count value={layer.orders} /> },
    { key: 'amount', title: text('layers.amount'), align: 'right', render: (_, layer) => <Money fen={layer.amountFen} compact /> },
    {
      key: 'recency',
      title: text('layers.recency'),
      align: 'right',
      render: (_, layer) =>
        layer.averageRecencyDays === null ? <span className="faint">–</span> : text('layers.daysAgo', { days: Math.round(layer.averageRecencyDays) }),
    },
  ]
  return mayWrite ? [...columns, { key: 'actions', title: text('list.actions'), render: (_, layer) => <CreateSegment model={model} layer={layer} /> }] : columns
}

/** Makes a segment of the layer, which follows it as people move. */
function CreateSegment({ model, layer }: { model: LayerModel; layer: Layer }) {
  const text = useText('audience')
  const pick = useLocaleText()
  const go = useGo()
  const segments = useRead(audienceRoutes.listSegments)
  const create = useAct(audienceRoutes.createSegment, { onDone: (made) => go(`/segments/${made.id}`) })
  const begin = (): void => {
    const name = freeName(`${model.name} ${pick(layer.label)}`, segments.data?.items.map((segment) => segment.name) ?? [])
    create.mutate({ body: { name, rule: { kind: 'all', rules: [{ kind: 'layer', modelId: model.id, layers: [layer.name] }] } } })
  }
  return (
    <Button
      size="small"
      type="link"
      loading={create.isPending}
      disabled={segments.isPending}
      aria-label={text('layers.createSegmentOf', { layer: pick(layer.label) })}
      onClick={begin}
    >
      {text('layers.createSegment')}
    </Button>
  )
}
