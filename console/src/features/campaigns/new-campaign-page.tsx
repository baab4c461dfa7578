import { useEffect, useRef } from 'react'
import { campaignRoutes } from '../../../../contracts/campaigns.ts'
import { orderEvent } from '../../../../contracts/collect.ts'
import { useAct } from '../../ui/api.ts'
import { ErrorView } from '../../ui/error-view.tsx'
import { useGo } from '../../ui/link.tsx'
import { PageSkeleton } from '../../ui/loading.tsx'
import { useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'

/** Makes a draft (for the segment in the URL, if any) and goes to it. */
export function NewCampaignPage() {
  const text = useText('campaigns')
  const go = useGo()
  const [{ segmentId }] = useUrlState('segmentId')
  const create = useAct(campaignRoutes.createCampaign, { showsErrorItself: true, onDone: (made) => go(`/campaigns/${made.id}`, { replace: true }) })
  const begun = useRef(false)
  const begin = () =>
    create.mutate({
      body: {
        name: text('draft.untitled'),
        segmentId: segmentId ?? null,
        templateId: null,
        accountId: null,
        controlPercent: 10,
        goal: { event: orderEvent, windowDays: 7 },
      },
    })
  useEffect(() => {
    if (begun.current) return
    begun.current = true
    begin()
  })
  return create.error ? <ErrorView error={create.error} retry={begin} /> : <PageSkeleton />
}
