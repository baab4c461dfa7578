import { useParams } from 'react-router'
import { Button } from 'antd'
import { peopleRoutes, type Person } from '../../../../contracts/people.ts'
import { useRead } from '../../ui/api.ts'
import { useGo } from '../../ui/link.tsx'
import { Loaded } from '../../ui/loading.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { StatNumber, StatRow } from '../../ui/stat-number.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { Count, DateTime, Money, StateTag } from '../../ui/values.tsx'
import { PersonAttributes } from './person-attributes.tsx'
import { PersonConsents } from './person-consents.tsx'
import { PersonIdentities } from './person-identities.tsx'
import { PersonLayers } from './person-layers.tsx'
import { Timeline } from './timeline.tsx'
import './people.css'

/** Everything about one person, on one page. */
export function PersonPage() {
  const { personId = '' } = useParams()
  const person = useRead(peopleRoutes.readPerson, { params: { personId: Number(personId) } })
  return <Loaded query={person}>{(data) => <PersonBody key={data.personId} person={data} />}</Loaded>
}

function PersonBody({ person }: { person: Person }) {
  const text = useText('people')
  const pick = useLocaleText()
  const go = useGo()
  return (
    <>
      <PageHeader
        title={person.name ?? text('person.noName')}
        parent={{ label: text('title'), to: '/people' }}
        aside={person.layer && <StateTag tone="accent" text={pick(person.layer)} />}
        lead={[text('person.id', { personId: person.personId }), person.gender, person.city].filter(Boolean).join(' · ')}
        actions={<Button onClick={() => go(`/messages?personId=${person.personId}`)}>{text('person.messages')}</Button>}
      />
      <StatRow>
        <StatNumber label={text('person.orders')} value={<Count value={person.orders} />} />
        <StatNumber label={text('person.amount')} value={<Money fen={person.amountFen} />} />
        <StatNumber label={text('person.average')} value={<Money fen={person.orders === 0 ? null : Math.round(person.amountFen / person.orders)} />} />
        <StatNumber label={text('person.lastOrderAt')} value={<DateTime at={person.lastOrderAt} dateOnly />} />
        <StatNumber label={text('person.firstOrderAt')} value={<DateTime at={person.firstOrderAt} dateOnly />} />
        <StatNumber label={text('person.events')} value={<Count value={person.events} />} />
      </StatRow>
      <div className="person-grid">
        <Timeline personId={person.personId} />
        <div>
          <PersonIdentities person={person} />
          <PersonConsents person={person} />
          <PersonLayers person={person} />
          <PersonAttributes person={person} />
        </div>
      </div>
    </>
  )
}
