import { useEffect, useState } from 'react'
import { peopleRoutes } from '../../../../contracts/people.ts'
import { useRead } from '../../ui/api.ts'
import { NamedSelect } from '../../ui/named-select.tsx'
import { useText } from '../../ui/text.ts'

interface PersonSelectProps {
  label: string
  value: number | undefined
  onChange: (personId: number | undefined) => void
}

/** A person by number, or by whatever the search of people takes. */
export function PersonSelect({ label, value, onChange }: PersonSelectProps) {
  const text = useText('one-id')
  const [typed, setTyped] = useState('')
  const search = useRested(typed.trim())
  const people = useRead(peopleRoutes.listPeople, { query: { search, limit: 8 }, enabled: search !== '', keepPrevious: true })
  const found = (people.data?.items ?? []).map(({ personId, name, phone, memberNo }) => ({
    value: personId,
    label: [name ?? text('compare.id', { personId }), phone, memberNo].filter(Boolean).join(' · '),
  }))
  const id = /^[1-9]\d{0,8}$/.test(typed.trim()) ? Number(typed.trim()) : value
  const options = id === undefined || found.some((one) => one.value === id) ? found : [{ value: id, label: text('compare.id', { personId: id }) }, ...found]
  return (
    <NamedSelect<number | undefined>
      allowClear
      className="person-select"
      showSearch={{ filterOption: false, onSearch: setTyped }}
      value={value}
      placeholder={text('merge.search')}
      label={label}
      notFoundContent={search === '' ? null : people.isFetching ? text('merge.searching') : text('merge.notFound')}
      options={options}
      onChange={onChange}
    />
  )
}

function useRested(value: string): string {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), 300)
    return () => clearTimeout(timer)
  }, [value])
  return rested
}
