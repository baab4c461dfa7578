const dayMs = 86_400_000

/** Milliseconds that clocks in `zone` are ahead of UTC at an instant. */
function offsetMs(instantMs: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(instantMs)
  const part = (type: string): number => Number(parts.find((candidate) => candidate.type === type)?.value)
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  return shown - Math.floor(instantMs / 1000) * 1000
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
