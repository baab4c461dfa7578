import { Form } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { campaignRoutes, type Campaign } from '../../../../contracts/campaigns.ts'
import { useAct } from '../../ui/api.ts'
import { ConfirmAction } from '../../ui/confirm-action.tsx'
import { FormError } from '../../ui/form-error.tsx'
import { useGo } from '../../ui/link.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useText } from '../../ui/text.ts'
import { DraftFields } from './draft-fields.tsx'
import { fromValues, toValues, type DraftValues } from './draft-values.ts'
import { EstimatePanel } from './estimate-panel.tsx'
import { LaunchButton } from './launch-button.tsx'
import { TestSendButton } from './test-send-button.tsx'
import './campaigns.css'

const saveAfterMs = 600

/** The form of a draft: saves itself, and shows at its side what a launch would do. */
export function CampaignDraft({ campaign }: { campaign: Campaign }) {
  const text = useText('campaigns')
  const go = useGo()
  const mayWrite = useMay()('campaigns.write')
  const [form] = Form.useForm<DraftValues>()
  const remove = useAct(campaignRoutes.deleteCampaign, { onDone: () => go('/campaigns', { replace: true }) })
  const { save, isSaving, error, revision } = useAutosave(campaign, () => form.getFieldsValue(true) as DraftValues)
  return (
    <>
      <PageHeader
        title={campaign.name}
        parent={{ label: text('list.title'), to: '/campaigns' }}
        lead={text('draft.lead')}
        aside={<span className="faint">{isSaving ? text('draft.saving') : revision > 0 ? text('draft.saved') : ''}</span>}
        actions={
          mayWrite && (
            <>
              <ConfirmAction
                title={text('draft.deleteTitle', { name: campaign.name })}
                consequence={text('draft.deleteConsequence')}
                verb={text('draft.delete')}
                danger
                type="text"
                onConfirm={() => remove.mutateAsync({ params: { id: campaign.id } })}
              >
                {text('draft.delete')}
              </ConfirmAction>
              <TestSendButton campaignId={campaign.id} disabled={campaign.templateId === null || campaign.accountId === null} />
              <LaunchButton campaign={campaign} disabled={isSaving} />
            </>
          )
        }
      />
      <FormError error={error} form={form} />
      <div className="campaign-draft">
        <Form<DraftValues> form={form} layout="vertical" initialValues={toValues(campaign)} onValuesChange={save} disabled={!mayWrite}>
          <DraftFields />
        </Form>
        <EstimatePanel campaign={campaign} revision={revision} />
      </div>
    </>
  )
}

/** Saves shortly after the last change; `revision` counts what was saved. */
function useAutosave(campaign: Campaign, read: () => DraftValues) {
  const [revision, setRevision] = useState(0)
  const [isWaiting, setWaiting] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const update = useAct(campaignRoutes.updateCampaign, { showsErrorItself: true, onDone: () => setRevision((before) => before + 1) })
  useEffect(() => () => clearTimeout(timer.current), [])
  const save = (): void => {
    clearTimeout(timer.current)
    const values = read()
    if (values.name.trim() === '') return
    setWaiting(true)
    timer.current = setTimeout(() => {
      setWaiting(false)
      update.mutate({ params: { id: campaign.id }, body: fromValues(values) })
    }, saveAfterMs)
  }
  return { save, isSaving: isWaiting || update.isPending, error: update.error, revision }
}
