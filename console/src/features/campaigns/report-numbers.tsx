import type { CampaignReport } from '../../../../contracts/campaigns.ts'
import { peoplePath } from '../../ui/link.tsx'
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
      <StatNumber label={text('report.replied')} value={<Count value={report.replied} />} to={people('replied')} />
      <StatNumber label={text('report.optedOut')} value={<Count value={report.optedOut} />} to={people('optedOut')} />
      <StatNumber label={text('report.converted')} value={<Count value={report.treated.converted} />} to={people('converted')} />
      <StatNumber label={text('report.revenue')} value={<Money fen={report.treated.revenueFen} compact />} to={people('converted')} />
      <StatNumber
        label={text('report.cost')}
        value={<Money fen={report.costFen} />}
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
        value={<span className="number">{report.roi === null ? '–' : report.roi.toFixed(1)}</span>}
        note={text('report.roiNote')}
      />
    </StatRow>
  )
}
