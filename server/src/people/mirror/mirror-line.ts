import type { PersonState } from '../record/person-draft.ts'

/** A person as a JSON line of the warehouse's table `people`: no phone, no e-mail, only whether there is one. */
export function mirrorLine(workspaceId: number, personId: number, state: PersonState): string {
  const { attributes, phoneKey, emailKey, createdAtMs, version } = state
  const has = { hasPhone: phoneKey !== null, hasEmail: emailKey !== null }
  return mirrorText({ workspaceId, personId, attributes: JSON.stringify(attributes), ...has, createdAtMs, version })
}

interface MirrorTexts {
  workspaceId: number
  personId: number
  /** JSON. */
  attributes: string
  hasPhone: boolean
  hasEmail: boolean
  createdAtMs: number
  version: number
}

export function mirrorText({ workspaceId, personId, attributes, hasPhone, hasEmail, createdAtMs, version }: MirrorTexts): string {
  return `{"workspace_id":${workspaceId},"person_id":${personId},"attributes":${attributes},"has_phone":${hasPhone ? 1 : 0},"has_email":${hasEmail ? 1 : 0},"created_at":"${warehouseTime(createdAtMs)}","version":${version}}\n`
}

/** An instant as the warehouse reads it: `YYYY-MM-DD HH:MM:SS.mmm`, UTC. */
export function warehouseTime(timeMs: number): string {
  const iso = new Date(timeMs).toISOString()
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}`
}
