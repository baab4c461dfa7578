import { Select } from 'antd'
import { useState } from 'react'
import { importFields, type ImportTarget } from '../../../../../contracts/imports.ts'
import type { Attribute } from '../../../../../contracts/people.ts'
import { FieldKey } from '../../../../../contracts/rule.ts'
import type { z } from 'zod'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { keyOfHeader } from './mapping-problems.ts'

interface FieldSelectProps {
  target: ImportTarget
  header: string
  index: number
  value: string
  onChange: (field: string) => void
  attributes: z.infer<typeof Attribute>[]
  hasProblem: boolean
}

/** Which free keys a target takes: attributes of the person, properties of the event, or none. */
const freeKinds: Record<ImportTarget, readonly ('attribute' | 'property')[]> = {
  people: ['attribute'],
  orders: ['property', 'attribute'],
  events: ['property', 'attribute'],
  campaignContacts: [],
}

/** Where a column goes: a standard field, a known or new attribute or property, or nowhere. */
export function FieldSelect({ target, header, index, value, onChange, attributes, hasProblem }: FieldSelectProps) {
  const text = useText('data')
  const pick = useLocaleText()
  const [typed, setTyped] = useState('')
  const kinds = freeKinds[target]
  const ownKey = keyOfHeader(header, index)
  const free = new Map<string, string>()
  for (const kind of kinds) {
    const keys = [
      ownKey,
      ...(kind === 'attribute' ? attributes.filter((one) => !one.builtIn).map((one) => one.key) : []),
      ...(FieldKey.safeParse(typed.trim()).success ? [typed.trim()] : []),
    ]
    for (const key of keys) free.set(`${kind}:${key}`, text(kind === 'attribute' ? 'imports.asAttribute' : 'imports.asProperty', { key }))
    const [chosenKind, ...rest] = value.split(':')
    if (chosenKind === kind && rest.length > 0)
      free.set(value, text(kind === 'attribute' ? 'imports.asAttribute' : 'imports.asProperty', { key: rest.join(':') }))
  }
  return (
    <Select
      className="field-select"
      aria-label={text('imports.fieldOf', { column: header })}
      status={hasProblem ? 'error' : undefined}
      value={value}
      onChange={(next: string) => onChange(next)}
      popupMatchSelectWidth={300}
      showSearch={{ onSearch: setTyped, optionFilterProp: 'label' }}
      options={[
        { value: '', label: text('imports.leaveOut') },
        { label: text('imports.standardFields'), options: importFields[target].map((field) => ({ value: field.field, label: pick(field.label) })) },
        ...(free.size > 0 ? [{ label: text('imports.ownFields'), options: [...free].map(([field, label]) => ({ value: field, label })) }] : []),
      ]}
    />
  )
}
