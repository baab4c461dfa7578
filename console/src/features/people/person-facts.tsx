import { Tag } from 'antd'
import { peopleRoutes, type Person } from '../../../../contracts/people.ts'
import { tagRoutes } from '../../../../contracts/tags.ts'
import { useRead } from '../../ui/api.ts'
import { useText } from '../../ui/text.ts'
import { Ago, Masked, StateTag } from '../../ui/values.tsx'
import { dayStart } from './zone-day.ts'
import { useZone } from '../../ui/session-context.ts'
import { tagColourName } from './tag-words.ts'

const tagsMax = 6

/** The first glance: how to reach the person, whether one may, when they were last here, and their tags. */
export function PersonFacts({ person }: { person: Person }) {
  const text = useText('people')
  const zone = useZone()
  const tags = useRead(tagRoutes.listPersonTags, { params: { personId: person.personId } })
  const activity = useRead(peopleRoutes.readPersonActivity, { params: { personId: person.personId } })
  const lastDay = activity.data?.days.at(-1)?.date
  const shown = tags.data?.items.filter((tag) => !tag.retired) ?? []
  return (
    <dl className="person-facts">
      <Fact label={text('person.phone')}>
        <Masked value={person.phone} />
      </Fact>
      {person.email !== null && (
        <Fact label={text('person.email')}>
          <Masked value={person.email} />
        </Fact>
      )}
      {person.memberNo !== null && (
        <Fact label={text('columns.memberNo')}>
          <span className="number">{person.memberNo}</span>
        </Fact>
      )}
      <Fact label={text('person.marketing')}>
        <Reachable person={person} />
      </Fact>
      {lastDay !== undefined && (
        <Fact label={text('person.lastSeen')}>
          <Ago at={dayStart(lastDay, zone)} />
        </Fact>
      )}
      {shown.length > 0 && (
        <Fact label={text('tags.title')}>
          {shown.slice(0, tagsMax).map((tag) => (
            <Tag key={tag.tagId + tag.value} color={tagColourName(tag.colour)}>
              {tag.value === '' ? tag.name : `${tag.name}=${tag.value}`}
            </Tag>
          ))}
          {shown.length > tagsMax && <span className="faint">{text('tags.more', { count: shown.length - tagsMax })}</span>}
        </Fact>
      )}
    </dl>
  )
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** No consent, no marketing: what holds now, in one word. */
function Reachable({ person }: { person: Person }) {
  const text = useText('people')
  if (person.suppressions.length > 0) return <StateTag tone="bad" text={text('person.suppressed')} />
  const [newest] = person.consents
  if (!newest) return <StateTag tone="warn" text={text('person.neverAsked')} />
  return <StateTag tone={newest.state === 'granted' ? 'good' : 'warn'} text={text(`person.${newest.state}`)} />
}
