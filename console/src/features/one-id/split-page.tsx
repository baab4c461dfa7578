import { Alert, Button, Checkbox } from 'antd'
import { useState } from 'react'
import { useParams } from 'react-router'
import { oneIdRoutes } from '../../../../contracts/one-id.ts'
import type { HeldIdentity } from '../../../../contracts/merge-previews.ts'
import { peopleRoutes } from '../../../../contracts/people.ts'
import { useAct, useRead } from '../../ui/api.ts'
import { ErrorView } from '../../ui/error-view.tsx'
import { Link, useGo } from '../../ui/link.tsx'
import { NamespaceName } from '../../ui/namespace-name.tsx'
import { Loaded, PageSkeleton } from '../../ui/loading.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Facts, Panel } from '../../ui/panel.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { Count, DateTime, Masked } from '../../ui/values.tsx'
import './one-id.css'

/** One person taken apart: which identities leave, and what goes with them. */
export function SplitPage() {
  const text = useText('one-id')
  const personId = Number(useParams().personId ?? '')
  const person = useRead(peopleRoutes.readPerson, { params: { personId } })
  const identities = useRead(oneIdRoutes.listHeldIdentities, { params: { personId } })
  const [chosen, setChosen] = useState<string[]>([])
  const name = person.data?.name ?? text('compare.id', { personId })
  return (
    <>
      <PageHeader title={text('split.title', { name })} lead={text('split.lead')} parent={{ label: name, to: `/people/${personId}` }} />
      <Loaded query={identities}>
        {({ items }) =>
          items.length < 2 ? (
            <p className="faint">{text('split.onlyOne')}</p>
          ) : (
            <>
              <Panel title={text('split.which')}>
                <ChooseIdentities items={items} chosen={chosen} onChange={setChosen} />
              </Panel>
              {chosen.length > 0 && chosen.length < items.length && (
                <Preview personId={personId} identities={items.filter(({ key }) => chosen.includes(key))} />
              )}
              {chosen.length === items.length && <Alert type="warning" showIcon title={text('split.notAll')} />}
            </>
          )
        }
      </Loaded>
    </>
  )
}

interface ChooseIdentitiesProps {
  items: HeldIdentity[]
  chosen: string[]
  onChange: (chosen: string[]) => void
}

/** Those that came with one merge stand together, and can leave together by one click. */
function ChooseIdentities({ items, chosen, onChange }: ChooseIdentitiesProps) {
  const text = useText('one-id')
  const groups = [...new Set(items.map(({ mergeId }) => mergeId))].toSorted((left, right) => (left ?? 0) - (right ?? 0))
  return groups.map((mergeId) => {
    const own = items.filter((item) => item.mergeId === mergeId)
    const keys = own.map(({ key }) => key)
    const count = keys.filter((key) => chosen.includes(key)).length
    return (
      <fieldset key={mergeId ?? 0} className="split-group">
        <legend>
          {mergeId === null ? (
            text('split.own')
          ) : (
            <Checkbox
              checked={count === keys.length}
              indeterminate={count > 0 && count < keys.length}
              onChange={(event) => onChange([...chosen.filter((key) => !keys.includes(key)), ...(event.target.checked ? keys : [])])}
            >
              {text('split.cameWith', { mergeId })}
            </Checkbox>
          )}
        </legend>
        {own.map((identity) => (
          <Checkbox
            key={identity.key}
            className="split-identity"
            checked={chosen.includes(identity.key)}
            onChange={(event) => onChange(event.target.checked ? [...chosen, identity.key] : chosen.filter((key) => key !== identity.key))}
          >
            <NamespaceName name={identity.namespace} /> <span className="number">{identity.value}</span>{' '}
            <small className="faint">
              {text('split.since')} <DateTime at={identity.firstSeenAt} dateOnly />
            </small>
          </Checkbox>
        ))}
      </fieldset>
    )
  })
}

function Preview({ personId, identities }: { personId: number; identities: HeldIdentity[] }) {
  const text = useText('one-id')
  const pick = useLocaleText()
  const go = useGo()
  const body = { identities: identities.map(({ namespace, key }) => ({ namespace, key })) }
  const preview = useRead(oneIdRoutes.previewSplit, { params: { personId }, body, keepPrevious: true })
  const split = useAct(oneIdRoutes.splitPerson, { done: text('split.done'), onDone: ({ newPersonId }) => go(`/people/${newPersonId}`) })
  if (preview.error) return <ErrorView error={preview.error} retry={() => void preview.refetch()} />
  if (!preview.data) return <PageSkeleton rows={3} />
  const { data } = preview
  const list = (items: HeldIdentity[]) => (
    <ul className="compare-identities">
      {items.map((identity) => (
        <li key={identity.key}>
          <small className="faint">
            <NamespaceName name={identity.namespace} />
          </small>{' '}
          <Masked value={identity.value} />
        </li>
      ))}
    </ul>
  )
  return (
    <Panel title={text('split.preview')}>
      <Facts
        rows={[
          [
            text('split.goesTo'),
            data.formerPersonId === null ? (
              text('split.newPerson')
            ) : (
              <Link key="former" to={`/people/${data.formerPersonId}`}>
                {text('split.former', { personId: data.formerPersonId })}
              </Link>
            ),
          ],
          [text('split.leaving'), list(data.leaving)],
          [text('split.staying'), list(data.staying)],
          [text('split.eventsLeaving'), <Count key="leaving" value={data.eventsLeaving} />],
          [text('split.eventsStaying'), <Count key="staying" value={data.eventsStaying} />],
        ]}
      />
      {data.notes.map((note) => (
        <Alert key={note.en} type="info" showIcon className="merge-note" title={pick(note)} />
      ))}
      <div className="decision-confirm">
        <PermissionGate permission="people.merge">
          <Button type="primary" loading={split.isPending} disabled={preview.isPlaceholderData} onClick={() => split.mutate({ params: { personId }, body })}>
            {text('split.verb')}
          </Button>
        </PermissionGate>
      </div>
    </Panel>
  )
}
