import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import { calendarUnits, type EventWindow } from '../../../../../contracts/rule.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useNow } from '../../../ui/now.ts'
import { useZone } from '../../../ui/session-context.ts'
import { useText } from '../../../ui/text.ts'
import { CampaignSelect } from './campaign-select.tsx'
import { ever, lastDays } from './new-nodes.ts'
import { NumberValues } from './number-values.tsx'
import { addDays, dayOf, instantOf, localOf } from './zone-days.ts'

interface WindowProps<Window> {
  window: Window
  onChange: (window: EventWindow) => void
}

/** 「最近」「30」「天」, longer ago, by the calendar, between two days, since a campaign, or ever. */
export function EventWindowFields({
  window,
  label,
  onChange,
}: WindowProps<EventWindow> & { /** What the window is of, where there is more than one. */ label?: string }) {
  const text = useText('audience')
  const zone = useZone()
  const now = useNow()
  const begin = (kind: EventWindow['kind']): EventWindow => {
    const today = dayOf(now, zone)
    switch (kind) {
      case 'between':
        return { kind, from: instantOf(`${addDays(today, -29)}T00:00`, zone), to: instantOf(`${addDays(today, 1)}T00:00`, zone) }
      case 'last':
        return lastDays(30)
      case 'before':
        return { kind, amount: 30, unit: 'day' }
      case 'calendar':
        return { kind, unit: 'month', previous: 0 }
      case 'sinceCampaign':
        return { kind }
      case 'ever':
        return ever
    }
  }
  return (
    <span className="rule-clause rule-clause-last">
      <NamedSelect<EventWindow['kind']>
        className="rule-operator"
        value={window.kind}
        label={label ?? text('window.kind')}
        options={(['last', 'calendar', 'between', 'before', 'sinceCampaign', 'ever'] as const).map((value) => ({ value, label: text(`window.${value}`) }))}
        onChange={(kind) => onChange(begin(kind))}
        popupMatchSelectWidth={false}
      />
      {(window.kind === 'last' || window.kind === 'before') && <LastFields window={window} onChange={onChange} />}
      {window.kind === 'calendar' && <CalendarFields window={window} onChange={onChange} />}
      {window.kind === 'between' && <BetweenFields window={window} onChange={onChange} />}
      {window.kind === 'sinceCampaign' && (
        <CampaignSelect campaignId={window.campaignId} onChange={(campaignId) => onChange({ kind: 'sinceCampaign', ...(campaignId && { campaignId }) })} />
      )}
    </span>
  )
}

function LastFields({ window, onChange }: WindowProps<Extract<EventWindow, { kind: 'last' | 'before' }>>) {
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
      {window.kind === 'before' && <span className="faint">{text('window.ago')}</span>}
    </>
  )
}

type CalendarWindow = Extract<EventWindow, { kind: 'calendar' }>

/** This or the last day, week, month …, or so many whole ones before this. */
function CalendarFields({ window, onChange }: WindowProps<CalendarWindow>) {
  const text = useText('audience')
  const isNamed = window.previous <= 1
  const named = calendarUnits.flatMap((unit) =>
    ([0, 1] as const).map((previous) => ({ value: `${unit} ${previous}`, label: text(`window.calendars.${unit}${previous}`) })),
  )
  const choose = (value: string): void => {
    const [unit, previous] = value.split(' ') as [CalendarWindow['unit'], string]
    onChange({ ...window, unit, previous: Number(previous) })
  }
  return (
    <>
      <NamedSelect<string>
        className="rule-operator"
        value={isNamed ? `${window.unit} ${window.previous}` : `${window.unit} 2`}
        label={text('window.calendarUnit')}
        options={[...named, ...calendarUnits.map((unit) => ({ value: `${unit} 2`, label: text(`window.calendars.${unit}N`) }))]}
        onChange={choose}
        popupMatchSelectWidth={false}
      />
      {!isNamed && (
        <NumberValues
          label={text('window.amount')}
          values={[window.previous]}
          minimum={2}
          isWhole
          onChange={([previous = 2]) => onChange({ ...window, previous })}
        />
      )}
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
