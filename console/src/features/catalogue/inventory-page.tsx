import { Button, Progress, Skeleton } from 'antd'
import { catalogueRoutes, type Inventory } from '../../../../contracts/catalogue.ts'
import { useAct, useRead } from '../../ui/api.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorView } from '../../ui/error-view.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { StatNumber, StatRow } from '../../ui/stat-number.tsx'
import { useText } from '../../ui/text.ts'
import { Ago, Count, Percent } from '../../ui/values.tsx'
import { AttributeCards } from './attribute-cards.tsx'
import { EventList } from './event-list.tsx'
import { ModelCards } from './model-cards.tsx'
import './catalogue.css'

const isAtWork = (inventory: Inventory | undefined): boolean => inventory?.state === 'waiting' || inventory?.state === 'running'

/** What data there is: how full, how fresh, how it is spread, and which layer models it can carry. */
export function InventoryPage() {
  const text = useText('catalogue')
  const inventory = useRead(catalogueRoutes.readInventory, { refetchSeconds: 2 })
  const compute = useAct(catalogueRoutes.computeInventory)
  const { data } = inventory
  const start = (exact: boolean): void => compute.mutate({ body: { exact } })
  const buttons = (
    <PermissionGate permission="data.read">
      {data?.computedAt != null && !data.exact && (
        <Button disabled={isAtWork(data)} onClick={() => start(true)}>
          {text('inventory.exact')}
        </Button>
      )}
      <Button type="primary" loading={compute.isPending} disabled={isAtWork(data)} onClick={() => start(false)}>
        {text(data?.computedAt ? 'inventory.again' : 'inventory.start')}
      </Button>
    </PermissionGate>
  )
  return (
    <>
      <PageHeader
        title={text('inventory.title')}
        lead={text('inventory.lead')}
        aside={
          data?.computedAt != null && (
            <span className="faint">
              {text('inventory.asOf')} <Ago at={data.computedAt} />
            </span>
          )
        }
        actions={data && data.state !== 'none' && buttons}
      />
      {inventory.error && <ErrorView error={inventory.error} retry={() => void inventory.refetch()} />}
      {inventory.isPending && <Skeleton active />}
      {data && isAtWork(data) && <Working inventory={data} />}
      {data?.state === 'failed' && <ErrorView error={new Error(data.error ?? '')} retry={() => start(false)} />}
      {data && data.computedAt === null && !isAtWork(data) && data.state !== 'failed' && (
        <div className="panel">
          <EmptyState title={text('inventory.empty')} why={text('inventory.emptyWhy')} action={buttons} />
        </div>
      )}
      {data && data.computedAt !== null && <Found inventory={data} />}
    </>
  )
}

function Working({ inventory }: { inventory: Inventory }) {
  const text = useText('catalogue')
  const { fieldsDone, fieldsTotal } = inventory
  return (
    <div className="panel catalogue-working" role="status">
      <span>{text('inventory.working', { done: fieldsDone, total: fieldsTotal })}</span>
      <Progress
        percent={fieldsTotal === 0 ? 0 : Math.min(99, Math.floor((fieldsDone / fieldsTotal) * 100))}
        size="small"
        aria-label={text('inventory.working', { done: fieldsDone, total: fieldsTotal })}
      />
    </div>
  )
}

function Found({ inventory }: { inventory: Inventory }) {
  const text = useText('catalogue')
  const filled = inventory.attributes.filter((attribute) => attribute.people > 0)
  const ready = inventory.models.filter((model) => model.state === 'ready').length
  const average = filled.length === 0 ? 0 : filled.reduce((sum, { fillRate }) => sum + fillRate, 0) / filled.length
  return (
    <>
      <StatRow>
        <StatNumber
          label={text('inventory.people')}
          value={<Count value={inventory.people} />}
          to="/people"
          note={inventory.exact ? text('inventory.everyone') : text('inventory.sampled', { count: inventory.sampledPeople })}
        />
        <StatNumber
          label={text('inventory.attributes')}
          value={<Count value={filled.length} />}
          note={text('inventory.ofAll', { count: inventory.attributes.length })}
        />
        <StatNumber label={text('inventory.averageFill')} value={<Percent value={average} digits={0} />} />
        <StatNumber label={text('inventory.events')} value={<Count value={inventory.events.length} />} />
        <StatNumber label={text('inventory.models')} value={`${ready} / ${inventory.models.length}`} note={text('inventory.modelsReady')} />
      </StatRow>
      <ModelCards models={inventory.models} />
      <AttributeCards facts={inventory.attributes} />
      <EventList events={inventory.events} />
    </>
  )
}
