import { packSources } from './attribute-sources.ts'
import { packTimes } from './attribute-times.ts'
import { mirrorText } from '../mirror/mirror-line.ts'
import type { PersonState } from './person-draft.ts'

/** A person who is written for the first time, as the texts that both stores take: each is made once. */
export interface PersonRecord extends Pick<PersonState, 'phoneKey' | 'emailKey' | 'sealedPhone' | 'sealedEmail' | 'createdAtMs' | 'version'> {
  /** JSON, as are times and sources. */
  attributes: string
  times: string
  sources: string | null
}

export function recordOf(state: PersonState): PersonRecord {
  const { attributes, attributeTimes, attributeSources, phoneKey, emailKey, sealedPhone, sealedEmail, createdAtMs, version } = state
  const sources = packSources(attributeSources, attributeTimes)
  return {
    attributes: JSON.stringify(attributes),
    times: JSON.stringify(packTimes(state)),
    sources: sources === null ? null : JSON.stringify(sources),
    phoneKey,
    emailKey,
    sealedPhone,
    sealedEmail,
    createdAtMs,
    version,
  }
}

/** The same line that `mirrorLine` makes of the state. */
export function mirrorLineOfRecord(workspaceId: number, personId: number, record: PersonRecord): string {
  const { attributes, phoneKey, emailKey, createdAtMs, version } = record
  return mirrorText({ workspaceId, personId, attributes, hasPhone: phoneKey !== null, hasEmail: emailKey !== null, createdAtMs, version })
}
