import { Button } from 'antd'
import { layerRoutes, type LayerModel } from '../../../../../contracts/layers.ts'
import { useRead } from '../../../ui/api.ts'
import { Link, useGo } from '../../../ui/link.tsx'
import { Loaded } from '../../../ui/loading.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useLocale, useText } from '../../../ui/text.ts'
import { formatCount } from '../../../ui/format.ts'
import { Ago } from '../../../ui/values.tsx'
import { DistributionBar } from './distribution-bar.tsx'
import './layers.css'

/** All layer models of the workspace, each with how everybody is spread over its layers. */
export function LayersPage() {
  const text = useText('layers')
  const go = useGo()
  const models = useRead(layerRoutes.listLayerModels)
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
      title={<Link to={`/layers/${model.id}`}>{model.name}</Link>}
      extra={
        <span className="faint">
          {text(`kinds.${model.kind}`)} · {model.computedAt === null ? text('notComputed') : text('people', { count: formatCount(model.people, locale) })}
          {model.computedAt !== null && (
            <>
              {' · '}
              {text('computed')} <Ago at={model.computedAt} />
            </>
          )}
        </span>
      }
    >
      {model.people > 0 ? <DistributionBar model={model} /> : <p className="faint">{text('notComputedWhy')}</p>}
      {model.tooMany && <p className="faint">{text('tooMany')}</p>}
    </Panel>
  )
}
