import { Alert, Button } from 'antd'
import { useState } from 'react'
import { catalogueRoutes } from '../../../../../contracts/catalogue.ts'
import { importFields } from '../../../../../contracts/import-setup.ts'
import { type Import } from '../../../../../contracts/imports.ts'
import { useRead } from '../../../ui/api.ts'
import { formatBytes, formatCount, formatSeconds } from '../../../ui/format.ts'
import { KeepAsSegment } from '../../../ui/keep-as-segment.tsx'
import { peoplePath, useGo } from '../../../ui/link.tsx'
import { Facts, Panel } from '../../../ui/panel.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useLocale, useLocaleText, useText } from '../../../ui/text.ts'
import { DateTime } from '../../../ui/values.tsx'
import { BadRows } from './bad-rows.tsx'
import { ImportNumbers, tellsPeople } from './import-progress.tsx'
import { SaveMapping } from './save-mapping.tsx'
import { UndoImport, UndoProgress } from './undo-import.tsx'

/** What an import brought, what it left out and why, and where to go from here. */
export function ImportResult({ one }: { one: Import }) {
  const text = useText('data')
  const pick = useLocaleText()
  const locale = useLocale()
  const go = useGo()
  const next = nextStep(one)
  const seconds = one.startedAt !== null && one.finishedAt !== null ? (Date.parse(one.finishedAt) - Date.parse(one.startedAt)) / 1000 : undefined
  return (
    <>
      {one.error && <Alert type="error" showIcon className="form-error" title={pick(one.error)} description={text('imports.failedHelp')} />}
      {one.state === 'cancelled' && <Alert type="warning" showIcon className="form-error" title={text('imports.cancelledNote')} />}
      {one.undoState !== null && <UndoProgress one={one} />}
      <ImportNumbers one={one} />
      <div className="import-next">
        {one.rowsGood > 0 && (
          <Button type="primary" onClick={() => go(next.to)}>
            {text(next.label)}
          </Button>
        )}
        {tellsPeople(one) && one.rowsGood > 0 && <KeepPeople one={one} />}
        <Button onClick={() => go('/data/imports/new')}>{text('imports.another')}</Button>
        <SaveMapping one={one} />
        {one.undoState !== 'finished' && one.undoState !== 'running' && one.rowsGood > 0 && <UndoImport one={one} />}
      </div>
      {one.rowsBad > 0 && <BadRows one={one} />}
      <Panel title={text('imports.facts')}>
        <Facts
          rows={[
            [text('imports.target'), one.target ? text(`imports.targets.${one.target}.title`) : '–'],
            [text('imports.size'), `${formatBytes(one.bytes)} · ${one.encoding.toUpperCase()}`],
            [text('imports.startedAt'), <DateTime key="at" at={one.startedAt} />],
            ...(seconds === undefined
              ? []
              : [
                  [
                    text('imports.took'),
                    `${formatSeconds(seconds, locale)} · ${text('imports.speed', { rows: formatCount(Math.round(one.rowsRead / Math.max(1, seconds)), locale) })}`,
                  ] as const,
                ]),
            ...(one.options.consentProof === undefined ? [] : [[text('imports.consentProof'), one.options.consentProof] as const]),
            [text('imports.mappingTitle'), <MappingSummary key="mapping" one={one} />],
          ]}
        />
      </Panel>
    </>
  )
}

/** Whoever came with the file as a list to send to or to compare with. */
function KeepPeople({ one }: { one: Import }) {
  const text = useText('segments')
  const [isKeeping, setIsKeeping] = useState(false)
  return (
    <PermissionGate permission="audience.write">
      <Button onClick={() => setIsKeeping(true)}>{text('keep.title')}</Button>
      {isKeeping && <KeepAsSegment of={{ kind: 'import', importId: one.id }} name={one.fileName} onClose={() => setIsKeeping(false)} />}
    </PermissionGate>
  )
}

/** Where what came in is to be seen. */
function nextStep(one: Import) {
  if (tellsPeople(one)) return { to: peoplePath({ importId: one.id }), label: 'imports.seePeople' } as const
  if (one.target === 'campaignContacts') return { to: '/campaigns', label: 'imports.seeCampaigns' } as const
  return { to: '/data/events', label: 'imports.seeEvents' } as const
}

function MappingSummary({ one }: { one: Import }) {
  const text = useText('data')
  const pick = useLocaleText()
  const attributes = useRead(catalogueRoutes.listAttributeDefinitions)
  const nameOf = (field: string): string => {
    const known = one.target === null ? undefined : importFields[one.target].find((candidate) => candidate.field === field)
    if (known) return pick(known.label)
    const [, kind, key = field] = /^(attribute|property):(.*)$/s.exec(field) ?? []
    const defined = kind === 'attribute' ? attributes.data?.items.find((candidate) => candidate.key === key) : undefined
    return defined ? pick(defined.label) : key
  }
  const used = (one.mapping ?? []).flatMap((field, index) => (field === '' ? [] : [`${one.columns[index]?.header ?? index + 1} → ${nameOf(field)}`]))
  return <>{used.length > 0 ? used.join(text('imports.listComma')) : '–'}</>
}
