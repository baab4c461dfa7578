import { CheckOutlined, CopyOutlined } from '@ant-design/icons'
import { Button, Tooltip } from 'antd'
import { useState } from 'react'
import { peopleRoutes, type Person } from '../../../../contracts/people.ts'
import { useAct } from '../../ui/api.ts'
import { Facts, Panel } from '../../ui/panel.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { DateTime, Masked } from '../../ui/values.tsx'
import { writeClipboard } from '../../ui/write-clipboard.ts'
import { SourceName } from './source-name.tsx'

const shownAtFirst = 8

/** By what the person is known, since when and from where; phone and e-mail in full only for those who may, and on the record. */
export function PersonIdentities({ person }: { person: Person }) {
  const text = useText('people')
  const [showsAll, setShowsAll] = useState(false)
  const reveal = useAct(peopleRoutes.revealPerson, { readOnly: true })
  const canReveal = person.phone !== null || person.email !== null
  const shown = showsAll ? person.identities : person.identities.slice(0, shownAtFirst)
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
      {person.identities.length === 0 && <p className="faint">{text('identities.none')}</p>}
      <ul className="identities">
        {shown.map((identity) => (
          <IdentityEntry key={identity.namespace + identity.value + identity.firstSeenAt} identity={identity} />
        ))}
      </ul>
      {person.identities.length > shownAtFirst && (
        <Button type="link" size="small" onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? text('identities.fewer') : text('identities.all', { count: person.identities.length })}
        </Button>
      )}
      {reveal.data && (
        <Facts
          rows={[
            [text('person.phone'), <Revealed key="phone" value={reveal.data.phone} />],
            [text('person.email'), <Revealed key="email" value={reveal.data.email} />],
            ['', text('person.revealed')],
          ]}
        />
      )}
    </Panel>
  )
}

function IdentityEntry({ identity }: { identity: Person['identities'][number] }) {
  const text = useText('people')
  const pick = useLocaleText()
  return (
    <li>
      <span className="faint">{pick(identity.label)}</span>
      <span className="identity-value">
        {identity.masked ? <Masked value={identity.value} /> : <span className="number">{identity.value}</span>}
        {!identity.masked && <CopyButton value={identity.value} />}
      </span>
      <small className="faint">
        {text('identities.since')} <DateTime at={identity.firstSeenAt} dateOnly />
        {identity.source && (
          <>
            {' · '}
            <SourceName source={identity.source} />
          </>
        )}
      </small>
    </li>
  )
}

function Revealed({ value }: { value: string | null }) {
  if (value === null) return <>–</>
  return (
    <span className="identity-value">
      <b className="number">{value}</b>
      <CopyButton value={value} />
    </span>
  )
}

function CopyButton({ value }: { value: string }) {
  const text = useText('common')
  const [isCopied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await writeClipboard(value)
    setCopied(true)
    setTimeout(() => setCopied(false), 2000)
  }
  return (
    <Tooltip title={isCopied ? text('copied') : text('copy')}>
      <Button
        type="text"
        size="small"
        className="copy-button"
        aria-label={text('copy')}
        icon={isCopied ? <CheckOutlined /> : <CopyOutlined />}
        onClick={() => void copy()}
      />
    </Tooltip>
  )
}
