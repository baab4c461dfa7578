import { Button } from 'antd'
import { useState } from 'react'
import { layerRoutes, type LayerModel } from '../../../../../contracts/layers.ts'
import type { AnswerOf } from '../../../../../contracts/client.ts'
import { useAct, useRead } from '../../../ui/api.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { useGo } from '../../../ui/link.tsx'
import { Loaded } from '../../../ui/loading.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useText } from '../../../ui/text.ts'
import { Ago } from '../../../ui/values.tsx'
import { LayerSettings } from './layer-settings.tsx'
import { LayerTable } from './layer-table.tsx'
import { RfmGrid } from './rfm-grid.tsx'
import { ScoreTable } from './score-table.tsx'
import '../audience.css'

/** Everybody in nine layers by recency, frequency and money. */
export function LayersPage() {
  const models = useRead(layerRoutes.listLayerModels)
  return <Loaded query={models}>{({ items }) => items.map((model) => <LayerModelView key={model.id} id={model.id} />)}</Loaded>
}

const whileComputingSeconds = 2

function LayerModelView({ id }: { id: string }) {
  const [isComputing, setComputing] = useState(false)
  const read = useRead(layerRoutes.readLayerModel, { params: { id }, refetchSeconds: isComputing && whileComputingSeconds })
  // While it is computed the page asks until it is done.
  if (read.data && read.data.computing !== isComputing) setComputing(read.data.computing)
  return <Loaded query={read}>{(model) => <LayerModelPage model={model} />}</Loaded>
}

function LayerModelPage({ model }: { model: AnswerOf<typeof layerRoutes.readLayerModel> }) {
  const text = useText('audience')
  const buyers = model.layers.filter(({ name }) => name !== 'noOrder').reduce((sum, { count }) => sum + count, 0)
  return (
    <>
      <PageHeader
        title={text('layers.title')}
        lead={model.definition.kind === 'rfm' && text('layers.lead', { days: model.definition.days, event: model.definition.event })}
        aside={
          model.computedAt !== null && (
            <span className="faint">
              {text('layers.computed')} <Ago at={model.computedAt} />
            </span>
          )
        }
        actions={
          <>
            {model.definition.kind === 'rfm' && <LayerSettings model={{ ...model, definition: model.definition }} />}
            {model.computedAt !== null && <Recompute model={model} />}
          </>
        }
      />
      {model.computedAt === null && <NotComputed model={model} />}
      {model.computedAt !== null && buyers === 0 && <NoOrders model={model} />}
      {buyers > 0 && (
        <>
          <div className="panel-grid">
            <Panel title={text('grid.title')} className="span-7">
              <RfmGrid model={model} buyers={buyers} />
            </Panel>
            <Panel title={text('scores.title')} className="span-5">
              <ScoreTable model={model} />
            </Panel>
          </div>
          <LayerTable model={model} />
        </>
      )}
    </>
  )
}

function Recompute({ model }: { model: LayerModel }) {
  const text = useText('audience')
  const recompute = useAct(layerRoutes.recomputeLayerModel)
  const isRunning = recompute.isPending || model.computing
  return (
    <PermissionGate permission="audience.write">
      <Button type={model.computedAt === null ? 'primary' : 'default'} loading={isRunning} onClick={() => recompute.mutate({ params: { id: model.id } })}>
        {text(isRunning ? 'layers.computing' : model.computedAt === null ? 'layers.compute' : 'layers.recompute')}
      </Button>
    </PermissionGate>
  )
}

function NotComputed({ model }: { model: LayerModel }) {
  const text = useText('audience')
  return (
    <Panel>
      <EmptyState title={text('layers.notComputed')} why={text('layers.notComputedWhy')} action={<Recompute model={model} />} />
    </Panel>
  )
}

function NoOrders({ model }: { model: LayerModel }) {
  const text = useText('audience')
  const go = useGo()
  return (
    <Panel>
      <EmptyState
        title={text('layers.noOrders')}
        why={model.definition.kind === 'rfm' && text('layers.noOrdersWhy', { days: model.definition.days, event: model.definition.event })}
        action={
          <PermissionGate permission="data.import">
            <Button type="primary" onClick={() => go('/data/imports/new')}>
              {text('layers.importOrders')}
            </Button>
          </PermissionGate>
        }
      />
    </Panel>
  )
}
