import type { TableColumnType } from 'antd'
import { useState } from 'react'
import type { z } from 'zod'
import { orderEvent } from '../../../../../contracts/collect.ts'
import type { FieldUser } from '../../../../../contracts/catalogue.ts'
import { layerRoutes, type LayerModel, type LayerResult } from '../../../../../contracts/layers.ts'
import { useRead } from '../../../ui/api.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { LayerDot } from '../../../ui/layer-mark.tsx'
import { Link, peoplePath } from '../../../ui/link.tsx'
import { Loaded } from '../../../ui/loading.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { ScrollTable } from '../../../ui/scroll-table.tsx'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { Count, Money, Percent, StateTag } from '../../../ui/values.tsx'
import { FindingActions } from './finding-actions.tsx'
import { SettingsDialog, type OpenedSettings } from './layer-settings.tsx'

/** The days that results are of. */
const resultDays = 90

type Result = z.infer<typeof LayerResult>

/** What is wrong with the model, what to do about it, and what the people of its layers did lately. */
export function HealthPanel({ model }: { model: LayerModel }) {
  const text = useText('layers')
  const pick = useLocaleText()
  const health = useRead(layerRoutes.readLayerHealth, { params: { id: model.id } })
  const columns = useColumns(model)
  const [opened, setOpened] = useState<OpenedSettings>()
  return (
    <>
      {opened && <SettingsDialog model={model} {...opened} onClose={() => setOpened(undefined)} />}
      <Loaded query={health}>
        {({ findings, results, usedBy }) => (
          <>
            <Panel
              title={text('health.lead')}
              extra={<span className="faint">{usedBy.length === 0 ? text('health.unusedBy') : <UsedBy users={usedBy} />}</span>}
            >
              {findings.length === 0 && <EmptyState title={text('health.fine')} why={text('health.fineWhy')} />}
              {findings.map((finding, index) => (
                <div key={index} className="layer-finding">
                  <StateTag tone={finding.severity === 'warning' ? 'warn' : 'neutral'} text={text(`health.${finding.severity}`)} /> {pick(finding.text)}
                  <p className="faint">
                    {text('health.proposal')}：{pick(finding.proposal)}
                  </p>
                  <FindingActions model={model} finding={finding} onSettings={setOpened} />
                </div>
              ))}
            </Panel>
            <Panel flush title={text('health.results')}>
              <ScrollTable<Result> label={text('health.results')} rowKey="name" dataSource={results} columns={columns} />
            </Panel>
          </>
        )}
      </Loaded>
    </>
  )
}

/** Whatever uses the model, each leading to its place. */
function UsedBy({ users }: { users: readonly FieldUser[] }) {
  const text = useText('layers')
  const places = useText('catalogue')
  return (
    <>
      {text('health.usedBy')}{' '}
      {users.map(({ kind, id, name }, index) => (
        <span key={kind + id}>
          {index > 0 && ' · '}
          {kind === 'mainLayers' ? (
            text('main')
          ) : (
            <Link to={kind === 'segment' ? `/segments/${id}` : kind === 'tag' ? `/tags/${id}` : `/layers/${id}`}>{name}</Link>
          )}
          {kind !== 'mainLayers' && ` ${places(`usage.users.${kind}`)}`}
        </span>
      ))}
    </>
  )
}

function useColumns(model: LayerModel): TableColumnType<Result>[] {
  const text = useText('layers')
  const pick = useLocaleText()
  const linked = (value: number, filters: Parameters<typeof peoplePath>[0]) =>
    value === 0 ? (
      <Count value={0} />
    ) : (
      <Link to={peoplePath({ modelId: model.id, ...filters })}>
        <Count value={value} />
      </Link>
    )
  return [
    {
      key: 'name',
      title: text('table.layer'),
      render: (_, { name }) => {
        const layer = model.layers.find((each) => each.name === name)
        return (
          <Link to={peoplePath({ modelId: model.id, layer: name })}>
            <LayerDot colour={layer?.colour ?? 'grey'}>{layer ? pick(layer.label) : name}</LayerDot>
          </Link>
        )
      },
    },
    { key: 'people', title: text('table.people'), align: 'right', render: (_, row) => linked(row.people, { layer: row.name }) },
    {
      key: 'buyers',
      title: text('health.buyers'),
      align: 'right',
      render: (_, row) => linked(row.buyers, { layer: row.name, event: orderEvent, days: resultDays }),
    },
    {
      key: 'conversion',
      title: text('health.conversion'),
      align: 'right',
      render: (_, row) => (
        <>
          <Percent value={row.conversion} digits={1} />{' '}
          <small className="faint">
            ± <Percent value={row.margin} digits={1} />
          </small>
        </>
      ),
    },
    { key: 'orders', title: text('health.orders'), align: 'right', render: (_, row) => <Count value={row.orders} /> },
    { key: 'amount', title: text('health.amount'), align: 'right', render: (_, row) => <Money fen={row.amountFen} compact /> },
    {
      key: 'each',
      title: text('health.perPerson'),
      align: 'right',
      render: (_, row) => <Money fen={row.people === 0 ? null : Math.round(row.amountFen / row.people)} />,
    },
  ]
}
