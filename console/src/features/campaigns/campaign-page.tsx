import { useParams } from 'react-router'
import { campaignRoutes } from '../../../../contracts/campaigns.ts'
import { useRead } from '../../ui/api.ts'
import { Loaded } from '../../ui/loading.tsx'
import { CampaignDraft } from './campaign-draft.tsx'
import { CampaignReportView } from './campaign-report.tsx'

/** A campaign is a form until it is launched and a report from then on. */
export function CampaignPage() {
  const { id = '' } = useParams()
  const campaign = useRead(campaignRoutes.readCampaign, { params: { id }, refetchSeconds: 15 })
  return (
    <Loaded query={campaign}>
      {(data) => (data.state === 'draft' ? <CampaignDraft key={data.id} campaign={data} /> : <CampaignReportView campaign={data} />)}
    </Loaded>
  )
}
