import type { PersonState } from './person-draft.ts'

/** A person as a JSON line of the warehouse's table `people`: no phone, no e-mail, only whether there is one. */
export function mirrorLine(workspaceId: number, personId: number, state: PersonState): string {
  return `{"workspace_id":${workspaceId},"person_id":${personId},"attributes":${JSON.stringify(state.attributes)},"has_phone":${state.phoneKey === null ? 0 : 1},"has_email":${state.emailKey === null ? 0 : 1},"created_at":"${warehouseTime(state.createdAtMs)}","version":${state.version}}\n`
}

/** An instant as the warehouse reads it: `YYYY-MM-DD HH:MM:SS.mmm`, UTC. */
export function warehouseTime(timeMs: number): string {
  const iso = new Date(timeMs).toISOString()
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}`
}
