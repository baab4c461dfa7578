import { sql } from 'kysely'
import type { UndoCounts } from '../../../../../contracts/import-foresight.ts'
import { systemContext, writeAudit, type Context } from '../../../access/index.ts'
import { lockResolving, originNumber, runnerOf, takeBack, type PersonSayings } from '../../../people/index.ts'
import { AppError, assertNever, errorMessage } from '../../../platform/errors.ts'
import type { Database, Platform } from '../../../platform/platform.ts'
import { undoTags } from '../../../tags/index.ts'
import { passOn } from './pass-on.ts'
import { freeEventKeys, removeEvents } from './remove-events.ts'
import { reverseConsents } from './reverse-consents.ts'
import { noCounts, undoPhases, type UndoPhase, type UndoRow } from './undo-row.ts'

/** First key of the advisory locks that let one process at a time undo an import. */
const undoLock = 0x554e444f
const peoplePerStep = 2_000
const tagChangesPerStep = 5_000
const failuresMax = 8

const failures = new Map<string, number>()

/**
 * One step of every undo at work, in a transaction with the place it ends at: a kill at any moment loses and repeats nothing. True when there is
 * more to do at once.
 */
export async function stepUndos(platform: Platform): Promise<boolean> {
  const { rows } = await sql<{ id: string; workspace_id: number }>`select id, workspace_id from imports where undo_state = 'running' order by id`.execute(
    platform.db,
  )
  let worked = false
  for (const { id, workspace_id: workspaceId } of rows) worked = (await stepOrFail(systemContext(platform, workspaceId, 'import'), id)) || worked
  return worked
}

async function stepOrFail(ctx: Context, id: string): Promise<boolean> {
  const { platform, workspaceId } = ctx
  try {
    const worked = await platform.db.transaction().execute(async (tx) => {
      const row = await takeUndo(tx, workspaceId, id)
      if (row) await step(ctx, tx, row)
      return row !== null
    })
    failures.delete(id)
    return worked
  } catch (error) {
    const count = (failures.get(id) ?? 0) + 1
    failures.set(id, count)
    const isFinal = error instanceof AppError ? error.errorName !== 'unavailable' : count >= failuresMax
    platform.log.warn({ importId: id, error: errorMessage(error), isFinal }, 'a step of an undo failed')
    if (!isFinal) throw error
    failures.delete(id)
    const words = error instanceof AppError ? error : new AppError('internal', { cause: error })
    await sql`
      update imports set undo_state = 'failed', undo_error_zh = ${words.zh}, undo_error_en = ${words.en}
      where workspace_id = ${workspaceId} and id = ${id}::uuid and undo_state = 'running'`.execute(platform.db)
    return true
  }
}

async function takeUndo(tx: Database, workspaceId: number, id: string): Promise<UndoRow | null> {
  const { rows: locks } = await sql<{ taken: boolean }>`select pg_try_advisory_xact_lock(${undoLock}, hashtext(${id})) as taken`.execute(tx)
  if (!locks[0]?.taken) return null
  const { rows } = await sql<UndoRow>`select * from imports where workspace_id = ${workspaceId} and id = ${id}::uuid and undo_state = 'running'`.execute(tx)
  return rows[0] ?? null
}

async function step(ctx: Context, tx: Database, row: UndoRow): Promise<void> {
  const phase = row.undo_phase ?? undoPhases[0]
  switch (phase) {
    case 'keys':
      return next(tx, row, { counts: { eventsRemoved: await freeEventKeys(ctx, row.id) }, phase: 'events' })
    case 'events':
      await removeEvents(ctx, row.id)
      return next(tx, row, { counts: {}, phase: 'tags' })
    case 'tags':
      return stepTags(ctx, tx, row)
    case 'people':
      return stepPeople(ctx, tx, row)
    default:
      return assertNever(phase)
  }
}

interface Step {
  /** Added to what was done before. */
  counts: Partial<UndoCounts>
  phase: UndoPhase
  /** Where the phase goes on; its beginning when left out. */
  cursor?: number
}

async function next(tx: Database, row: UndoRow, { counts, phase, cursor = 0 }: Step): Promise<void> {
  const done = { ...noCounts, ...row.undo_done }
  for (const [name, count] of Object.entries(counts)) done[name as keyof UndoCounts] += count
  await sql`
    update imports set undo_phase = ${phase}, undo_cursor = ${cursor}, undo_done = ${JSON.stringify(done)}::jsonb
    where workspace_id = ${row.workspace_id} and id = ${row.id}::uuid`.execute(tx)
}

async function stepTags({ platform, workspaceId }: Context, tx: Database, row: UndoRow): Promise<void> {
  const undone = await undoTags(runnerOf(tx), {
    workspaceId,
    originId: row.id,
    after: row.undo_cursor,
    limit: tagChangesPerStep,
    setBy: null,
    now: platform.clock.now(),
  })
  const counts = { tagsRemoved: undone.changed }
  await next(tx, row, undone.next === null ? { counts, phase: 'people' } : { counts, phase: 'tags', cursor: undone.next })
}

