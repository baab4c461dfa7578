import { useCallback } from 'react'
import { formatInstant } from './format.ts'
import { useLocale, useText } from './text.ts'

/** The zone of the home market, whose name people use is not the one that tables of zones have. */
const home = 'Asia/Shanghai'

/** Zones the browser knows, those of the home market first. */
export const timezones: readonly string[] = [
  ...new Set([home, 'Asia/Hong_Kong', 'Asia/Taipei', 'Asia/Singapore', 'UTC', ...Intl.supportedValuesOf('timeZone')]),
]

/** What people call a zone: `北京时间`, `Singapore Standard Time`. */
export function useZoneName(): (zone: string) => string {
  const text = useText('common')
  const locale = useLocale()
  return useCallback(
    (zone) => {
      if (zone === home) return text('homeZone')
      const parts = new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en-GB', { timeZone: zone, timeZoneName: 'longGeneric' }).formatToParts()
      const name = parts.find(({ type }) => type === 'timeZoneName')?.value
      // Zones that nobody calls anything are `GMT+8`: their offset stands beside them anyway.
      return name === undefined || name.startsWith('GMT') ? zone : name
    },
    [text, locale],
  )
}

/** A zone with its offset now and the id by which programs know it: `北京时间 · UTC+8 · Asia/Shanghai`. */
export function useZoneLabel(): (zone: string) => string {
  const nameOf = useZoneName()
  return useCallback(
    (zone) => [nameOf(zone), formatInstant(new Date(), zone).offset, zone].filter((part, index, all) => all.indexOf(part) === index).join(' · '),
    [nameOf],
  )
}
