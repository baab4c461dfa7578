import { Select } from 'antd'
import { useState } from 'react'
import type { ImportTarget } from '../../../../../contracts/import-setup.ts'
import { FieldKey } from '../../../../../contracts/rule.ts'
import { useMay } from '../../../ui/session-context.ts'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { keyOfHeader } from './mapping-problems.ts'
import type { NewFieldKind } from './new-field.tsx'
import type { ChoosableField } from './use-fields.ts'

interface FieldSelectProps {
  target: ImportTarget
  header: string
  index: number
  value: string
  fields: readonly ChoosableField[]
  onChange: (field: string) => void
  /** Somebody wants a field that does not exist yet. */
  onNew: (kind: NewFieldKind) => void
  hasProblem: boolean
}

/** Which free keys a target takes: attributes of the person, properties of the event, or none. */
const freeKinds: Partial<Record<ImportTarget, 'attribute' | 'property'>> = { people: 'attribute', orders: 'property', events: 'property' }
const groups = ['identity', 'field', 'attribute', 'tag'] as const
const newPrefix = 'new:'

/** Where a column goes: a field of the workspace, a new one, a property of the event, or nowhere. */
export function FieldSelect({ target, header, index, value, fields, onChange, onNew, hasProblem }: FieldSelectProps) {
  const text = useText('data')
  const pick = useLocaleText()
  const may = useMay()
  const [typed, setTyped] = useState('')
  const kind = freeKinds[target]
  const known = new Set(fields.map(({ field }) => field))
  const free = freeFields({ kind, known, keys: [keyOfHeader(header, index), typed.trim()], value })
  const nameOf = (field: string): string =>
    text(field.startsWith('property:') ? 'imports.asProperty' : 'imports.asAttribute', { key: field.replace(/^\w+:/, '') })
  const makers: NewFieldKind[] = [
    ...(target === 'people' && may('data.manage') ? (['attribute'] as const) : []),
    ...((target === 'people' || target === 'tags') && may('audience.write') ? (['tag'] as const) : []),
    ...(may('data.manage') ? (['namespace'] as const) : []),
  ]
  return (
    <Select
      className="field-select"
      aria-label={text('imports.fieldOf', { column: header })}
      status={hasProblem ? 'error' : undefined}
      value={value}
      onChange={(next: string) => (next.startsWith(newPrefix) ? onNew(next.slice(newPrefix.length) as NewFieldKind) : onChange(next))}
      popupMatchSelectWidth={300}
      showSearch={{ onSearch: setTyped, optionFilterProp: 'label' }}
      options={[
        { value: '', label: text('imports.leaveOut') },
        ...groups.flatMap((group) => {
          const own = fields.filter((field) => field.group === group)
          return own.length === 0
            ? []
            : [{ label: text(`imports.groups.${group}`), options: own.map((field) => ({ value: field.field, label: pick(field.label) })) }]
        }),
        ...(free.length === 0 ? [] : [{ label: text('imports.ownFields'), options: free.map((field) => ({ value: field, label: nameOf(field) })) }]),
        ...(makers.length === 0
          ? []
          : [{ label: text('imports.newFields'), options: makers.map((maker) => ({ value: newPrefix + maker, label: text(`imports.new_${maker}`) })) }]),
      ]}
    />
  )
}

interface FreeFields {
  kind: 'attribute' | 'property' | undefined
  known: ReadonlySet<string>
  keys: string[]
  value: string
}

/** Keys that are not fields of the workspace yet: made of the header, of what is typed, and what is chosen already. */
function freeFields({ kind, known, keys, value }: FreeFields): string[] {
  const found = kind === undefined ? [] : keys.filter((key) => FieldKey.safeParse(key).success).map((key) => `${kind}:${key}`)
  return [...new Set([...found, ...(value === '' ? [] : [value])])].filter((field) => !known.has(field))
}