async function stepPeople(ctx: Context, tx: Database, row: UndoRow): Promise<void> {
  const { platform, workspaceId } = ctx
  // First, as whoever resolves people does: two locks in one order.
  await lockResolving(runnerOf(tx), workspaceId)
  const people = await readPage(tx, row)
  const last = people.at(-1)
  if (!last) return finish(ctx, tx, row)
  const personIds = people.map(({ personId }) => personId)
  const consentsReversed = await reverseConsents(tx, { workspaceId, importId: row.id, fileName: row.file_name, personIds, now: platform.clock.now() })
  const origin = await originNumber(platform, workspaceId, { kind: 'import', originId: row.id })
  await passOn(tx, row, { origin, people })
  const taken = await takeBack(tx, {
    platform,
    workspaceId,
    origin,
    people,
    keep: await findTouched(ctx, tx, { row, createdIds: people.filter(({ isCreated }) => isCreated).map(({ personId }) => personId) }),
    except: ['consents', 'consent_states', 'import_people', 'import_changes', 'import_identities'],
    endedAt: row.finished_at ?? platform.clock.now(),
  })
  await sql`delete from import_people where import_id = ${row.id}::uuid and person_id = any(${taken.removedIds}::bigint[])`.execute(tx)
  const counts = {
    peopleRemoved: taken.removedIds.length,
    peopleKept: taken.keptIds.length,
    peopleRestored: taken.restoredIds.length,
    identitiesRemoved: taken.identitiesRemoved,
    consentsReversed,
  }
  await next(tx, row, { counts, phase: 'people', cursor: last.personId })
}

async function readPage(tx: Database, row: UndoRow): Promise<PersonSayings[]> {
  const { rows } = await sql<PersonSayings>`
    with page as (
      select person_id from (
        (select person_id from import_people where import_id = ${row.id}::uuid and person_id > ${row.undo_cursor} order by person_id limit ${peoplePerStep})
        union
        (select person_id from import_changes where import_id = ${row.id}::uuid and person_id > ${row.undo_cursor} order by person_id limit ${peoplePerStep})
        union
        (select person_id from import_identities where import_id = ${row.id}::uuid and person_id > ${row.undo_cursor} order by person_id limit ${peoplePerStep})
      ) as named order by person_id limit ${peoplePerStep})
    select page.person_id as "personId", coalesce(named.created, false) as "isCreated", change.attributes as before,
      coalesce((select json_agg(json_build_object('namespace', namespace, 'key', key)) from import_identities as identity
        where identity.import_id = ${row.id}::uuid and identity.person_id = page.person_id), '[]') as identities
    from page
    left join import_people as named on named.import_id = ${row.id}::uuid and named.person_id = page.person_id
    left join import_changes as change on change.import_id = ${row.id}::uuid and change.person_id = page.person_id
    order by page.person_id`.execute(tx)
  return rows
}

/** Whom somebody else has named since: another import, a consent that came another way, an event (those of this import are gone by now). */
async function findTouched(ctx: Context, tx: Database, { row, createdIds }: { row: UndoRow; createdIds: readonly number[] }): Promise<Set<number>> {
  if (createdIds.length === 0) return new Set()
  const { platform, workspaceId } = ctx
  const { rows } = await sql<{ person_id: number }>`
    select person_id from import_people where person_id = any(${createdIds}::bigint[]) and import_id <> ${row.id}::uuid
    union
    select person_id from consents
    where workspace_id = ${workspaceId} and person_id = any(${createdIds}::bigint[]) and origin_id is distinct from ${row.id}::uuid and source <> 'import undo'`.execute(
    tx,
  )
  const events = await platform.warehouse.rows<{ person_id: number }>({
    sql: 'select distinct person_id from events_by_person where workspace_id = {workspaceId:UInt32} and person_id in {personIds:Array(UInt32)}',
    params: { workspaceId, personIds: createdIds },
  })
  return new Set([...rows, ...events].map((found) => found.person_id))
}

async function finish(ctx: Context, tx: Database, row: UndoRow): Promise<void> {
  await sql`delete from import_changes where import_id = ${row.id}::uuid`.execute(tx)
  await sql`delete from import_identities where import_id = ${row.id}::uuid`.execute(tx)
  await sql`
    update imports set undo_state = 'finished', undo_finished_at = ${ctx.platform.clock.now()}
    where workspace_id = ${row.workspace_id} and id = ${row.id}::uuid`.execute(tx)
  await writeAudit(tx, ctx, { action: 'import.undone', targetKind: 'import', targetId: row.id, detail: { ...row.undo_done } })
}
