import { NamedSelect } from '../../../ui/named-select.tsx'
import { renderOption } from './option-label.tsx'

interface ReferenceSelectProps {
  /** Empty: nothing is chosen yet. */
  id: string
  options: { value: string; label: string; note: string }[]
  isLoading: boolean
  /** Before they are read nothing is known to be gone. */
  isRead: boolean
  label: string
  placeholder: string
  /** What stands in place of something that was deleted. */
  gone: string
  popupWidth: number
  onChange: (id: string) => void
}

/** What a condition is about, of those there are. */
export function ReferenceSelect({ id, options, isLoading, isRead, label, placeholder, gone, popupWidth, onChange }: ReferenceSelectProps) {
  const isGone = isRead && !options.some(({ value }) => value === id)
  return (
    <NamedSelect
      showSearch={{ optionFilterProp: 'label' }}
      className="rule-subject"
      value={id === '' ? undefined : isGone ? gone : id}
      placeholder={placeholder}
      label={label}
      loading={isLoading}
      options={options}
      optionRender={renderOption}
      onChange={onChange}
      popupMatchSelectWidth={popupWidth}
    />
  )
}
