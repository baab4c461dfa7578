import type { SelectProps } from 'antd'
import { useMemo } from 'react'
import { NamedSelect } from './named-select.tsx'
import { timezones, useZoneLabel } from './timezones.ts'

/** A choice of zones by what people call them, by offset or by id. */
export function TimezoneSelect({ label, ...select }: { label: string } & Pick<SelectProps<string>, 'id' | 'value' | 'onChange' | 'disabled'>) {
  const labelOf = useZoneLabel()
  const options = useMemo(() => timezones.map((value) => ({ value, label: labelOf(value) })), [labelOf])
  return <NamedSelect<string> {...select} label={label} showSearch={{ optionFilterProp: 'label' }} options={options} />
}
