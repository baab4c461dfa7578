import { Segmented } from 'antd'
import { insightRoutes, type Overview } from '../../../../contracts/insight.ts'
import { useRead } from '../../ui/api.ts'
import { Loaded } from '../../ui/loading.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'
import { Ago } from '../../ui/values.tsx'
import { ActivityChart } from './activity-chart.tsx'
import { Attention } from './attention.tsx'
import { FirstSteps } from './first-steps.tsx'
import { LayerShares } from './layer-shares.tsx'
import { OverviewStats } from './overview-stats.tsx'
import { RecentCampaigns } from './recent-campaigns.tsx'
import { TopEvents } from './top-events.tsx'
import './overview.css'

const spans = ['7', '30', '90'] as const

/** The state of the business at a glance; every number leads on. */
export function OverviewPage() {
  const text = useText('overview')
  const may = useMay()
  const [state, setState] = useUrlState('days')
  const days = Number(state.days ?? 30)
  const overview = useRead(insightRoutes.readOverview, { query: { days }, keepPrevious: true, refetchSeconds: 60, enabled: may('insight.read') })
  if (!may('insight.read')) return <PageHeader title={text('title')} lead={text('notForRole')} />
  return (
    <>
      <PageHeader
        title={text('title')}
        lead={
          overview.data && (
            <>
              {text('asOf')} <Ago at={overview.data.asOf} />
            </>
          )
        }
        actions={
          <Segmented
            value={String(days)}
            onChange={(value) => setState({ days: value === '30' ? undefined : value })}
            options={spans.map((span) => ({ value: span, label: text('lastDays', { days: span }) }))}
            aria-label={text('span')}
          />
        }
      />
      <Loaded query={overview} skeletonRows={10}>
        {(data) => <OverviewBody overview={data} />}
      </Loaded>
    </>
  )
}

function OverviewBody({ overview }: { overview: Overview }) {
  if (overview.people.total === 0) return <FirstSteps />
  return (
    <>
      <Attention items={overview.attention} />
      <OverviewStats overview={overview} />
      <div className="panel-grid">
        <ActivityChart className="span-8" series={overview.series} asOf={overview.asOf} />
        <LayerShares className="span-4" model={overview.layerModel} layers={overview.layers} />
        <RecentCampaigns className="span-8" campaigns={overview.campaigns} />
        <TopEvents className="span-4" events={overview.topEvents} days={overview.days} />
      </div>
    </>
  )
}
