import { Tooltip } from 'antd'
import { useMemo } from 'react'
import { collectRoutes, eventLabels } from '../../../contracts/collect.ts'
import { useRead } from './api.ts'
import { formatCount, formatFen, formatInstant, formatPercent, formatRelative } from './format.ts'
import { Link } from './link.tsx'
import { useNow } from './now.ts'
import { useMaybeSession, useZone } from './session-context.ts'
import { useLocale, useLocaleText, useText } from './text.ts'
import { useZoneName } from './timezones.ts'

/** A count with thousands separators; nothing known is a dash. */
export function Count({ value, compact = false }: { value: number | null | undefined; compact?: boolean }) {
  const locale = useLocale()
  return <span className="number">{value === null || value === undefined ? '–' : formatCount(value, locale, compact)}</span>
}

/** Fen as yuan with its sign and unit. */
export function Money({ fen, compact = false }: { fen: number | null | undefined; compact?: boolean }) {
  const locale = useLocale()
  return <span className="number">{fen === null || fen === undefined ? '–' : formatFen(fen, locale, compact)}</span>
}

/** A fraction as a percentage. */
export function Percent({ value, digits = 2 }: { value: number | null | undefined; digits?: number }) {
  const locale = useLocale()
  return <span className="number">{value === null || value === undefined ? '–' : formatPercent(value, locale, digits)}</span>
}

/** An instant in the workspace's zone, the zone beside it; how long ago, and the seconds, on hover. */
export function DateTime({ at, dateOnly = false }: { at: string | null | undefined; dateOnly?: boolean }) {
  const zone = useZone()
  const zoneName = useZoneName()
  const now = useNow()
  const locale = useLocale()
  if (at === null || at === undefined) return <span className="number">–</span>
  const shown = formatInstant(at, zone)
  return (
    <Tooltip title={`${formatRelative(at, now, locale)} · ${shown.second} ${shown.offset} · ${zoneName(zone)}`}>
      <time dateTime={at} className="number date-time">
        {dateOnly ? shown.date : shown.minute}
        {!dateOnly && <small> {shown.offset}</small>}
      </time>
    </Tooltip>
  )
}

/** How long ago; the exact time on hover. What is later than our now, which is renewed only now and then, has just been. */
export function Ago({ at }: { at: string | null | undefined }) {
  const text = useText('common')
  const zone = useZone()
  const zoneName = useZoneName()
  const now = useNow()
  const locale = useLocale()
  if (at === null || at === undefined) return <span>–</span>
  const shown = formatInstant(at, zone)
  const isJustNow = Date.parse(at) > now.getTime() - 1_000
  return (
    <Tooltip title={`${shown.second} ${shown.offset} · ${zoneName(zone)}`}>
      <time dateTime={at}>{isJustNow ? text('justNow') : formatRelative(at, now, locale)}</time>
    </Tooltip>
  )
}

/** An event in words where the product has some, else by its name, which shows on hover. */
export function EventName({ name }: { name: string }) {
  const words = useEventWords()(name)
  return words === name ? <span>{name}</span> : <span title={name}>{words}</span>
}

/** The same where only a text will do: what the workspace calls the event, else what the product does, else its name. */
export function useEventWords(): (name: string) => string {
  const pick = useLocaleText()
  const names = useRead(collectRoutes.listEventNames, { enabled: useMaybeSession()?.workspace !== undefined })
  const own = useMemo(() => new Map(names.data?.events.map(({ event, label }) => [event, label])), [names.data])
  return (name) => {
    const label = own.get(name) ?? (Object.hasOwn(eventLabels, name) ? eventLabels[name] : undefined)
    return label ? pick(label) : name
  }
}

/** What the workspace calls a property of an event, with its unit; else its key. */
export function usePropertyWords(): (event: string, key: string) => { label: string; unit: string } {
  const pick = useLocaleText()
  const names = useRead(collectRoutes.listEventNames, { enabled: useMaybeSession()?.workspace !== undefined })
  const own = useMemo(() => new Map(names.data?.properties.map((one) => [`${one.event}\u0000${one.key}`, one])), [names.data])
  return (event, key) => {
    const known = own.get(`${event}\u0000${key}`)
    return { label: known && pick(known.label) !== '' ? pick(known.label) : key, unit: known?.unit ?? '' }
  }
}

/** A phone or e-mail as the server masked it; the console never holds more than it shows. */
export function Masked({ value }: { value: string | null | undefined }) {
  const text = useText('common')
  if (value === null || value === undefined || value === '') return <span className="faint">–</span>
  return (
    <Tooltip title={text('masked')}>
      <span className="number">{value}</span>
    </Tooltip>
  )
}

/** A person by name, else by what is known, opening the person's page. */
export function PersonLink({ personId, name, phone }: { personId: number; name: string | null; phone?: string | null }) {
  const text = useText('common')
  return <Link to={`/people/${personId}`}>{name ?? phone ?? text('person', { personId })}</Link>
}

export interface StateTone {
  tone: 'neutral' | 'accent' | 'good' | 'warn' | 'bad'
  text: string
}

/** A state as a quiet word with a dot; the colour says the same as the word, never more. */
export function StateTag({ tone, text }: StateTone) {
  return <span className={`state-tag state-${tone}`}>{text}</span>
}
