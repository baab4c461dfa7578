import { Button, Tabs } from 'antd'
import { useState, type ReactNode } from 'react'
import { useParams } from 'react-router'
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
import { useUrlState } from '../../../ui/url-state.ts'
import { DistributionBar } from './distribution-bar.tsx'
import { HealthPanel } from './health-panel.tsx'
import { LayerMovesPanel } from './layer-moves-panel.tsx'
import { LayerSettings } from './layer-settings.tsx'
import { LayerTable } from './layer-table.tsx'
import { LayerTrend } from './layer-trend.tsx'
import { MainMark, MakeMain } from './main-model.tsx'
import { ModelFreshness, ModelTrouble } from './model-freshness.tsx'
import { Playbook } from './playbook.tsx'
import { RfmGrid } from './rfm-grid.tsx'
import { ScoreTable } from './score-table.tsx'
import './layers.css'

type WholeModel = AnswerOf<typeof layerRoutes.readLayerModel>
const whileComputingSeconds = 2
const whileIdleSeconds = 60
const tabs = ['layers', 'moves', 'plays', 'health'] as const

/** One layer model: its layers, how people move, what is done for them, and whether it is any good. */
export function LayerModelPage() {
  const { id = '' } = useParams()
  const [isComputing, setComputing] = useState(false)
  const [isAsked, setAsked] = useState(false)
  const read = useRead(layerRoutes.readLayerModel, { params: { id }, refetchSeconds: isComputing || isAsked ? whileComputingSeconds : whileIdleSeconds })
  // While it is computed the page asks until it is done.
  if (read.data && read.data.computing !== isComputing) setComputing(read.data.computing)
  return <Loaded query={read}>{(model) => <ModelView model={model} recompute={<Recompute model={model} onAsk={setAsked} />} />}</Loaded>
}

function ModelView({ model, recompute }: { model: WholeModel; recompute: ReactNode }) {
  const text = useText('layers')
  const [{ tab = 'layers' }, setPlace] = useUrlState('tab')
  return (
    <>
      <PageHeader
        title={model.name}
        parent={{ label: text('title'), to: '/layers' }}
        lead={
          <>
            {text(`kindLeads.${model.kind}`)}
            <br />
            <ModelFreshness model={model} />
          </>
        }
        aside={<MainMark model={model} />}
        actions={
          <>
            <MakeMain model={model} />
            <LayerSettings model={model} />
            {model.computedAt !== null && !model.failure && recompute}
          </>
        }
      />
      <ModelTrouble model={model} action={model.failure && model.computedAt !== null && recompute} />
      {model.computedAt === null ? (
        <Panel>
          <EmptyState title={text('notComputed')} why={text('notComputedWhy')} action={recompute} />
        </Panel>
      ) : (
        <>
          <Tabs
            className="layer-tabs"
            activeKey={tab}
            onChange={(key) => setPlace({ tab: key })}
            items={tabs.map((key) => ({ key, label: text(`tabs.${key}`) }))}
          />
          {tab === 'layers' && <LayersTab model={model} />}
          {tab === 'moves' && (
            <>
              <LayerTrend model={model} />
              <LayerMovesPanel model={model} />
            </>
          )}
          {tab === 'plays' && <Playbook model={model} />}
          {tab === 'health' && <HealthPanel model={model} />}
        </>
      )}
    </>
  )
}

function LayersTab({ model }: { model: WholeModel }) {
  const audience = useText('audience')
  const buyers = model.layers.filter(({ name }) => name !== 'noOrder').reduce((sum, { count }) => sum + count, 0)
  const countsOrders = model.kind === 'rfm' || model.kind === 'lifecycle'
  if (countsOrders && buyers === 0) return <NoOrders />
  return (
    <>
      <Panel>
        <DistributionBar model={model} />
      </Panel>
      {model.kind === 'rfm' && (
        <div className="panel-grid">
          <Panel title={audience('grid.title')} className="span-7">
            <RfmGrid model={model} buyers={buyers} />
          </Panel>
          <Panel title={audience('scores.title')} className="span-5">
            <ScoreTable model={model} />
          </Panel>
        </div>
      )}
      <LayerTable model={model} />
    </>
  )
}

function Recompute({ model, onAsk }: { model: LayerModel; onAsk: (isAsked: boolean) => void }) {
  const text = useText('layers')
  const recompute = useAct(layerRoutes.recomputeLayerModel)
  const isRunning = recompute.isPending || model.computing
  const compute = (): void => {
    onAsk(true)
    recompute.mutate({ params: { id: model.id } }, { onSettled: () => onAsk(false) })
  }
  return (
    <PermissionGate permission="audience.write">
      <Button type={model.computedAt === null ? 'primary' : 'default'} loading={isRunning} onClick={compute}>
        {text(isRunning ? 'computing' : model.failure ? 'freshness.again' : model.computedAt === null ? 'compute' : 'recompute')}
      </Button>
    </PermissionGate>
  )
}

function NoOrders() {
  const text = useText('layers')
  const go = useGo()
  return (
    <Panel>
      <EmptyState
        title={text('noOrders')}
        why={text('noOrdersWhy')}
        action={
          <PermissionGate permission="data.import">
            <Button type="primary" onClick={() => go('/data/imports/new')}>
              {text('importOrders')}
            </Button>
          </PermissionGate>
        }
      />
    </Panel>
  )
}
