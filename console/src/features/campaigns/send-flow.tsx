import type { CampaignReport } from '../../../../contracts/campaigns.ts'
import { useTokens } from '../../ui/chart.tsx'
import { Link, peoplePath } from '../../ui/link.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useText } from '../../ui/text.ts'
import { Count } from '../../ui/values.tsx'

/** Where everybody of the plan stands; the parts add up to the whole. */
export function SendFlow({ report, className }: { report: CampaignReport; className: string }) {
  const text = useText('campaigns')
  const tokens = useTokens()
  if (report.campaign.state === 'imported') return null
  const failed = report.failed.reduce((sum, row) => sum + row.count, 0)
  const suppressed = report.suppressed.reduce((sum, row) => sum + row.count, 0)
  const withoutReceipt = Math.max(
    0,
    report.planned - suppressed - report.campaign.progress.control - report.waiting - report.cancelled - report.delivered - failed - report.unknown,
  )
  const parts = [
    { key: 'delivered', label: text('report.delivered'), count: report.delivered, colour: tokens.accent },
    { key: 'accepted', label: text('report.accepted'), count: withoutReceipt, colour: tokens.series[2] },
    { key: 'waiting', label: text('report.waiting'), count: report.waiting, colour: tokens.lineStrong },
    { key: 'failed', label: text('report.failed'), count: failed, colour: tokens.bad },
    { key: 'unknown', label: text('report.unknown'), count: report.unknown, colour: tokens.warn },
    { key: 'cancelled', label: text('report.cancelled'), count: report.cancelled, colour: tokens.inkFaint },
    { key: 'control', label: text('report.control'), count: report.campaign.progress.control, colour: tokens.series[1] },
    { key: 'suppressed', label: text('report.suppressedTotal'), count: suppressed, colour: tokens.series[4] },
  ].filter((part) => part.count > 0)
  return (
    <Panel className={className} title={text('report.progress')}>
      <div className="flow-bar" aria-hidden="true">
        {parts.map((part) => (
          <span key={part.key} style={{ width: `${(part.count / Math.max(1, report.planned)) * 100}%`, background: part.colour }} />
        ))}
      </div>
      <div className="flow-legend">
        {parts.map((part) => (
          <span key={part.key}>
            <i className="flow-dot" style={{ background: part.colour }} aria-hidden="true" />
            {part.label}
            <Link to={peoplePath({ campaignId: report.campaign.id, outcome: part.key })}>
              <Count value={part.count} />
            </Link>
          </span>
        ))}
      </div>
    </Panel>
  )
}
