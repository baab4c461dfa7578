import { useState } from 'react'
import { audienceRoutes } from '../../../../../contracts/audience.ts'
import { segmentLimits, segmentRoutes, type PeopleSet, type SegmentOverlap } from '../../../../../contracts/segments.ts'
import { useRead } from '../../../ui/api.ts'
import { formatCount } from '../../../ui/format.ts'
import { Link, peoplePath } from '../../../ui/link.tsx'
import { Loaded } from '../../../ui/loading.tsx'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { useLocale, useText } from '../../../ui/text.ts'
import { useUrlState } from '../../../ui/url-state.ts'
import { Count, DateTime } from '../../../ui/values.tsx'
import { SetPeople } from './set-people.tsx'
import './segments.css'

const chosenMin = 2

/** How some segments overlap: a column for each combination that holds somebody, dots for the segments it lies in. */
export function OverlapPage() {
  const text = useText('segments')
  const audience = useText('audience')
  const [{ ids }, setFilters] = useUrlState('ids')
  const chosen = ids?.split(',').filter(Boolean) ?? []
  const segments = useRead(audienceRoutes.listSegments, { query: {} })
  const missing = chosenMin - chosen.length
  return (
    <>
      <PageHeader title={text('overlap.title')} lead={text('overlap.lead')} parent={{ label: audience('list.title'), to: '/segments' }} />
      <Panel>
        <NamedSelect<string[]>
          className="overlap-choice"
          mode="multiple"
          label={text('overlap.choose')}
          placeholder={text('overlap.choose')}
          maxCount={segmentLimits.overlapMax}
          showSearch={{ optionFilterProp: 'label' }}
          value={chosen}
          onChange={(next) => setFilters({ ids: next.length === 0 ? undefined : next.join(',') })}
          options={(segments.data?.items ?? []).map((segment) => ({ value: segment.id, label: segment.name }))}
        />
        {missing > 0 && <p className="faint">{text('overlap.chooseMore', { count: missing })}</p>}
      </Panel>
      {missing <= 0 && <Overlap segmentIds={chosen} />}
    </>
  )
}

function Overlap({ segmentIds }: { segmentIds: string[] }) {
  const text = useText('segments')
  const overlap = useRead(segmentRoutes.overlapSegments, { body: { segmentIds }, keepPrevious: true })
  return (
    <Loaded query={overlap}>
      {(data) => (
        <Panel
          extra={
            <span className="faint">
              {text('overlap.union')} <Count value={data.union} />
              {data.asOf !== null && (
                <>
                  {' · '}
                  {text('overlap.asOf')} <DateTime at={data.asOf} />
                </>
              )}
            </span>
          }
        >
          {data.regions.length === 0 ? <p className="faint">{text('overlap.none')}</p> : <UpSet overlap={data} />}
        </Panel>
      )}
    </Loaded>
  )
}

function UpSet({ overlap }: { overlap: SegmentOverlap }) {
  const text = useText('segments')
  const locale = useLocale()
  const [opened, setOpened] = useState<{ of: PeopleSet; title: string } | null>(null)
  const nameOf = (id: string) => overlap.sizes.find((size) => size.segmentId === id)?.name ?? ''
  const largest = Math.max(...overlap.regions.map((region) => region.count))
  const namesOf = (inside: string[]) => inside.map(nameOf).join(' ∩ ')
  const words = (inside: string[]) => (inside.length === 1 ? `${text('overlap.only')} ${namesOf(inside)}` : namesOf(inside))
  return (
    <div className="upset" role="group" aria-label={text('overlap.chart', { count: overlap.sizes.length })}>
      <div className="upset-names">
        <div className="upset-corner">{text('overlap.size')}</div>
        {overlap.sizes.map((size) => (
          <div key={size.segmentId} className="upset-name">
            <Link to={`/segments/${size.segmentId}/people`}>{size.name}</Link>
            <Link to={peoplePath({ segmentId: size.segmentId })}>
              <Count value={size.count} />
            </Link>
          </div>
        ))}
      </div>
      <div className="upset-columns">
        {overlap.regions.map((region) => (
          <button
            key={region.inside.join()}
            type="button"
            className="upset-column"
            aria-label={text('overlap.region', { inside: words(region.inside), count: formatCount(region.count, locale) })}
            title={words(region.inside)}
            onClick={() => setOpened({ of: { kind: 'intersection', inside: region.inside, outside: region.outside }, title: words(region.inside) })}
          >
            <span className="upset-bar">
              <b className="number">{formatCount(region.count, locale, true)}</b>
              <i style={{ height: `${Math.max(1, (region.count / largest) * 100)}px` }} />
            </span>
            {overlap.sizes.map((size) => (
              <span key={size.segmentId} className={`upset-dot ${region.inside.includes(size.segmentId) ? 'upset-in' : ''}`} />
            ))}
          </button>
        ))}
      </div>
      {opened && <SetPeople of={opened.of} title={opened.title} onClose={() => setOpened(null)} />}
    </div>
  )
}
