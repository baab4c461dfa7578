import { Tooltip } from 'antd'
import type { CampaignReport } from '../../../../contracts/campaigns.ts'
import { Link, peoplePath } from '../../ui/link.tsx'
import { StatNumber, StatRow } from '../../ui/stat-number.tsx'
import { useText } from '../../ui/text.ts'
import { Count, Money, Percent } from '../../ui/values.tsx'

/** The numbers of a report; each opens the people it counts. */
export function ReportNumbers({ report }: { report: CampaignReport }) {
  const text = useText('campaigns')
  const people = (outcome: string) => peoplePath({ campaignId: report.campaign.id, outcome })
  return (
    <StatRow>
      <StatNumber label={text('report.planned')} value={<Count value={report.planned} />} to={people('planned')} />
      <StatNumber label={text('report.sent')} value={<Count value={report.sent} />} to={people('sent')} />
      <StatNumber
        label={text('report.delivered')}
        value={<Count value={report.delivered} />}
        to={people('delivered')}
        note={
          report.sent > 0 && (
            <span>
              {text('report.deliveryRate')} <Percent value={report.delivered / report.sent} digits={1} />
            </span>
          )
        }
      />
      <StatNumber
        label={text('report.replied')}
        value={<Count value={report.replied} />}
        to={people('replied')}
        note={
          <Link to={people('optedOut')}>
            {text('report.optedOut')} <Count value={report.optedOut} />
          </Link>
        }
      />
      <StatNumber
        label={text('report.converted')}
        value={<Count value={report.treated.converted} />}
        to={people('converted')}
        note={<Money fen={report.treated.revenueFen} compact />}
      />
      <StatNumber
        label={text('report.cost')}
        value={<Money fen={report.costFen} compact />}
        note={
          report.attributedRoi !== null && (
            <span>
              {text('report.attributedRoi')} {report.attributedRoi.toFixed(1)}
            </span>
          )
        }
      />
      <StatNumber
        label={text('report.roi')}
        value={
          <Tooltip title={text('report.roiNote')}>
            <span className="number">{report.roi === null ? '–' : report.roi.toFixed(1)}</span>
          </Tooltip>
        }
        note={report.roi === null ? text('report.roiUnknown') : undefined}
      />
    </StatRow>
  )
}
