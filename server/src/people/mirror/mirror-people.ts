import { createHash } from 'node:crypto'
import type { Database, Platform } from '../../platform/platform.ts'
import { forgetPeopleCount } from '../listing/count-people.ts'
import { mirrorLine } from './mirror-line.ts'
import { readPersonStates } from '../record/person-state.ts'
import { runnerOf } from '../query-runner.ts'

const task = 'people.mirror'
const peoplePerPage = 5_000

interface MirrorPayload {
  workspaceId: number
  personIds: number[]
  /** People who are no more, with their last version. */
  gone?: { id: number; version: number }[]
}

/** Copies people to the warehouse after the commit of `tx`, for changes that do not come through the inbox. */
export async function mirrorPeopleLater(tx: Database, platform: Platform, payload: MirrorPayload): Promise<void> {
  await platform.jobs.add(tx, task, payload)
}

/** Registers the job that copies people to the warehouse. */
export function startMirror(platform: Platform): void {
  platform.jobs.handle(task, async (payload) => mirrorPeople(platform, payload as MirrorPayload))
}

/** The current rows of people as JSON lines of the warehouse, ascending by id. People that do not exist have no line. */
export async function mirrorLinesOf(platform: Platform, { workspaceId, personIds }: MirrorPayload): Promise<string[]> {
  const lines: string[] = []
  for (let start = 0; start < personIds.length; start += peoplePerPage) {
    const page = personIds.slice(start, start + peoplePerPage)
    const people = await readPersonStates(runnerOf(platform.db), workspaceId, { personIds: page, lock: false })
    for (const [personId, state] of people) lines.push(mirrorLine(workspaceId, personId, state))
  }
  return lines
}

/** Copies people to the warehouse as they are now. */
export async function mirrorPeople(platform: Platform, payload: MirrorPayload): Promise<void> {
  const { workspaceId, gone = [] } = payload
  const goneLines = gone.map(({ id, version }) => `{"workspace_id":${workspaceId},"person_id":${id},"version":${version + 1},"is_deleted":1}\n`)
  const lines = Buffer.from([...(await mirrorLinesOf(platform, payload)), ...goneLines].join(''))
  if (gone.length > 0) forgetPeopleCount(platform, workspaceId)
  if (lines.length === 0) return
  // The same rows again are the same token; a copy too many would do no harm, the highest version is the person.
  const token = `people-${createHash('sha256').update(lines).digest('hex').slice(0, 32)}`
  await platform.warehouse.insertJsonLines('people', lines, { token })
}
