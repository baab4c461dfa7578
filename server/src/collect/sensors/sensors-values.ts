import type { Json } from '../tracking/tracking-values.ts'

/** As the SDKs write dates: in the sender's local time, without saying which. */
const localTime = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,3}))?$/

/** Gives a local date and time its zone, so that its day stays the one that was written. */
export type AddOffset = (value: string) => string

/**
 * By `$timezone_offset` (minutes, with JavaScript's sign: Beijing is −480) where the message has it, else by the zone of the workspace.
 * Midnight is a day without a time.
 */
export function offsetOf(properties: Json, timezone: string): AddOffset {
  const minutes = properties['$timezone_offset']
  const said = typeof minutes === 'number' && Number.isInteger(minutes) && Math.abs(minutes) <= 14 * 60 ? -minutes : null
  return (value) => {
    const match = localTime.exec(value)
    if (!match) return value
    const [, day = '', time = '', fraction] = match
    if (time === '00:00:00' && Number(fraction ?? 0) === 0) return day
    const wallMs = Date.parse(`${day}T${time}Z`)
    if (Number.isNaN(wallMs)) return value
    const offset = said ?? zoneMinutes(timezone, wallMs)
    return `${day}T${time}.${(fraction ?? '').padEnd(3, '0')}${offsetText(offset)}`
  }
}

/** Minutes that a zone is ahead of UTC when its clocks show `wallMs` (as if that were UTC); good to the hour of a change. */
function zoneMinutes(timezone: string, wallMs: number): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' }).formatToParts(wallMs)
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '')
  if (!match) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return match[1] === '-' ? -minutes : minutes
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${String(Math.trunc(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`
}

/** Events that every sender means the same by. */
const eventNames: Readonly<Record<string, string>> = { $pageview: 'Page Viewed', $AppViewScreen: 'Screen Viewed', $MPViewScreen: 'Screen Viewed' }

/** What a view's properties are called elsewhere. */
const viewProperties: Readonly<Record<string, string>> = {
  $url: 'url',
  $url_path: 'path',
  $url_query: 'search',
  $title: 'title',
  $referrer: 'referrer',
  $screen_name: 'name',
}

/** The event by the name it goes by here, with its properties: dates have a zone, those of a view are named like Segment's. */
export function sensorsEvent(event: string, properties: Json, addOffset: AddOffset): { event: string; properties: Json } {
  const known = eventNames[event]
  const read: Json = {}
  for (const key in properties) {
    const value = properties[key]
    const name = known === undefined ? key : (viewProperties[key] ?? key)
    read[name !== key && name in properties ? key : name] = typeof value === 'string' ? addOffset(value) : value
  }
  return { event: known ?? event, properties: read }
}

/** What the SDK itself knows about a person, by the names of our attributes. */
const profileNames: Readonly<Record<string, string>> = {
  $name: 'name',
  $gender: 'gender',
  $birthday: 'birthday',
  $country: 'country',
  $province: 'province',
  $city: 'city',
}
const profilePresets = /^\$(?:first_|utm_)/

/**
 * The name of an attribute by that of a profile's property; null for one that says nothing about the person: SDKs add what they know of
 * device and library (`$lib`, `$os`, `$ip`) to everything they send.
 */
export function attributeName(key: string): string | null {
  if (!key.startsWith('$') || profilePresets.test(key)) return key
  return profileNames[key] ?? null
}
