import { Button, DatePicker, Skeleton } from 'antd'
import type { Dayjs } from 'dayjs'
import { Fragment } from 'react'
import { peopleRoutes, type PersonActivity, type TimelineItem } from '../../../../contracts/people.ts'
import { usePages, useRead } from '../../ui/api.ts'
import { ErrorView } from '../../ui/error-view.tsx'
import { formatInstant } from '../../ui/format.ts'
import { useZone } from '../../ui/session-context.ts'
import { useLocale, useText } from '../../ui/text.ts'
import { useZoneName } from '../../ui/timezones.ts'
import { Count } from '../../ui/values.tsx'
import { ActivityCalendar } from './activity-calendar.tsx'
import { TimelineEntry } from './timeline-entry.tsx'
import { everything, isNarrowed, queryOf, TimelineFilters, useTimelineFilter } from './timeline-filters.tsx'

/** What happened with the person, newest first, in one list; a picture of the days above it narrows it. */
export function Timeline({ personId }: { personId: number }) {
  const text = useText('people')
  const zone = useZone()
  const [filter, setFilter] = useTimelineFilter()
  const activity = useRead(peopleRoutes.readPersonActivity, { params: { personId } })
  const pages = usePages(peopleRoutes.readTimeline, { params: { personId }, query: queryOf(filter, zone) })
  const narrowed = isNarrowed(filter)
  return (
    <>
      {activity.data && activity.data.days.length > 0 && <ActivityCalendar days={activity.data.days} chosen={filter} onChoose={setFilter} />}
      <div className="timeline-bar">
        <TimelineFilters filter={filter} onChange={setFilter} activity={activity.data} />
        <DatePicker
          className="timeline-jump"
          aria-label={text('timeline.jump')}
          placeholder={text('timeline.jump')}
          value={null}
          onChange={(day: Dayjs | null) => day && setFilter({ from: undefined, to: day.format('YYYY-MM-DD') })}
        />
      </div>
      {pages.error && <ErrorView error={pages.error} retry={pages.retry} />}
      {pages.isLoading && <Skeleton active paragraph={{ rows: 8 }} />}
      {!pages.isLoading && !pages.error && pages.rows.length === 0 && (
        <p className="faint timeline-empty">
          {text(narrowed ? 'timeline.notFound' : 'person.noTimeline')}{' '}
          {narrowed && (
            <button type="button" className="link-button" onClick={() => setFilter(everything)}>
              {text('timeline.all')}
            </button>
          )}
        </p>
      )}
      <div aria-busy={pages.isRefreshing} className={pages.isRefreshing ? 'timeline-stale' : ''}>
        <TimelineDays items={pages.rows} days={narrowed ? undefined : activity.data?.days} />
      </div>
      {pages.hasMore && (
        <Button block type="text" loading={pages.isLoadingMore} onClick={pages.loadMore}>
          {text('person.more')}
        </Button>
      )}
    </>
  )
}

function TimelineDays({ items, days }: { items: TimelineItem[]; days: PersonActivity['days'] | undefined }) {
  const zone = useZone()
  const zoneName = useZoneName()
  const locale = useLocale()
  const counts = new Map(days?.map(({ date, events }) => [date, events]))
  const weekday = new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en-GB', { weekday: 'short', timeZone: 'UTC' })
  const shown = items.map((item) => ({ item, at: formatInstant(item.at, zone) }))
  return shown.map(({ item, at }, index) => (
    <Fragment key={item.id}>
      {at.date !== shown[index - 1]?.at.date && (
        <h3 className="timeline-day number">
          {at.date} <small>{weekday.format(new Date(`${at.date}T00:00:00Z`))}</small>
          {counts.has(at.date) && (
            <small className="timeline-day-count">
              <Count value={counts.get(at.date)} />
            </small>
          )}
        </h3>
      )}
      <TimelineEntry item={item} minute={at.minute.slice(11)} title={`${at.second} ${at.offset} · ${zoneName(zone)}`} />
    </Fragment>
  ))
}
