import { CheckCircleFilled, CloseCircleOutlined } from '@ant-design/icons'
import { Skeleton } from 'antd'
import { useState } from 'react'
import { audienceRoutes } from '../../../../contracts/audience.ts'
import type { AnswerOf } from '../../../../contracts/client.ts'
import { useRead } from '../../ui/api.ts'
import { ErrorView } from '../../ui/error-view.tsx'
import { Link } from '../../ui/link.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { Ago } from '../../ui/values.tsx'

type Membership = AnswerOf<typeof audienceRoutes.listPersonSegments>['items'][number]

/** The segments the person is in, each with its rule in words and, on demand, why; those they are not in on request. */
export function PersonSegments({ personId }: { personId: number }) {
  const text = useText('people')
  const [showsOthers, setShowsOthers] = useState(false)
  const segments = useRead(audienceRoutes.listPersonSegments, { params: { personId } })
  const inside = segments.data?.items.filter(({ holds }) => holds === true) ?? []
  const others = segments.data?.items.filter(({ holds }) => holds !== true) ?? []
  const oldest = inside.flatMap(({ state, asOf }) => (state === 'static' || asOf === null ? [] : [asOf])).toSorted()[0]
  return (
    <Panel title={text('segments.title')}>
      {segments.error && <ErrorView error={segments.error} retry={() => void segments.refetch()} />}
      {segments.isPending && <Skeleton active title={false} paragraph={{ rows: 2 }} />}
      {segments.data && inside.length === 0 && <p className="faint">{text(others.length === 0 ? 'segments.noneAtAll' : 'segments.none')}</p>}
      <ul className="person-segments">
        {[...inside, ...(showsOthers ? others : [])].map((segment) => (
          <SegmentEntry key={segment.id} segment={segment} personId={personId} />
        ))}
      </ul>
      {oldest !== undefined && (
        <p className="faint">
          {text('segments.asOf')} <Ago at={oldest} />
        </p>
      )}
      {others.length > 0 && (
        <button type="button" className="link-button" onClick={() => setShowsOthers(!showsOthers)}>
          {text(showsOthers ? 'segments.hideOthers' : 'segments.showOthers', { count: others.length })}
        </button>
      )}
      {segments.data?.more === true && <p className="faint">{text('segments.more', { count: segments.data.items.length })}</p>}
    </Panel>
  )
}

function SegmentEntry({ segment, personId }: { segment: Membership; personId: number }) {
  const text = useText('people')
  const pick = useLocaleText()
  const [asksWhy, setAsksWhy] = useState(false)
  return (
    <li>
      <span className="person-segment">
        <Holds holds={segment.holds} />
        <Link to={`/segments/${segment.id}`}>{segment.name}</Link>
        {segment.holds !== null && (
          <button type="button" className="link-button" aria-expanded={asksWhy} onClick={() => setAsksWhy(!asksWhy)}>
            {text('segments.why')}
          </button>
        )}
      </span>
      {asksWhy ? <Why segment={segment} personId={personId} /> : <small className="faint">{pick(segment.sentence)}</small>}
    </li>
  )
}

/** Every condition with what was found. */
function Why({ segment, personId }: { segment: Membership; personId: number }) {
  const text = useText('people')
  const pick = useLocaleText()
  const why = useRead(audienceRoutes.explainRule, { body: { rule: segment.rule, personId } })
  if (why.error) return <ErrorView error={why.error} retry={() => void why.refetch()} />
  if (!why.data) return <Skeleton active title={false} paragraph={{ rows: 2 }} />
  const parts = why.data.nodes.length > 1 ? why.data.nodes.filter(({ path }) => path !== '') : why.data.nodes
  return (
    <>
      {why.data.holds !== segment.holds && <p className="faint">{text(why.data.holds ? 'segments.willEnter' : 'segments.willLeave')}</p>}
      <ul className="segment-why">
        {parts.map((node) => (
          <li key={node.path}>
            <Holds holds={node.holds} />
            <span>
              {pick(node.sentence)}
              {node.found !== null && <small className="faint"> {text('segments.found', { value: pick(node.found) })}</small>}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}

function Holds({ holds }: { holds: boolean | null }) {
  const text = useText('people')
  if (holds === null) return <span className="faint">{text('segments.unknown')}</span>
  return (
    <span className={holds ? 'holds' : 'holds-not'}>
      {holds ? <CheckCircleFilled aria-hidden="true" /> : <CloseCircleOutlined aria-hidden="true" />}
      <span className="visually-hidden">{text(holds ? 'segments.yes' : 'segments.no')}</span>
    </span>
  )
}
