import { Button, Segmented } from 'antd'
import { useParams } from 'react-router'
import { peopleRoutes, type Person } from '../../../../contracts/people.ts'
import { useRead } from '../../ui/api.ts'
import { LayerMark } from '../../ui/layer-mark.tsx'
import { Link, peoplePath, useGo } from '../../ui/link.tsx'
import { Loaded } from '../../ui/loading.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { useIsSmall } from '../../ui/preferences.ts'
import { useMay } from '../../ui/session-context.ts'
import { StatNumber, StatRow } from '../../ui/stat-number.tsx'
import { useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'
import { Count, DateTime, Money } from '../../ui/values.tsx'
import { PersonAttributes } from './person-attributes.tsx'
import { PersonConsents } from './person-consents.tsx'
import { PersonFacts } from './person-facts.tsx'
import { PersonHistory } from './person-history.tsx'
import { PersonIdentities } from './person-identities.tsx'
import { PersonLayers } from './person-layers.tsx'
import { PersonMerges } from './person-merges.tsx'
import { PersonSegments } from './person-segments.tsx'
import { PersonTags } from './person-tags.tsx'
import './people.css'
import './person-history.css'

/** Everything about one person, on one page. */
export function PersonPage() {
  const { personId = '' } = useParams()
  const person = useRead(peopleRoutes.readPerson, { params: { personId: Number(personId) } })
  return <Loaded query={person}>{(data) => <PersonBody key={data.personId} person={data} />}</Loaded>
}

function PersonBody({ person }: { person: Person }) {
  const text = useText('people')
  const isSmall = useIsSmall()
  const [{ view, tab }, setView] = useUrlState('view', 'tab')
  // An address that names a tab is about what happened.
  const showsHistory = !isSmall || (view ?? (tab === undefined ? 'facts' : 'history')) === 'history'
  return (
    <>
      <PageHeader
        title={person.name ?? text('person.noName')}
        parent={{ label: text('title'), to: '/people' }}
        aside={
          person.layer && (
            <Link className="person-layer" to={peoplePath({ modelId: person.layer.modelId, layer: person.layer.layer })} title={person.layer.model}>
              <LayerMark layer={person.layer} />
            </Link>
          )
        }
        lead={[text('person.id', { personId: person.personId }), person.gender, person.city].filter(Boolean).join(' · ')}
        actions={<PersonActions person={person} />}
      />
      <PersonFacts person={person} />
      <StatRow>
        <StatNumber label={text('person.orders')} value={<Count value={person.orders} />} />
        <StatNumber label={text('person.amount')} value={<Money fen={person.amountFen} />} />
        <StatNumber label={text('person.average')} value={<Money fen={person.orders === 0 ? null : Math.round(person.amountFen / person.orders)} />} />
        <StatNumber label={text('person.lastOrderAt')} value={<DateTime at={person.lastOrderAt} dateOnly />} />
        <StatNumber label={text('person.firstOrderAt')} value={<DateTime at={person.firstOrderAt} dateOnly />} />
        <StatNumber label={text('person.events')} value={<Count value={person.events} />} />
      </StatRow>
      {isSmall && (
        <Segmented
          block
          className="person-views"
          aria-label={text('person.views')}
          value={showsHistory ? 'history' : 'facts'}
          onChange={(next) => setView({ view: next })}
          options={[
            { value: 'facts', label: text('person.viewFacts') },
            { value: 'history', label: text('person.viewHistory') },
          ]}
        />
      )}
      <div className="person-grid">
        {showsHistory && <PersonHistory person={person} />}
        {(!isSmall || !showsHistory) && <PersonSides person={person} />}
      </div>
    </>
  )
}

/** What is known of the person besides what happened. */
function PersonSides({ person }: { person: Person }) {
  const may = useMay()
  return (
    <div>
      <PersonIdentities person={person} />
      <PersonTags personId={person.personId} />
      <PersonAttributes person={person} />
      <PersonConsents person={person} />
      <PersonLayers person={person} />
      {may('audience.read') && <PersonSegments personId={person.personId} />}
      <PersonMerges personId={person.personId} />
    </div>
  )
}

function PersonActions({ person }: { person: Person }) {
  const text = useText('people')
  const go = useGo()
  return (
    <>
      <PermissionGate permission="people.merge">
        {person.identities.length > 1 && <Button onClick={() => go(`/one-id/split/${person.personId}`)}>{text('person.split')}</Button>}
        <Button onClick={() => go(`/one-id/merge?kept=${person.personId}`)}>{text('person.merge')}</Button>
      </PermissionGate>
    </>
  )
}
