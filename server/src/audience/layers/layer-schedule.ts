import { dayInZone, daysBefore } from '../rule/date-text.ts'
import type { LayerModelRow } from './layer-model-row.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** The night's computation is due at three in the workspace's zone: recency moves on even when nothing happens. */
const nightlyHour = 3
/** Between looks at the data: at once where computing is quick, rarely where it is not. */
const smallPeopleMax = 500_000
const pauseMs = { small: minuteMs / 2, large: 15 * minuteMs }
/** So long after a look was due it is told that none came. */
const lateMs = 10 * minuteMs
/** After failures it is tried again after one minute, two, four, …, at most an hour. */
const retryMsMax = hourMs

/** A computation that gives a sign of life no more has died with its process. */
export const computationDiesAfterMs = 3 * minuteMs

export function isComputing({ computingSince, computingSeenAt }: LayerModelRow, now: Date): boolean {
  return computingSince !== null && now.getTime() - (computingSeenAt ?? computingSince).getTime() < computationDiesAfterMs
}

const nightOf = (at: Date, timezone: string) => dayInZone(new Date(at.getTime() - nightlyHour * hourMs), timezone)

/** Whether a night has begun since the run that is shown. */
export function isNightDue({ computedAt }: LayerModelRow, { now, timezone }: { now: Date; timezone: string }): boolean {
  return computedAt !== null && nightOf(now, timezone) !== nightOf(computedAt, timezone)
}

/** When a model that failed may be tried again without being asked to; null when the last computation did not fail. */
export function retryAt({ failedAt, failures }: LayerModelRow): Date | null {
  return failedAt && new Date(failedAt.getTime() + Math.min(retryMsMax, 2 ** (failures - 1) * minuteMs))
}

/** When the data is looked at next. */
export function lookAt(model: LayerModelRow): Date | null {
  const seen = seenAt(model)
  return seen && new Date(seen.getTime() + pauseOf(model))
}

/** When the layers were last known to be those of the data. */
function seenAt({ computedAt, checkedAt }: LayerModelRow): Date | null {
  return computedAt && checkedAt && checkedAt > computedAt ? checkedAt : computedAt
}

function pauseOf({ layers }: LayerModelRow): number {
  return layers.reduce((sum, { count }) => sum + count, 0) <= smallPeopleMax ? pauseMs.small : pauseMs.large
}

/** When a model is computed at the latest: in the night, or when it is tried again; null while it is computed, and before it ever was. */
export function nextAt(model: LayerModelRow, { now, timezone }: { now: Date; timezone: string }): Date | null {
  if (isComputing(model, now)) return null
  return retryAt(model) ?? (model.computedAt && nightAfter(model.computedAt, timezone))
}

/** Whether nobody has looked at the data for longer than there should be between two looks. */
export function isLate(model: LayerModelRow, now: Date): boolean {
  const look = lookAt(model)
  return look !== null && !isComputing(model, now) && now.getTime() > look.getTime() + lateMs
}

/** The instant at which the next night begins, to the minute: zones jump, so it is looked for. */
function nightAfter(from: Date, timezone: string): Date {
  const next = daysBefore(nightOf(from, timezone), -1)
  let [before, after] = [Math.floor(from.getTime() / minuteMs), Math.ceil(from.getTime() / minuteMs) + 50 * 60]
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (nightOf(new Date(middle * minuteMs), timezone) >= next) after = middle
    else before = middle
  }
  return new Date(after * minuteMs)
}
