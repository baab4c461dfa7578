import { useState } from 'react'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { formatCount } from '../../../ui/format.ts'
import { useLocale, useText } from '../../../ui/text.ts'
import { renderOption } from './option-label.tsx'
import { useSettled } from './use-settled.ts'
import { useValueSuggestions, type ValueSource } from './use-value-suggestions.ts'

interface TextValuesProps {
  label: string
  values: string[]
  isSingle: boolean
  source: ValueSource
  onChange: (values: string[]) => void
}

/** Values as tags, offered from the data with their counts; what was never seen can be typed. */
export function TextValues({ label, values, isSingle, source, onChange }: TextValuesProps) {
  const text = useText('audience')
  const locale = useLocale()
  const [typed, setTyped] = useState('')
  const search = useSettled(typed.trim(), 250)
  const { suggestions, isLoading } = useValueSuggestions(source, search)
  return (
    <NamedSelect
      mode="tags"
      className="rule-values"
      value={values.filter((value) => value !== '')}
      maxCount={isSingle ? 1 : 1000}
      label={label}
      placeholder={text('test.values')}
      loading={isLoading}
      showSearch={{
        onSearch: setTyped,
        filterOption: (words, option) => (option?.value ?? '').toLowerCase().includes(words.toLowerCase()),
      }}
      options={suggestions.map(({ value, count }) => ({ value, label: value, note: formatCount(count, locale) }))}
      optionRender={renderOption}
      tokenSeparators={[',', '\n', '\uff0c', '\u3001']}
      onChange={(next: string[]) => onChange(next.map((value) => value.trim()).filter((value) => value !== ''))}
      popupMatchSelectWidth={240}
    />
  )
}
