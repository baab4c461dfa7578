import { Button } from 'antd'
import { namespaceLabels, peopleRoutes, type Person } from '../../../../contracts/people.ts'
import { useAct } from '../../ui/api.ts'
import { Facts, Panel } from '../../ui/panel.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { Masked } from '../../ui/values.tsx'

/** By what the person is known; phone and e-mail in full only for those who may, and on the record. */
export function PersonIdentities({ person }: { person: Person }) {
  const text = useText('people')
  const pick = useLocaleText()
  const reveal = useAct(peopleRoutes.revealPerson, { readOnly: true })
  const canReveal = person.phone !== null || person.email !== null
  return (
    <Panel
      title={text('person.identities')}
      extra={
        canReveal && (
          <PermissionGate permission="people.reveal">
            <Button type="link" size="small" loading={reveal.isPending} onClick={() => reveal.mutate({ params: { personId: person.personId } })}>
              {text('person.reveal')}
            </Button>
          </PermissionGate>
        )
      }
    >
      <Facts
        rows={person.identities.map((identity) => [pick(namespaceLabels[identity.namespace]), <Masked key={identity.value} value={identity.value} />] as const)}
      />
      {reveal.data && (
        <Facts
          rows={[
            [
              text('person.phone'),
              <b key="phone" className="number">
                {reveal.data.phone ?? '–'}
              </b>,
            ],
            [text('person.email'), <b key="email">{reveal.data.email ?? '–'}</b>],
            ['', text('person.revealed')],
          ]}
        />
      )}
    </Panel>
  )
}
