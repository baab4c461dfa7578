import { Button } from 'antd'
import { useState } from 'react'
import { layerRoutes, type LayerModel } from '../../../../../contracts/layers.ts'
import { useRead } from '../../../ui/api.ts'
import { Link, useGo } from '../../../ui/link.tsx'
import { Loaded } from '../../../ui/loading.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useLocale, useText } from '../../../ui/text.ts'
import { formatCount } from '../../../ui/format.ts'
import { DistributionBar } from './distribution-bar.tsx'
import { MainMark, MakeMain } from './main-model.tsx'
import { ModelFreshness, ModelTrouble } from './model-freshness.tsx'
import './layers.css'

const whileComputingSeconds = 2
const whileIdleSeconds = 60

/** All layer models of the workspace, each with how everybody is spread over its layers. */
export function LayersPage() {
  const text = useText('layers')
  const go = useGo()
  const [isComputing, setComputing] = useState(false)
  const models = useRead(layerRoutes.listLayerModels, { refetchSeconds: isComputing ? whileComputingSeconds : whileIdleSeconds })
  const computes = models.data?.items.some(({ computing }) => computing) ?? false
  if (computes !== isComputing) setComputing(computes)
  return (
    <>
      <PageHeader
        title={text('title')}
        lead={text('lead')}
        actions={
          <PermissionGate permission="audience.write">
            <Button type="primary" onClick={() => go('/layers/new')}>
              {text('new')}
            </Button>
          </PermissionGate>
        }
      />
      <Loaded query={models}>{({ items }) => items.map((model) => <ModelPanel key={model.id} model={model} />)}</Loaded>
    </>
  )
}

function ModelPanel({ model }: { model: LayerModel }) {
  const text = useText('layers')
  const locale = useLocale()
  return (
    <Panel
      title={
        <span className="layer-model-name">
          <Link to={`/layers/${model.id}`}>{model.name}</Link> <MainMark model={model} />
        </span>
      }
      extra={
        <span className="layer-model-extra">
          <span className="faint">
            {text(`kinds.${model.kind}`)}
            {model.computedAt !== null && ` · ${text('people', { count: formatCount(model.people, locale) })}`}
          </span>
          <MakeMain model={model} small />
        </span>
      }
    >
      <ModelTrouble model={model} />
      {model.people > 0 ? <DistributionBar model={model} /> : <p className="faint">{text('notComputedWhy')}</p>}
      {model.tooMany && <p className="faint">{text('tooMany')}</p>}
      <p className="layer-model-foot">
        <ModelFreshness model={model} />
      </p>
    </Panel>
  )
}
