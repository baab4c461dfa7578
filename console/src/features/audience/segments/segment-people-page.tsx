import { Alert, Button, Input, Switch } from 'antd'
import { useState } from 'react'
import { useParams } from 'react-router'
import { audienceRoutes, type Segment } from '../../../../../contracts/audience.ts'
import { segmentRoutes, type PeopleSet } from '../../../../../contracts/segments.ts'
import { useAct, useRead } from '../../../ui/api.ts'
import { Link, peoplePath } from '../../../ui/link.tsx'
import { Loaded } from '../../../ui/loading.tsx'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { Facts, Panel } from '../../../ui/panel.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useMay } from '../../../ui/session-context.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { Count, DateTime } from '../../../ui/values.tsx'
import { SegmentActions } from './segment-actions.tsx'
import { SegmentMoves } from './segment-moves.tsx'
import { SegmentCost, SegmentStateTag, useStateReason } from './segment-state.tsx'
import { SizeHistory } from './size-history.tsx'
import './segments.css'

const refetchSeconds = 15

/** A segment's people: how fresh they are, how many there were, who came and who went. */
export function SegmentPeoplePage() {
  const { id = '' } = useParams()
  const segment = useRead(audienceRoutes.readSegment, { params: { id }, refetchSeconds })
  return <Loaded query={segment}>{(data) => <SegmentPeople segment={data} />}</Loaded>
}

function SegmentPeople({ segment }: { segment: Segment }) {
  const text = useText('segments')
  const audience = useText('audience')
  const reason = useStateReason(segment)
  return (
    <>
      <PageHeader
        title={segment.name}
        parent={{ label: audience('list.title'), to: '/segments' }}
        aside={<SegmentStateTag segment={segment} />}
        lead={segment.description === '' ? undefined : segment.description}
        actions={<SegmentActions segment={segment} />}
      />
      {reason && <Alert type={segment.freshness.problem ? 'error' : 'info'} showIcon className="form-error" title={reason} />}
      <div className="segment-people">
        <div>
          <SizeHistory segment={segment} />
          <SegmentMoves segment={segment} />
        </div>
        <aside>
          <Panel title={text('people.freshness')}>
            <Freshness segment={segment} />
          </Panel>
          {segment.kind === 'static' && (
            <PermissionGate permission="audience.write">
              <Members segment={segment} />
            </PermissionGate>
          )}
        </aside>
      </div>
    </>
  )
}

function Freshness({ segment }: { segment: Segment }) {
  const text = useText('segments')
  const pick = useLocaleText()
  const mayWrite = useMay()('audience.write')
  const { asOf, lagSeconds, nextAt } = segment.freshness
  const announce = useAct(audienceRoutes.updateSegment, { done: text('people.announced') })
  const rows: [string, React.ReactNode][] = [
    [
      text('people.count'),
      <Link key="count" to={peoplePath({ segmentId: segment.id })} title={text('people.open')}>
        <Count value={segment.count} />
      </Link>,
    ],
    [text('people.from'), pick(segment.sentence)],
    [text('people.asOf'), <DateTime key="asOf" at={asOf} />],
  ]
  if (segment.kind === 'dynamic') {
    rows.push([text('people.lag'), lagSeconds === null ? '–' : text('people.seconds', { seconds: Math.round(lagSeconds) })])
    rows.push([text('people.cost'), <SegmentCost key="cost" segment={segment} />])
    rows.push([text('people.next'), <DateTime key="next" at={nextAt} />])
  }
  return (
    <>
      <Facts rows={rows} />
      <label className="segment-announce">
        <Switch
          size="small"
          checked={segment.announces}
          disabled={!mayWrite}
          loading={announce.isPending}
          onChange={(announces) => announce.mutate({ params: { id: segment.id }, body: { announces } })}
        />
        <span>
          {text('people.announce')}
          <small className="faint">{text('people.announceHint')}</small>
        </span>
      </label>
    </>
  )
}

function Members({ segment }: { segment: Segment }) {
  const text = useText('segments')
  const [ids, setIds] = useState('')
  const [other, setOther] = useState<string>()
  const segments = useRead(audienceRoutes.listSegments, { query: {} })
  const [changed, setChanged] = useState<number | null>(null)
  const change = useAct(segmentRoutes.changeSegmentMembers, {
    onDone: (answer) => {
      setChanged(answer.changed)
      setIds('')
      setOther(undefined)
    },
  })
  const personIds = [...new Set(ids.split(/[^0-9]+/).filter(Boolean))].map(Number)
  const of: PeopleSet | null = other !== undefined ? { kind: 'segment', segmentId: other } : personIds.length > 0 ? { kind: 'people', personIds } : null
  const act = (operation: 'add' | 'remove') => of && change.mutate({ params: { id: segment.id }, body: { operation, of } })
  return (
    <Panel title={text('members.title')}>
      <p className="faint">{text('members.lead')}</p>
      <Input.TextArea
        aria-label={text('members.ids')}
        placeholder={text('members.ids')}
        rows={3}
        value={ids}
        onChange={(event) => setIds(event.target.value)}
      />
      <NamedSelect<string>
        className="segment-other"
        label={text('members.segment')}
        placeholder={text('members.segment')}
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        value={other}
        onChange={setOther}
        options={(segments.data?.items ?? []).filter((each) => each.id !== segment.id).map((each) => ({ value: each.id, label: each.name }))}
      />
      <div className="segment-members-actions">
        <Button disabled={of === null} loading={change.isPending} onClick={() => act('add')}>
          {text('members.add')}
        </Button>
        <Button disabled={of === null} loading={change.isPending} onClick={() => act('remove')}>
          {text('members.remove')}
        </Button>
        <span className="faint" aria-live="polite">
          {changed === null ? '' : text('members.changed', { count: changed })}
        </span>
      </div>
    </Panel>
  )
}
