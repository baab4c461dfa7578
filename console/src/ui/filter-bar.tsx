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
  const [typed, setTyped] = useState(value ?? '')
  useEffect(() => setTyped(value ?? ''), [value])
  useEffect(() => {
    if (typed === (value ?? '')) return undefined
    const timer = setTimeout(() => onChange(typed.trim() || undefined), 350)
    return () => clearTimeout(timer)
  }, [typed, value, onChange])
  return (
    <Input
      allowClear
      className="search-filter"
      value={typed}
      placeholder={placeholder}
      aria-label={placeholder}
      onChange={(event) => setTyped(event.target.value)}
      onPressEnter={() => onChange(typed.trim() || undefined)}
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
