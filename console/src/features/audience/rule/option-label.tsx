import './rule.css'

interface Option {
  label: string
  /** A small fact at the right: a key, a count. */
  note?: string
}

/** How a choice looks in a list: its name, and a small fact at its right. For antd's `optionRender`; the options carry the note. */
export const renderOption = ({ data }: { data: unknown }) => {
  const { label, note } = data as Option
  return (
    <span className="option-label">
      <span>{label}</span>
      {note !== undefined && <small>{note}</small>}
    </span>
  )
}
