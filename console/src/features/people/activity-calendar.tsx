import { LeftOutlined, RightOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useCallback, useRef, useState, type KeyboardEvent } from 'react'
import type { PersonActivity } from '../../../../contracts/people.ts'
import { formatCount, formatInstant } from '../../ui/format.ts'
import { useNow } from '../../ui/now.ts'
import { useZone } from '../../ui/session-context.ts'
import { useLocale, useText } from '../../ui/text.ts'
import { calendarWeeks, type CalendarDay } from './calendar-weeks.ts'
import { addDays } from './zone-day.ts'

export interface DateRange {
  /** First day, `2026-01-02`. */
  from: string
  /** Last day. */
  to: string
}

interface ActivityCalendarProps {
  days: PersonActivity['days']
  chosen: Partial<DateRange>
  onChoose: (range: Partial<DateRange>) => void
}

/** A year of days as squares; one click shows that day, a month's name that month. Arrow keys walk from day to day. */
export function ActivityCalendar({ days, chosen, onChoose }: ActivityCalendarProps) {
  const text = useText('people')
  const zone = useZone()
  const locale = useLocale()
  const now = formatInstant(useNow(), zone)
  const today = now.date
  const monthName = new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en-GB', { month: 'short', timeZone: 'UTC' })
  const newest = days.at(-1)?.date ?? today
  // Someone who was last seen years ago is shown in that year.
  const [last, setLast] = useState(newest > addDays(today, -300) ? today : newest)
  const [focused, setFocused] = useState<string>()
  const box = useRef<HTMLDivElement>(null)
  // Where a year does not fit, its end is what is looked at.
  const atEnd = useCallback((node: HTMLDivElement | null): void => {
    box.current = node
    node?.scrollTo({ left: node.scrollWidth })
  }, [])
  const weeks = calendarWeeks(days, last)

  const shown = weeks.flatMap((week) => week.days.filter((day) => day !== null))
  const tabbable = focused ?? shown.findLast(({ count }) => count > 0)?.date ?? last
  const isChosen = ({ date }: CalendarDay): boolean =>
    (chosen.from !== undefined || chosen.to !== undefined) && date >= (chosen.from ?? '') && date <= (chosen.to ?? '9999')
  const walk = (event: KeyboardEvent, date: string): void => {
    const step = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -7, ArrowRight: 7 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = addDays(date, step)
    const cell = box.current?.querySelector<HTMLButtonElement>(`[data-date="${next}"]`)
    if (!cell) return
    setFocused(next)
    cell.focus()
  }
  const total = shown.reduce((sum, { count }) => sum + count, 0)
  return (
    <div className="activity">
      <div className="activity-head">
        <span className="faint">{text('activity.inYear', { count: total, total: formatCount(total, locale), zone: now.offset })}</span>
        <span className="activity-year number">
          <Button type="text" size="small" icon={<LeftOutlined />} aria-label={text('activity.earlier')} onClick={() => setLast(addDays(last, -365))} />
          {addDays(last, -364).slice(0, 7)} – {last.slice(0, 7)}
          <Button
            type="text"
            size="small"
            icon={<RightOutlined />}
            aria-label={text('activity.later')}
            disabled={last >= today}
            onClick={() => setLast(addDays(last, 365) > today ? today : addDays(last, 365))}
          />
        </span>
      </div>
      <div className="activity-weeks" key={last} ref={atEnd} role="group" aria-label={text('activity.label')}>
        {weeks.map((week, index) => (
          <div key={week.days.find((day) => day !== null)?.date ?? index} className="activity-week">
            {week.month === null ? (
              <span className="activity-month" />
            ) : (
              <button type="button" className="activity-month" tabIndex={-1} onClick={() => onChoose(monthOf(week.month ?? ''))}>
                {monthName.format(new Date(`${week.month}-01T00:00:00Z`))}
              </button>
            )}
            {week.days.map((day, weekday) =>
              day === null ? (
                <span key={weekday} className="activity-day activity-none" />
              ) : (
                <button
                  key={day.date}
                  type="button"
                  data-date={day.date}
                  className={`activity-day activity-${day.level}`}
                  tabIndex={day.date === tabbable ? 0 : -1}
                  aria-pressed={isChosen(day)}
                  aria-label={text('activity.day', { date: day.date, count: day.count })}
                  title={text('activity.day', { date: day.date, count: day.count })}
                  onKeyDown={(event) => walk(event, day.date)}
                  onClick={() =>
                    onChoose(chosen.from === day.date && chosen.to === day.date ? { from: undefined, to: undefined } : { from: day.date, to: day.date })
                  }
                />
              ),
            )}
          </div>
        ))}
      </div>
    </div>
  )
}

function monthOf(month: string): DateRange {
  const from = `${month}-01`
  return { from, to: addDays(`${addDays(from, 31).slice(0, 7)}-01`, -1) }
}
