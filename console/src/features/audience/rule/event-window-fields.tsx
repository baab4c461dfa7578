import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import type { EventWindow } from '../../../../../contracts/rule.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useNow } from '../../../ui/now.ts'
import { useZone } from '../../../ui/session-context.ts'
import { useText } from '../../../ui/text.ts'
import { ever, lastDays } from './new-nodes.ts'
import { NumberValues } from './number-values.tsx'
import { addDays, dayOf, instantOf, localOf } from './zone-days.ts'

interface WindowProps<Window> {
  window: Window
  onChange: (window: EventWindow) => void
}

/** 「最近」「30」「天」, between two days, or ever. */
export function EventWindowFields({ window, onChange }: WindowProps<EventWindow>) {
  const text = useText('audience')
  const zone = useZone()
  const now = useNow()
  const begin = (kind: EventWindow['kind']): EventWindow => {
    const today = dayOf(now, zone)
    if (kind === 'between') return { kind, from: instantOf(`${addDays(today, -29)}T00:00`, zone), to: instantOf(`${addDays(today, 1)}T00:00`, zone) }
    return kind === 'last' ? lastDays(30) : ever
  }
  return (
    <span className="rule-clause rule-clause-last">
      <NamedSelect<EventWindow['kind']>
        className="rule-operator"
        value={window.kind}
        label={text('window.kind')}
        options={(['last', 'between', 'ever'] as const).map((value) => ({ value, label: text(`window.${value}`) }))}
        onChange={(kind) => onChange(begin(kind))}
        popupMatchSelectWidth={false}
      />
      {window.kind === 'last' && <LastFields window={window} onChange={onChange} />}
      {window.kind === 'between' && <BetweenFields window={window} onChange={onChange} />}
    </span>
  )
}

function LastFields({ window, onChange }: WindowProps<Extract<EventWindow, { kind: 'last' }>>) {
  const text = useText('audience')
  return (
    <>
      <NumberValues label={text('window.amount')} values={[window.amount]} minimum={1} isWhole onChange={([amount = 1]) => onChange({ ...window, amount })} />
      <NamedSelect<'day' | 'hour'>
        className="rule-operator"
        value={window.unit}
        label={text('window.unit')}
        options={(['day', 'hour'] as const).map((value) => ({ value, label: text(`window.${value}`) }))}
        onChange={(unit) => onChange({ ...window, unit })}
        popupMatchSelectWidth={false}
      />
    </>
  )
}

/** Whole days of the workspace's zone, the last one included; a window that begins or ends inside a day shows its minutes. */
function BetweenFields({ window, onChange }: WindowProps<Extract<EventWindow, { kind: 'between' }>>) {
  const text = useText('audience')
  const zone = useZone()
  const [from, to] = [localOf(window.from, zone), localOf(window.to, zone)]
  const isWholeDays = from.endsWith('T00:00') && to.endsWith('T00:00') && from < to
  const shown: [dayjs.Dayjs, dayjs.Dayjs] = [dayjs(from), isWholeDays ? dayjs(addDays(to.slice(0, 10), -1)) : dayjs(to)]
  const set = (range: (dayjs.Dayjs | null)[] | null): void => {
    const [first, last] = range ?? []
    if (!first || !last) return
    const [firstLocal, lastLocal] = isWholeDays
      ? [`${first.format('YYYY-MM-DD')}T00:00`, `${addDays(last.format('YYYY-MM-DD'), 1)}T00:00`]
      : [first.format('YYYY-MM-DDTHH:mm'), last.format('YYYY-MM-DDTHH:mm')]
    onChange({ ...window, from: instantOf(firstLocal, zone), to: instantOf(lastLocal, zone) })
  }
  return (
    <>
      <DatePicker.RangePicker
        allowClear={false}
        showTime={isWholeDays ? false : { format: 'HH:mm' }}
        format={isWholeDays ? 'YYYY-MM-DD' : 'YYYY-MM-DD HH:mm'}
        value={shown}
        aria-label={text('window.days')}
        onChange={set}
      />
      <small className="faint">{zone}</small>
    </>
  )
}
