// A process that merges people of a test's database and mirrors it into a warehouse of its own, and kills itself on the way when told to.
import { workAsChild, type ChildOrder } from '../../../../test/child.ts'
import { systemClock } from '../../../platform/clock.ts'
import type { Platform } from '../../../platform/platform.ts'
import { runnerOf } from '../../query-runner.ts'
import { mappedPerson } from '../aliases.ts'
import { mergePeople } from '../merge-people.ts'
import { mirrorMerges } from '../mirror-merges.ts'

export interface MergeOrder extends ChildOrder {
  workspaceId: number
  /** None: only what earlier processes left to be mirrored is done. */
  pairs: { keptId: number; mergedId: number }[]
}

/** Pairs of a former id and the person of today as the warehouse's dictionary has them, and who is deleted in its mirror. */
export interface MergeReport {
  crossings: number
  aliases: [number, number][]
  deleted: number[]
}

workAsChild<MergeOrder, MergeReport>(async (platform, { workspaceId, pairs }, crossings) => {
  if (pairs.length > 0) {
    const reasoned = pairs.map((pair) => ({ ...pair, reason: 'linked' as const }))
    const batch = { platform, workspaceId, pairs: reasoned, decidedBy: null, now: systemClock.now() }
    await platform.db.transaction().execute((tx) => mergePeople(runnerOf(tx), batch))
  }
  await mirrorMerges(platform, workspaceId)
  return { crossings: crossings(), ...(await read(platform, workspaceId)) }
})

async function read({ warehouse }: Platform, workspaceId: number): Promise<Omit<MergeReport, 'crossings'>> {
  const params = { workspaceId }
  const aliases = await warehouse.rows<{ id: number; person: number }>({
    sql: `select alias_id as id, ${mappedPerson.of('alias_id')} as person from person_aliases final where workspace_id = {workspaceId:UInt32} order by id`,
    params,
  })
  const deleted = await warehouse.rows<{ id: number }>({
    sql: `select distinct person_id as id from people where workspace_id = {workspaceId:UInt32} and is_deleted = 1 order by id`,
    params,
  })
  return { aliases: aliases.map(({ id, person }) => [id, person]), deleted: deleted.map(({ id }) => id) }
}
