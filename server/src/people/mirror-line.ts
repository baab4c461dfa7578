import type { PersonState } from './person-draft.ts'

/** A person as a JSON line of the warehouse's table `people`: no phone, no e-mail, only whether there is one. */
export function mirrorLine(workspaceId: number, personId: number, state: PersonState): string {
  const { attributes, phoneKey, emailKey, createdAtMs, version } = state
  const texts = { attributes: JSON.stringify(attributes), createdAt: new Date(createdAtMs).toISOString() }
  return mirrorText({ workspaceId, personId, ...texts, hasPhone: phoneKey !== null, hasEmail: emailKey !== null, version })
}

interface MirrorTexts {
  workspaceId: number
  personId: number
  /** JSON. */
  attributes: string
  hasPhone: boolean
  hasEmail: boolean
  /** ISO 8601. */
  createdAt: string
  version: number
}

export function mirrorText({ workspaceId, personId, attributes, hasPhone, hasEmail, createdAt, version }: MirrorTexts): string {
  return `{"workspace_id":${workspaceId},"person_id":${personId},"attributes":${attributes},"has_phone":${hasPhone ? 1 : 0},"has_email":${hasEmail ? 1 : 0},"created_at":"${spaced(createdAt)}","version":${version}}\n`
}

/** An instant as the warehouse reads it: `YYYY-MM-DD HH:MM:SS.mmm`, UTC. */
export function warehouseTime(timeMs: number): string {
  return spaced(new Date(timeMs).toISOString())
}

function spaced(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}`
}
