import { audienceRoutes } from '../../../../contracts/audience.ts'
import { layerRoutes } from '../../../../contracts/layers.ts'
import { campaignOutcomes, campaignRoutes } from '../../../../contracts/campaigns.ts'
import { failureClassLabels, suppressionReasonLabels, type SuppressionReason } from '../../../../contracts/delivery.ts'
import { tagRoutes } from '../../../../contracts/tags.ts'
import { anyEvent } from '../../../../contracts/rule.ts'
import { useRead } from '../../ui/api.ts'
import { Link } from '../../ui/link.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { Ago } from '../../ui/values.tsx'
import './people.css'

export const populationKeys = [
  'segmentId',
  'modelId',
  'layer',
  'recencyScore',
  'frequencyScore',
  'campaignId',
  'outcome',
  'importId',
  'importPart',
  'tagId',
  'tagValue',
  'event',
  'days',
] as const
type Population = Partial<Record<(typeof populationKeys)[number], string>>

/** Says whose people these are, and leads back. */
export function PopulationBar({ filters, onClear }: { filters: Population; onClear: () => void }) {
  const text = useText('people')
  return (
    <p className="population-bar">
      <span className="faint">{text('population.from')}</span>
      {filters.segmentId !== undefined && <SegmentName id={filters.segmentId} />}
      {filters.modelId !== undefined && <LayerName filters={filters} />}
      {filters.campaignId !== undefined && <CampaignName id={filters.campaignId} outcome={filters.outcome ?? 'planned'} />}
      {filters.importId !== undefined && (
        <span>
          <Link to={`/data/imports/${filters.importId}`}>{text('population.import')}</Link>
          {(filters.importPart === 'new' || filters.importPart === 'known') && ` · ${text(`population.importParts.${filters.importPart}`)}`}
        </span>
      )}
      {filters.tagId !== undefined && <TagName id={filters.tagId} value={filters.tagValue} />}
      {filters.event !== undefined && (
        <span>{filters.event === anyEvent ? text('population.anyEvent') : text('population.did', { event: filters.event })}</span>
      )}
      {filters.days !== undefined && <span>{text(filters.event === undefined ? 'population.newDays' : 'population.lastDays', { days: filters.days })}</span>}
      <button type="button" className="link-button" onClick={onClear}>
        {text('population.all')}
      </button>
    </p>
  )
}

function SegmentName({ id }: { id: string }) {
  const text = useText('people')
  const segment = useRead(audienceRoutes.readSegment, { params: { id } })
  return (
    <span>
      {text('population.segment')} <Link to={`/segments/${id}`}>{segment.data?.name ?? '…'}</Link>
      {segment.data?.kind === 'dynamic' && segment.data.freshness.asOf !== null && (
        <small className="faint">
          {' '}
          {text('population.asOf')} <Ago at={segment.data.freshness.asOf} />
        </small>
      )}
    </span>
  )
}

function TagName({ id, value }: { id: string; value: string | undefined }) {
  const text = useText('tags')
  const tag = useRead(tagRoutes.readTag, { params: { id } })
  return (
    <span>
      {text('filter')} <Link to={`/tags/${id}`}>{tag.data?.name ?? '…'}</Link>
      {value !== undefined && `=${value}`}
    </span>
  )
}

function LayerName({ filters }: { filters: Population }) {
  const text = useText('people')
  const pick = useLocaleText()
  const models = useRead(layerRoutes.listLayerModels)
  const model = models.data?.items.find(({ id }) => id === filters.modelId)
  const known = model?.layers.find(({ name }) => name === filters.layer)
  const scores = filters.recencyScore === undefined ? '' : ` R ${filters.recencyScore} · F ${filters.frequencyScore ?? ''}`
  return (
    <span>
      {text('population.layer')}{' '}
      <Link to={`/layers/${filters.modelId ?? ''}`}>{known ? `${model?.name ?? ''} ${pick(known.label)}` : `${model?.name ?? ''}${scores}`}</Link>
    </span>
  )
}

function CampaignName({ id, outcome }: { id: string; outcome: string }) {
  const text = useText('people')
  const campaign = useRead(campaignRoutes.readCampaign, { params: { id } })
  return (
    <span>
      {text('population.campaign')} <Link to={`/campaigns/${id}`}>{campaign.data?.name ?? '…'}</Link> · <OutcomeName outcome={outcome} />
    </span>
  )
}

function OutcomeName({ outcome }: { outcome: string }) {
  const text = useText('people')
  const pick = useLocaleText()
  const at = outcome.indexOf(':')
  const [name, detail] = at < 0 ? [outcome, ''] : [outcome.slice(0, at), outcome.slice(at + 1)]
  if (name === 'suppressed' && Object.hasOwn(suppressionReasonLabels, detail)) return <b>{pick(suppressionReasonLabels[detail as SuppressionReason])}</b>
  const known = [...campaignOutcomes, 'suppressed'].find((each) => each === name) as (typeof campaignOutcomes)[number] | 'suppressed' | undefined
  return (
    <b>
      {known ? text(`outcomes.${known}`) : name} {detail || (known === undefined ? pick(failureClassLabels.unknown) : '')}
    </b>
  )
}
