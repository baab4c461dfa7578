import type { PersonState } from './person-draft.ts'

/** Stands for every key of the person that has no time of its own. */
const common = '*'

type Said = Pick<PersonState, 'attributeTimes' | 'phoneKey' | 'emailKey'> & { attributes: Readonly<Record<string, unknown>> }

/**
 * The time of a value that only filled a gap: negative, and so older than whatever was said outright, however early that was said and however
 * late it arrives. `momentOf` gives back when it was.
 */
export function filledAt(timeMs: number): number {
  return -timeMs
}

/** Whether a value only filled a gap. A value without a time was said outright, nobody knows when. */
export function isFill(timeMs: number | undefined): boolean {
  return timeMs !== undefined && timeMs < 0
}

/** When a value came, outright or to fill a gap. */
export function momentOf(timeMs: number): number {
  return Math.abs(timeMs)
}

/**
 * The times of a person as they are stored: what was said at the most usual moment stands under `*` once. An import says everything at one
 * moment, and naming that moment for each attribute would make half of the row. Nothing is lost: `unpackTimes` gives back the same.
 */
export function packTimes(said: Said): Record<string, number> {
  const { attributeTimes } = said
  const present = presentKeys(said)
  const usual = usualTime(present.map((key) => attributeTimes[key]))
  if (usual === undefined) return attributeTimes
  const packed: Record<string, number> = { [common]: usual }
  for (const key in attributeTimes) {
    const time = attributeTimes[key]!
    if (time !== usual || !present.includes(key)) packed[key] = time
  }
  return packed
}

/** The time that stands for at least two keys; none when a key has no time at all. */
function usualTime(times: readonly (number | undefined)[]): number | undefined {
  const [first] = times
  if (times.length < 2 || times.includes(undefined)) return undefined
  if (times.every((time) => time === first)) return first
  const counts = new Map<number, number>()
  for (const time of times as readonly number[]) counts.set(time, (counts.get(time) ?? 0) + 1)
  const [usual, count] = [...counts].reduce((best, next) => (next[1] > best[1] ? next : best))
  return count >= 2 ? usual : undefined
}

export function unpackTimes(stored: Readonly<Record<string, number>>, said: Omit<Said, 'attributeTimes'>): Record<string, number> {
  const usual = stored[common]
  if (usual === undefined) return { ...stored }
  const times: Record<string, number> = {}
  for (const key of presentKeys(said)) times[key] = usual
  Object.assign(times, stored)
  delete times[common]
  return times
}

/** What the person has, as opposed to what was once removed. */
function presentKeys(said: Omit<Said, 'attributeTimes'>): string[] {
  const keys = Object.keys(said.attributes)
  if (said.phoneKey !== null) keys.push('phone')
  if (said.emailKey !== null) keys.push('email')
  return keys
}
