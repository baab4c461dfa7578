import { useEffect, useRef } from 'react'
import { campaignRoutes, type Campaign } from '../../../../contracts/campaigns.ts'
import { orderEvent } from '../../../../contracts/collect.ts'
import { useAct, useRead } from '../../ui/api.ts'
import { ErrorView } from '../../ui/error-view.tsx'
import { useGo } from '../../ui/link.tsx'
import { PageSkeleton } from '../../ui/loading.tsx'
import { useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'

/** Goes to a new draft (for the segment in the URL, if any); one that somebody began and left untouched is taken instead of another. */
export function NewCampaignPage() {
  const text = useText('campaigns')
  const go = useGo()
  const [{ segmentId }] = useUrlState('segmentId')
  const create = useAct(campaignRoutes.createCampaign, { showsErrorItself: true, onDone: (made) => go(`/campaigns/${made.id}`, { replace: true }) })
  const drafts = useRead(campaignRoutes.listCampaigns, { query: { state: 'draft' } })
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
    if (begun.current || drafts.isPending) return
    begun.current = true
    const untouched = drafts.data?.items.find((one) => isUntouched(one, text('draft.untitled'), segmentId ?? null))
    if (untouched) go(`/campaigns/${untouched.id}`, { replace: true })
    else begin()
  })
  return create.error ? <ErrorView error={create.error} retry={begin} /> : <PageSkeleton />
}

const isUntouched = (draft: Campaign, untitled: string, segmentId: string | null): boolean =>
  draft.name === untitled && draft.segmentId === segmentId && draft.templateId === null && draft.accountId === null && draft.type === ''
