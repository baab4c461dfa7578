import { campaignRoutes } from '../../../../../contracts/campaigns.ts'
import { useRead } from '../../../ui/api.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useText } from '../../../ui/text.ts'

const any = 'any'

/** One campaign, or any. */
export function CampaignSelect({ campaignId, onChange }: { campaignId: string | undefined; onChange: (campaignId: string | undefined) => void }) {
  const text = useText('audience')
  const campaigns = useRead(campaignRoutes.listCampaigns, { query: { limit: 200 } })
  const options = (campaigns.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))
  // One that is older than those listed, or whose name may not be seen.
  if (campaignId !== undefined && !options.some(({ value }) => value === campaignId)) options.push({ value: campaignId, label: text('campaign.other') })
  return (
    <NamedSelect
      showSearch={{ optionFilterProp: 'label' }}
      className="rule-subject"
      value={campaignId ?? any}
      label={text('campaign.name')}
      loading={campaigns.isLoading}
      options={[{ value: any, label: text('campaign.any') }, ...options]}
      onChange={(value) => onChange(value === any ? undefined : value)}
      popupMatchSelectWidth={260}
    />
  )
}
