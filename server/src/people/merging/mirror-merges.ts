import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { errorMessage } from '../../platform/errors.ts'
import type { Platform } from '../../platform/platform.ts'
import { prepareDictionary } from './alias-dictionary.ts'
import { forgetPeopleCount } from '../listing/count-people.ts'
import { mirrorLine } from '../mirror/mirror-line.ts'
import { mirrorPeople } from '../mirror/mirror-people.ts'
import { readPersonStates } from '../record/person-state.ts'
import { runnerOf } from '../query-runner.ts'
import { sampleMerged } from './sample-merged.ts'

const rowsPerPage = 5_000
const loopName = 'mirror merges'
/** How soon a merge is mirrored that nobody mirrored after its commit, because the process died or the warehouse was away. */
const idleMs = 5_000

interface AliasRow {
  aliasId: number
  personId: number
  version: number
}

/**
 * Brings the warehouse what merges and undos of a workspace changed and it does not know yet: aliases, the kept people's rows, and that the merged
 * people are none any more. When it returns, every question sees it. May run several times at once, and stop anywhere.
 */
export async function mirrorMerges(platform: Platform, workspaceId: number): Promise<void> {
  for (let page = await readUnmirrored(platform, workspaceId); page.length > 0; page = await readUnmirrored(platform, workspaceId)) {
    await mirrorPage(platform, workspaceId, page)
    await markMirrored(platform, page)
    forgetPeopleCount(platform, workspaceId)
  }
}

/**
 * The same after a commit, and people whose rows changed besides: what fails now is left to the loop and to `mirrorPeopleLater`, for the merge is done
 * all the same.
 */
export async function mirrorAfterCommit(platform: Platform, workspaceId: number, personIds: number[] = []): Promise<void> {
  try {
    await mirrorMerges(platform, workspaceId)
    await mirrorPeople(platform, { workspaceId, personIds })
  } catch (error) {
    platform.log.warn({ workspaceId, error: errorMessage(error) }, 'a merge is not in the warehouse yet; it follows within seconds')
  }
}

/** Registers the loop that mirrors what is still owed. */
export function startMergeMirror(platform: Platform): void {
  platform.jobs.loop(loopName, idleMs, async () => {
    await prepareDictionary(platform)
    const { rows } = await sql<{ workspaceId: number }>`
      select distinct workspace_id as "workspaceId" from person_aliases where mirrored_version < version limit 100`.execute(platform.db)
    for (const { workspaceId } of rows) await mirrorMerges(platform, workspaceId)
    return false
  })
}

async function readUnmirrored(platform: Platform, workspaceId: number): Promise<AliasRow[]> {
  const { rows } = await sql<AliasRow>`
    select alias_id as "aliasId", person_id as "personId", version from person_aliases
    where workspace_id = ${workspaceId} and mirrored_version < version order by alias_id limit ${rowsPerPage}`.execute(platform.db)
  return rows
}

async function mirrorPage(platform: Platform, workspaceId: number, page: readonly AliasRow[]): Promise<void> {
  const { warehouse } = platform
  const aliases = page.map(
    ({ aliasId, personId, version }) => `{"alias_id":${aliasId},"person_id":${personId},"workspace_id":${workspaceId},"version":${version}}\n`,
  )
  const people = await personLines(platform, workspaceId, [...new Set(page.flatMap(({ aliasId, personId }) => [aliasId, personId]))])
  await insertLines(platform, 'person_aliases', aliases)
  await sampleMerged(warehouse, workspaceId, page)
  await insertLines(platform, 'people', people)
  await prepareDictionary(platform)
  await warehouse.run({ sql: 'system reload dictionary person_alias' })
}

async function insertLines(platform: Platform, table: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return
  const bytes = Buffer.from(lines.join(''))
  await platform.warehouse.insertJsonLines(table, bytes, { token: `${table}-${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}` })
}

/** The people as they are now; of those who are part of another only that they are no people of their own. */
async function personLines(platform: Platform, workspaceId: number, personIds: number[]): Promise<string[]> {
  const { rows: gone } = await sql<{ id: number; version: number }>`
    select id, (row ->> 'version')::bigint as version from merged_people
    where workspace_id = ${workspaceId} and id = any(${personIds}::bigint[])`.execute(platform.db)
  const lines = gone.map(({ id, version }) => `{"workspace_id":${workspaceId},"person_id":${id},"version":${version + 1},"is_deleted":1}\n`)
  const people = await readPersonStates(runnerOf(platform.db), workspaceId, { personIds, lock: false })
  for (const [personId, state] of people) lines.push(mirrorLine(workspaceId, personId, state))
  return lines
}

async function markMirrored(platform: Platform, page: readonly AliasRow[]): Promise<void> {
  await sql`
    update person_aliases set mirrored_version = given.version
    from json_to_recordset(${JSON.stringify(page)}::json) as given ("aliasId" bigint, version bigint)
    where alias_id = given."aliasId" and mirrored_version < given.version`.execute(platform.db)
}
