import { formatInstant } from '../../../ui/format.ts'

const dayMs = 86_400_000

/** The day `YYYY-MM-DD` that clocks in the zone show. */
export const dayOf = (instant: string | Date, zone: string): string => formatInstant(instant, zone).date

/** `2026-03-01` and −1 is `2026-02-28`. */
export const addDays = (day: string, count: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + count * dayMs).toISOString().slice(0, 10)

/** The instant at which clocks in the zone show this local time, `2026-11-22T00:00`; in the hour that summer time leaves out, the one after it. */
export function instantOf(local: string, zone: string): string {
  const wanted = Date.parse(`${local}Z`)
  let guess = wanted
  // Twice: the offset at the first guess may be that of the other side of a change of clocks.
  for (let round = 0; round < 2; round += 1) guess = wanted - (shownMs(guess, zone) - guess)
  return new Date(guess).toISOString()
}

/** The local time of an instant in the zone, `2026-11-22T08:30`. */
export const localOf = (instant: string, zone: string): string => formatInstant(instant, zone).minute.replace(' ', 'T')

function shownMs(instantMs: number, zone: string): number {
  return Date.parse(`${formatInstant(new Date(instantMs), zone).second.replace(' ', 'T')}Z`)
}
