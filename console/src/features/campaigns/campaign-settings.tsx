import type { Campaign } from '../../../../contracts/campaigns.ts'
import { Link } from '../../ui/link.tsx'
import { Facts, Panel } from '../../ui/panel.tsx'
import { useText } from '../../ui/text.ts'
import { DateTime } from '../../ui/values.tsx'

/** With what the campaign was launched. */
export function CampaignSettings({ campaign, className }: { campaign: Campaign; className: string }) {
  const text = useText('campaigns')
  const dash = <span className="faint">–</span>
  return (
    <Panel className={className} title={text('report.settings')}>
      <Facts
        rows={[
          [text('report.code2'), <code key="code">{campaign.code}</code>],
          [text('report.segment'), campaign.segmentId ? <Link to={`/segments/${campaign.segmentId}`}>{campaign.segment}</Link> : dash],
          [text('report.template'), campaign.templateId ? <Link to={`/templates/${campaign.templateId}`}>{campaign.template}</Link> : dash],
          [text('report.account'), campaign.account ?? dash],
          ...(campaign.state === 'imported' ? [] : ([[text('report.control'), `${campaign.controlPercent}%`]] as const)),
          [text('report.launchedAt'), <DateTime key="launched" at={campaign.launchedAt} />],
          [text('report.finishedAt'), <DateTime key="finished" at={campaign.finishedAt} />],
        ]}
      />
    </Panel>
  )
}
