import { Alert, Button, Skeleton } from 'antd'
import { useEffect, useRef } from 'react'
import { campaignRoutes, type Campaign, type CampaignEstimate } from '../../../../contracts/campaigns.ts'
import { suppressionReasonLabels } from '../../../../contracts/delivery.ts'
import { useAct } from '../../ui/api.ts'
import { ErrorView } from '../../ui/error-view.tsx'
import { Link } from '../../ui/link.tsx'
import { Facts, Panel } from '../../ui/panel.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { Count, Money } from '../../ui/values.tsx'
import { SmsBubble } from './sms-bubble.tsx'

/** What a launch would do now; counted anew after each saved change. */
export function EstimatePanel({ campaign, revision }: { campaign: Campaign; revision: number }) {
  const text = useText('campaigns')
  const estimate = useAct(campaignRoutes.estimateCampaign, { showsErrorItself: true, readOnly: true })
  const isComplete = campaign.segmentId !== null && campaign.templateId !== null && campaign.accountId !== null
  const { mutate } = estimate
  const counted = useRef('')
  useEffect(() => {
    const wanted = `${campaign.id} ${revision}`
    if (!isComplete || counted.current === wanted) return
    counted.current = wanted
    mutate({ params: { id: campaign.id } })
  }, [isComplete, revision, campaign.id, mutate])
  return (
    <div className="estimate" aria-live="polite" aria-busy={estimate.isPending}>
      <Panel
        title={text('estimate.title')}
        extra={
          isComplete && (
            <Button size="small" type="text" loading={estimate.isPending} onClick={() => mutate({ params: { id: campaign.id } })}>
              {text('estimate.refresh')}
            </Button>
          )
        }
      >
        {!isComplete && <p className="faint">{text('estimate.waiting')}</p>}
        {isComplete && estimate.error && <ErrorView error={estimate.error} retry={() => mutate({ params: { id: campaign.id } })} />}
        {isComplete && !estimate.error && !estimate.data && <Skeleton active />}
        {isComplete && !estimate.error && estimate.data && <EstimateFacts estimate={estimate.data} segmentId={campaign.segmentId} />}
      </Panel>
    </div>
  )
}

function EstimateFacts({ estimate, segmentId }: { estimate: CampaignEstimate; segmentId: string | null }) {
  const text = useText('campaigns')
  const pick = useLocaleText()
  const { average, maximum } = estimate.partsPerMessage
  return (
    <>
      <Facts
        rows={[
          [
            text('estimate.audience'),
            <Link key="audience" to={`/people?segmentId=${segmentId}`}>
              {<Count value={estimate.audience} />}
            </Link>,
          ],
          [text('estimate.recipients'), <b key="recipients">{<Count value={estimate.recipients} />}</b>],
          [text('estimate.control'), <Count key="control" value={estimate.control} />],
          ...estimate.suppressed.map(({ reason, count }) => [pick(suppressionReasonLabels[reason]), <Count key={reason} value={count} />] as const),
          [text('estimate.cost'), <b key="cost">{<Money fen={estimate.costFen} />}</b>],
          ['', text('estimate.parts', { average: average.toFixed(2), maximum })],
          [text('estimate.duration'), <Duration key="duration" seconds={estimate.secondsToSend} />],
        ]}
      />
      {estimate.detectableDifferencePercent !== null && (
        <p className="faint">{text('estimate.detectable', { points: estimate.detectableDifferencePercent.toFixed(2) })}</p>
      )}
      {estimate.problems.map((problem) => (
        <Alert key={problem.at + problem.en} className="estimate-problem" type={problem.blocking ? 'error' : 'warning'} showIcon title={pick(problem)} />
      ))}
      {estimate.sample && (
        <>
          <h3 className="estimate-sample">{text('estimate.sample')}</h3>
          <SmsBubble text={estimate.sample.text} />
          <p className="faint">{text('estimate.units', { units: estimate.sample.units, parts: estimate.sample.parts })}</p>
        </>
      )}
    </>
  )
}

function Duration({ seconds }: { seconds: number }) {
  const text = useText('campaigns')
  if (seconds < 90) return <>{text('estimate.seconds', { count: Math.max(1, Math.ceil(seconds)) })}</>
  if (seconds < 5400) return <>{text('estimate.minutes', { count: Math.ceil(seconds / 60) })}</>
  return <>{text('estimate.hours', { count: Math.ceil(seconds / 3600) })}</>
}
