import { Alert, Button } from 'antd'
import { campaignRoutes, campaignStateLabels, type Campaign, type CampaignReport } from '../../../../contracts/campaigns.ts'
import { useRead } from '../../ui/api.ts'
import { useGo } from '../../ui/link.tsx'
import { Loaded } from '../../ui/loading.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { campaignTone } from '../../ui/state-tones.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { Ago, StateTag, useEventWords } from '../../ui/values.tsx'
import { CampaignSettings } from './campaign-settings.tsx'
import { EffectPanel } from './effect-panel.tsx'
import { ReasonTables } from './reason-tables.tsx'
import { ReportNumbers } from './report-numbers.tsx'
import { RunButtons } from './run-buttons.tsx'
import { SendFlow } from './send-flow.tsx'
import { SeriesChart } from './series-chart.tsx'
import { UnknownMessages } from './unknown-messages.tsx'
import './campaigns.css'

const activeStates: readonly string[] = ['planning', 'running', 'paused', 'scheduled']

/** A launched campaign: what went out, what came of it, and how sure that is. Live while it runs. */
export function CampaignReportView({ campaign: read }: { campaign: Campaign }) {
  const text = useText('campaigns')
  const pick = useLocaleText()
  const go = useGo()
  const eventWords = useEventWords()
  const report = useRead(campaignRoutes.readCampaignReport, {
    params: { id: read.id },
    refetchSeconds: activeStates.includes(read.state) ? 3 : 30,
    keepPrevious: true,
  })
  // The report comes more often than the campaign by itself: what can be done now goes by the newer of the two.
  const campaign = report.data && report.data.campaign.updatedAt >= read.updatedAt ? report.data.campaign : read
  const words = { type: campaign.type, event: eventWords(campaign.goal.event), days: campaign.goal.windowDays }
  return (
    <>
      <PageHeader
        title={campaign.name}
        parent={{ label: text('list.title'), to: '/campaigns' }}
        aside={<StateTag tone={campaignTone(campaign.state)} text={pick(campaignStateLabels[campaign.state])} />}
        lead={
          <>
            {text(campaign.type === '' ? 'report.leadNoType' : 'report.lead', words)}
            {report.data && (
              <>
                {' · '}
                {text('report.asOf')} <Ago at={report.data.asOf} />
              </>
            )}
          </>
        }
        actions={
          <>
            {campaign.state !== 'imported' && <Button onClick={() => go(`/messages?campaignId=${campaign.id}`)}>{text('report.messages')}</Button>}
            <RunButtons campaign={campaign} />
          </>
        }
      />
      {campaign.holdReason && <Alert className="campaign-alert" type="info" showIcon title={text('report.hold')} description={pick(campaign.holdReason)} />}
      <Loaded query={report} skeletonRows={12}>
        {(data) => <ReportBody report={data} />}
      </Loaded>
    </>
  )
}

function ReportBody({ report }: { report: CampaignReport }) {
  return (
    <>
      {report.unknown > 0 && <UnknownMessages campaignId={report.campaign.id} count={report.unknown} />}
      <ReportNumbers report={report} />
      <div className="panel-grid">
        <EffectPanel className="span-8" report={report} />
        <CampaignSettings className="span-4" campaign={report.campaign} />
        <SendFlow className="span-12" report={report} />
        <SeriesChart className="span-12" report={report} />
        <ReasonTables report={report} />
      </div>
    </>
  )
}
