import { App, Button } from 'antd'
import { campaignRoutes, type Campaign } from '../../../../contracts/campaigns.ts'
import { useAct } from '../../ui/api.ts'
import { formatCount, formatFen, formatInstant } from '../../ui/format.ts'
import { useMay, useZone } from '../../ui/session-context.ts'
import { useLocale, useText } from '../../ui/text.ts'
import { useZoneName } from '../../ui/timezones.ts'

/** Counts once more, says what will happen, and launches when that is confirmed. */
export function LaunchButton({ campaign, disabled }: { campaign: Campaign; disabled: boolean }) {
  const text = useText('campaigns')
  const common = useText('common')
  const locale = useLocale()
  const zone = useZone()
  const zoneName = useZoneName()
  const may = useMay()
  const { modal } = App.useApp()
  const estimate = useAct(campaignRoutes.estimateCampaign, { readOnly: true })
  const launch = useAct(campaignRoutes.launchCampaign, { done: text('launch.done') })
  if (!may('campaigns.launch')) return null
  const isComplete = campaign.segmentId !== null && campaign.templateId !== null && campaign.accountId !== null
  const ask = async (): Promise<void> => {
    const { recipients, control, costFen } = await estimate.mutateAsync({ params: { id: campaign.id } })
    modal.confirm({
      title: text('launch.title', { name: campaign.name }),
      content: (
        <>
          <p>
            {text('launch.sentence', { recipients: formatCount(recipients, locale), control: formatCount(control, locale), cost: formatFen(costFen, locale) })}
          </p>
          {campaign.scheduledAt !== null && <p>{text('launch.scheduled', { time: formatInstant(campaign.scheduledAt, zone).minute, zone: zoneName(zone) })}</p>}
          <p className="faint">{text('launch.irreversible')}</p>
        </>
      ),
      okText: text('launch.confirm'),
      cancelText: common('cancel'),
      autoFocusButton: 'cancel',
      onOk: () => launch.mutateAsync({ params: { id: campaign.id }, body: { confirmRecipients: recipients } }).catch(() => undefined),
    })
  }
  return (
    <Button type="primary" disabled={disabled || !isComplete} loading={estimate.isPending} onClick={() => void ask().catch(() => undefined)}>
      {text('launch.button')}
    </Button>
  )
}
