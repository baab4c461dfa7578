import { Button } from 'antd'
import { campaignRoutes, type Campaign } from '../../../../contracts/campaigns.ts'
import { useAct } from '../../ui/api.ts'
import { ConfirmAction } from '../../ui/confirm-action.tsx'
import { useGo } from '../../ui/link.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useText } from '../../ui/text.ts'

/** Pause, go on, cancel, duplicate: what the campaign's state and the reader's role allow. */
export function RunButtons({ campaign }: { campaign: Campaign }) {
  const text = useText('campaigns')
  const go = useGo()
  const may = useMay()
  const pause = useAct(campaignRoutes.pauseCampaign)
  const resume = useAct(campaignRoutes.resumeCampaign)
  const cancel = useAct(campaignRoutes.cancelCampaign)
  const duplicate = useAct(campaignRoutes.duplicateCampaign, { done: text('run.duplicated'), onDone: (made) => go(`/campaigns/${made.id}`) })
  const input = { params: { id: campaign.id } }
  const { state, name } = campaign
  const canCancel = state === 'scheduled' || state === 'planning' || state === 'running' || state === 'paused'
  return (
    <>
      {may('campaigns.write') && state !== 'imported' && (
        <Button loading={duplicate.isPending} onClick={() => duplicate.mutate(input)}>
          {text('run.duplicate')}
        </Button>
      )}
      {may('campaigns.launch') && canCancel && (
        <ConfirmAction
          danger
          title={text('run.cancelTitle', { name })}
          consequence={text('run.cancelConsequence')}
          verb={text('run.cancel')}
          onConfirm={() => cancel.mutateAsync(input)}
        >
          {text('run.cancel')}
        </ConfirmAction>
      )}
      {may('campaigns.launch') && state === 'running' && (
        <ConfirmAction
          title={text('run.pauseTitle', { name })}
          consequence={text('run.pauseConsequence')}
          verb={text('run.pause')}
          onConfirm={() => pause.mutateAsync(input)}
        >
          {text('run.pause')}
        </ConfirmAction>
      )}
      {may('campaigns.launch') && state === 'paused' && (
        <Button type="primary" loading={resume.isPending} onClick={() => resume.mutate(input)}>
          {text('run.resume')}
        </Button>
      )}
    </>
  )
}
