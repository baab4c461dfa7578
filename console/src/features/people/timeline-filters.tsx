import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import { timelineKinds, type PersonActivity, type TimelineQuery } from '../../../../contracts/people.ts'
import { ChoiceFilter, FilterBar, SearchFilter } from '../../ui/filter-bar.tsx'
import { formatCount } from '../../ui/format.ts'
import { NamedSelect } from '../../ui/named-select.tsx'
import { useZone } from '../../ui/session-context.ts'
import { useLocale, useText } from '../../ui/text.ts'
import { useUrlState } from '../../ui/url-state.ts'
import { useEventWords } from '../../ui/values.tsx'
import { addDays, dayStart } from './zone-day.ts'

const keys = ['kind', 'events', 'from', 'to', 'source', 'text'] as const
/** What the timeline is narrowed to, as it stands in the address: days of the workspace's zone, names of events one a line. */
export type TimelineFilter = Partial<Record<(typeof keys)[number], string>>
type Change = (change: { [Key in keyof TimelineFilter]?: TimelineFilter[Key] | undefined }) => void

export const useTimelineFilter = (): [TimelineFilter, Change] => useUrlState(...keys)
export const isNarrowed = (filter: TimelineFilter): boolean => Object.keys(filter).length > 0
export const everything = Object.fromEntries(keys.map((key) => [key, undefined])) as { [Key in keyof TimelineFilter]: undefined }

const isDay = (value: string | undefined): value is string => value !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))

/** The same as the server reads it. What somebody wrote into the address and is no value is left out. */
export function queryOf(filter: TimelineFilter, zone: string): Omit<TimelineQuery, 'limit'> {
  return {
    kind: timelineKinds.find((kind) => kind === filter.kind),
    events: filter.events,
    from: isDay(filter.from) ? dayStart(filter.from, zone) : undefined,
    to: isDay(filter.to) ? dayStart(addDays(filter.to, 1), zone) : undefined,
    sourceId: filter.source,
    search: filter.text,
  }
}

interface TimelineFiltersProps {
  filter: TimelineFilter
  onChange: Change
  activity: PersonActivity | undefined
}

/** Kind, events, days, source and text; the choices are what this person has. */
export function TimelineFilters({ filter, onChange, activity }: TimelineFiltersProps) {
  const text = useText('people')
  const locale = useLocale()
  const zone = useZone()
  const words = useEventWords()
  const today = dayjs(new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format())
  const names = activity?.events.filter(({ kind }) => filter.kind === undefined || kind === filter.kind) ?? []
  const sources = activity?.sources.filter(({ name }) => name !== null) ?? []
  return (
    <FilterBar onClear={isNarrowed(filter) ? () => onChange(everything) : undefined}>
      <ChoiceFilter
        label={text('timeline.kind')}
        width={100}
        value={filter.kind}
        onChange={(kind) => onChange({ kind, events: undefined })}
        options={timelineKinds.map((value) => ({ value, label: text(`person.kinds.${value}`) }))}
      />
      <NamedSelect<string[]>
        mode="multiple"
        allowClear
        label={text('timeline.events')}
        placeholder={text('timeline.events')}
        style={{ minWidth: 150, maxWidth: 320 }}
        maxTagCount="responsive"
        popupMatchSelectWidth={280}
        showSearch={{ optionFilterProp: 'label' }}
        value={filter.events?.split('\n') ?? []}
        onChange={(chosen) => onChange({ events: chosen.join('\n') })}
        options={names.map(({ event, count }) => ({ value: event, label: `${words(event)} (${formatCount(count, locale)})` }))}
      />
      <DatePicker.RangePicker
        allowEmpty={[true, true]}
        aria-label={text('timeline.days')}
        placeholder={[text('timeline.from'), text('timeline.to')]}
        className="timeline-range"
        value={[isDay(filter.from) ? dayjs(filter.from) : null, isDay(filter.to) ? dayjs(filter.to) : null]}
        presets={[7, 30, 90, 365].map((days) => ({ label: text('timeline.lastDays', { days }), value: [today.subtract(days - 1, 'day'), today] }))}
        onChange={(range) => onChange({ from: range?.[0]?.format('YYYY-MM-DD'), to: range?.[1]?.format('YYYY-MM-DD') })}
      />
      {sources.length > 1 && (
        <ChoiceFilter
          label={text('timeline.source')}
          width={120}
          value={filter.source}
          onChange={(source) => onChange({ source })}
          options={sources.map(({ id, name }) => ({ value: id, label: name ?? id }))}
        />
      )}
      <SearchFilter value={filter.text} onChange={(value) => onChange({ text: value })} placeholder={text('timeline.text')} />
    </FilterBar>
  )
}
