import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { warehouseTime } from '../people/index.ts'
import type { Database, Platform } from '../platform/platform.ts'

const batchesPerStep = 50
const changesPerStep = 100_000

interface Batch {
  id: number
  workspace_id: number
  first_change_id: number
  last_change_id: number
}

interface Change {
  id: number
  tag_id: string
  person_id: number
  value: string
  is_set: boolean
  at: Date
  expires_at: Date | null
}

/**
 * Brings changes that the warehouse has not seen to its mirror; false when there were none. A batch leaves the queue when the warehouse has
 * it. In any order and as often as one likes: of a person's tag the change with the highest id holds.
 */
export async function mirrorTags(platform: Platform): Promise<boolean> {
  return platform.db.transaction().execute(async (tx) => {
    const batches = await takeBatches(tx)
    if (batches.length === 0) return false
    const lines: string[] = []
    const touched = new Set<string>()
    for (const batch of batches) {
      for (const change of await readChanges(tx, batch)) {
        lines.push(lineOf(batch.workspace_id, change))
        touched.add(change.tag_id)
      }
    }
    const bytes = Buffer.from(lines.join(''))
    const token = `tags-${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}`
    if (lines.length > 0) await platform.warehouse.insertJsonLines('person_tags', bytes, { token })
    await sql`delete from person_tag_batches where id = any(${batches.map((batch) => batch.id)}::bigint[])`.execute(tx)
    await sql`update tags set count_due = true where id = any(${[...touched]}::uuid[]) and not count_due`.execute(tx)
    return true
  })
}

/** The oldest batches, as many as fit in one write. */
async function takeBatches(tx: Database): Promise<Batch[]> {
  const { rows } = await sql<Batch>`
    select id, workspace_id, first_change_id, last_change_id from person_tag_batches order by id limit ${batchesPerStep} for update skip locked`.execute(tx)
  const taken: Batch[] = []
  let changes = 0
  for (const batch of rows) {
    changes += batch.last_change_id - batch.first_change_id + 1
    if (taken.length > 0 && changes > changesPerStep) break
    taken.push(batch)
  }
  return taken
}

async function readChanges(tx: Database, batch: Batch): Promise<Change[]> {
  const { rows } = await sql<Change>`
    select id, tag_id, person_id, value, change in ('set', 'moved') as is_set, at, expires_at from person_tag_changes
    where id between ${batch.first_change_id} and ${batch.last_change_id} and workspace_id = ${batch.workspace_id} order by id`.execute(tx)
  return rows
}

function lineOf(workspaceId: number, change: Change): string {
  const row = {
    workspace_id: workspaceId,
    tag_id: change.tag_id,
    person_id: change.person_id,
    value: change.value,
    set_at: warehouseTime(change.at.getTime()),
    expires_at: change.expires_at === null ? null : warehouseTime(change.expires_at.getTime()),
    version: change.id,
    is_deleted: change.is_set ? 0 : 1,
  }
  return `${JSON.stringify(row)}\n`
}
