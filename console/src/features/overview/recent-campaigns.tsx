import { campaignStateLabels, type CampaignState } from '../../../../contracts/campaigns.ts'
import type { Overview } from '../../../../contracts/insight.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Link, peoplePath } from '../../ui/link.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ScrollTable } from '../../ui/scroll-table.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { Count, Money, Percent, StateTag } from '../../ui/values.tsx'
import { campaignTone } from '../../ui/state-tones.ts'

type Row = Overview['campaigns'][number]

/** The last campaigns and what came of them. */
export function RecentCampaigns({ campaigns, className }: { campaigns: Row[]; className: string }) {
  const text = useText('overview')
  const pick = useLocaleText()
  const state = (row: Row): CampaignState => row.state as CampaignState
  return (
    <Panel className={className} title={text('campaigns.title')} extra={<Link to="/campaigns">{text('campaigns.all')}</Link>} flush>
      {campaigns.length === 0 ? (
        <EmptyState title={text('campaigns.empty')} why={text('campaigns.emptyWhy')} action={<Link to="/campaigns">{text('campaigns.go')}</Link>} />
      ) : (
        <ScrollTable<Row>
          label={text('campaigns.title')}
          rowKey="id"
          dataSource={campaigns}
          columns={[
            { key: 'name', title: text('campaigns.name'), render: (_, row) => <Link to={`/campaigns/${row.id}`}>{row.name}</Link> },
            {
              key: 'state',
              title: text('campaigns.state'),
              render: (_, row) => <StateTag tone={campaignTone(state(row))} text={pick(campaignStateLabels[state(row)])} />,
            },
            {
              key: 'sent',
              title: text('campaigns.sent'),
              align: 'right',
              render: (_, row) => (
                <Link to={peoplePath({ campaignId: row.id, outcome: 'sent' })}>
                  <Count value={row.sent} />
                </Link>
              ),
            },
            {
              key: 'rate',
              title: text('campaigns.conversionRate'),
              align: 'right',
              render: (_, row) => (
                <Link to={peoplePath({ campaignId: row.id, outcome: 'converted' })}>
                  <Percent value={row.conversionRate} />
                </Link>
              ),
            },
            { key: 'revenue', title: text('campaigns.revenue'), align: 'right', render: (_, row) => <Money fen={row.revenueFen} compact /> },
            { key: 'cost', title: text('campaigns.cost'), align: 'right', render: (_, row) => <Money fen={row.costFen} compact /> },
          ]}
        />
      )}
    </Panel>
  )
}
