import { formatInstant } from '../../ui/format.ts'

const dayMs = 86_400_000

/** Milliseconds that clocks in `zone` are ahead of UTC at an instant. */
function offsetMs(instantMs: number, zone: string): number {
  const shown = formatInstant(new Date(instantMs), zone).second
  return Date.parse(`${shown.replace(' ', 'T')}Z`) - Math.floor(instantMs / 1000) * 1000
}

/** The instant at which `date` (`2026-01-02`) begins in `zone`, as ISO text. */
export function dayStart(date: string, zone: string): string {
  const midnight = Date.parse(`${date}T00:00:00Z`)
  const guess = midnight - offsetMs(midnight, zone)
  // Once more with the offset that holds there: clocks may have been changed that day.
  return new Date(midnight - offsetMs(guess, zone)).toISOString()
}

/** `date` moved by days. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)
}

/** Monday is 0. */
export function weekdayOf(date: string): number {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7
}
