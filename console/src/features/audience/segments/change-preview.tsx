import { Button } from 'antd'
import { useState } from 'react'
import type { Segment } from '../../../../../contracts/audience.ts'
import type { PersonRow } from '../../../../../contracts/people.ts'
import type { Rule } from '../../../../../contracts/rule.ts'
import { segmentRoutes, type MoveDirection, type PeopleSet } from '../../../../../contracts/segments.ts'
import { useRead } from '../../../ui/api.ts'
import { Loaded } from '../../../ui/loading.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { useText } from '../../../ui/text.ts'
import { PersonLink } from '../../../ui/values.tsx'
import { SetPeople } from './set-people.tsx'
import { Stat } from './segment-moves.tsx'

/** Who would enter and who would leave when the rule, which is not saved, is: asked for, since it reads both rules for everybody. */
export function ChangePreview({ segment, rule }: { segment: Segment; rule: Rule }) {
  const text = useText('segments')
  const [asked, setAsked] = useState<Rule | null>(null)
  return (
    <Panel title={text('change.title')}>
      <p className="faint">{text('change.lead')}</p>
      {asked === rule ? <Preview segment={segment} rule={rule} /> : <Button onClick={() => setAsked(rule)}>{text('change.show')}</Button>}
    </Panel>
  )
}

function Preview({ segment, rule }: { segment: Segment; rule: Rule }) {
  const text = useText('segments')
  const change = { kind: 'change', segmentId: segment.id, rule } as const
  const sets = {
    before: { kind: 'rule', rule: { kind: 'segment', segmentId: segment.id } },
    entered: { ...change, direction: 'entered' },
    left: { ...change, direction: 'left' },
    after: { kind: 'rule', rule },
  } satisfies Record<string, PeopleSet>
  const [opened, setOpened] = useState<keyof typeof sets | null>(null)
  const preview = useRead(segmentRoutes.previewSegmentChange, { params: { id: segment.id }, body: { rule } })
  return (
    <Loaded query={preview}>
      {({ before, after, entered, left, people }) => (
        <>
          <div className="stat-row change-stats">
            <Stat label={text('change.before')} value={before} onOpen={() => setOpened('before')} />
            <Stat label={text('change.entered')} value={entered} onOpen={() => setOpened('entered')} />
            <Stat label={text('change.left')} value={left} onOpen={() => setOpened('left')} />
            <Stat label={text('change.after')} value={after} onOpen={() => setOpened('after')} />
          </div>
          {people && (['entered', 'left'] as const).map((direction) => <Some key={direction} direction={direction} people={people[direction]} />)}
          {opened && <SetPeople of={sets[opened]} title={text(`set.change.${opened}`)} onClose={() => setOpened(null)} />}
        </>
      )}
    </Loaded>
  )
}

/** A few of those who would move; the number opens them all. */
function Some({ direction, people }: { direction: MoveDirection; people: readonly PersonRow[] }) {
  const text = useText('segments')
  if (people.length === 0) return null
  return (
    <p className="change-people">
      <span className="faint">{text(`change.some.${direction}`)}</span>
      {people.map((person) => (
        <PersonLink key={person.personId} personId={person.personId} name={person.name} />
      ))}
    </p>
  )
}
