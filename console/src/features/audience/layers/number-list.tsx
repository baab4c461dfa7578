import { Input } from 'antd'
import { useState } from 'react'
import { Field } from './field.tsx'

/** Some numbers in one field, commas or spaces between; what is no number does not count. */
export function NumberList({
  label,
  help,
  values,
  onChange,
}: {
  label: string
  help?: string
  values: readonly number[]
  onChange: (values: number[]) => void
}) {
  const [text, setText] = useState(values.join(', '))
  const [shown, setShown] = useState(values)
  // Changed from elsewhere, e.g. turned round.
  if (shown.join() !== values.join()) {
    setShown(values)
    setText(values.join(', '))
  }
  const change = (written: string): void => {
    const numbers = readNumbers(written)
    setText(written)
    setShown(numbers)
    onChange(numbers)
  }
  return (
    <Field label={label} {...(help === undefined ? {} : { help })}>
      <Input aria-label={label} value={text} inputMode="decimal" onChange={(event) => change(event.target.value)} />
    </Field>
  )
}

function readNumbers(text: string): number[] {
  return text
    .split(/[\s,，、;；]+/)
    .filter((part) => part !== '')
    .map(Number)
    .filter((number) => Number.isFinite(number))
}
