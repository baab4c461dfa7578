import { Button, Input, Select } from 'antd'
import { useEffect, useState, type ReactNode } from 'react'
import { useText } from './text.ts'

/** A row of filters; "clear" shows when one is set. */
export function FilterBar({ children, onClear }: { children: ReactNode; onClear?: () => void }) {
  const text = useText('common')
  return (
    <div className="filter-bar" role="search">
      {children}
      {onClear && (
        <Button type="link" size="small" onClick={onClear}>
          {text('filter.clear')}
        </Button>
      )}
    </div>
  )
}

/** Search that goes off on Enter or after a short rest. */
export function SearchFilter({
  value,
  onChange,
  placeholder,
}: {
  value: string | undefined
  onChange: (value: string | undefined) => void
  placeholder: string
}) {
  /** What is typed and not yet searched for; the URL holds the rest. */
  const [draft, setDraft] = useState<string>()
  const search = (text: string): void => {
    setDraft(undefined)
    onChange(text.trim() || undefined)
  }
  useEffect(() => {
    if (draft === undefined) return undefined
    const timer = setTimeout(() => {
      setDraft(undefined)
      onChange(draft.trim() || undefined)
    }, 350)
    return () => clearTimeout(timer)
  }, [draft, onChange])
  return (
    <Input
      allowClear
      className="search-filter"
      value={draft ?? value ?? ''}
      placeholder={placeholder}
      aria-label={placeholder}
      onChange={(event) => setDraft(event.target.value)}
      onPressEnter={(event) => search(event.currentTarget.value)}
    />
  )
}

interface ChoiceFilterProps {
  label: string
  value: string | undefined
  onChange: (value: string | undefined) => void
  options: { value: string; label: string }[]
  width?: number
}

/** One of a few values, or any. */
export function ChoiceFilter({ label, value, onChange, options, width = 140 }: ChoiceFilterProps) {
  return (
    <Select
      allowClear
      style={{ minWidth: width }}
      value={value}
      placeholder={label}
      aria-label={label}
      onChange={(next?: string) => onChange(next)}
      options={options}
      popupMatchSelectWidth={false}
    />
  )
}
