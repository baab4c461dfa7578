import { sql } from 'kysely'
import { layerChangedEvent } from '../../../../contracts/layer-definitions.ts'
import { systemContext, type Context } from '../../access/index.ts'
import { appendToInbox, type KnownEvent } from '../../collect/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { stableUuid } from '../../platform/stable-uuid.ts'
import { layerLimits } from './layer-scope.ts'

/** Events of one transaction. */
const peoplePerPage = 5_000

interface Announcement {
  workspaceId: number
  modelId: string
  modelName: string
  run: string
  previousRun: string
  at: Date
  toldThrough: number
}

/**
 * Tells the changes of layer of one page of people as events; answers whether there may be more. The events and how far they go are written in one transaction, and an
 * event's id is made of model, run and person: whenever the process is killed, everybody is told of exactly once.
 */
export async function announceChanges(platform: Platform, pageSize = peoplePerPage): Promise<boolean> {
  const next = await nextAnnouncement(platform)
  if (!next) return false
  const ctx = systemContext(platform, next.workspaceId, 'layers')
  const changes = await readChanges(ctx, next, pageSize)
  const last = changes.at(-1)?.personId
  await platform.db.transaction().execute(async (tx) => {
    const { rows } = await sql`
      select from layer_announcements where workspace_id = ${next.workspaceId} and model_id = ${next.modelId}::uuid and run = ${next.run}::bigint
        and told_through = ${next.toldThrough} for update`.execute(tx)
    if (rows.length === 0) return
    await appendToInbox(tx, { platform, workspaceId: next.workspaceId, kind: 'message', items: changes.map((change) => eventOf(next, change)) })
    if (changes.length < pageSize || last === undefined)
      await sql`delete from layer_announcements where workspace_id = ${next.workspaceId} and model_id = ${next.modelId}::uuid and run = ${next.run}::bigint`.execute(
        tx,
      )
    else
      await sql`update layer_announcements set told_through = ${last}
        where workspace_id = ${next.workspaceId} and model_id = ${next.modelId}::uuid and run = ${next.run}::bigint`.execute(tx)
  })
  return true
}

async function nextAnnouncement({ db }: Platform): Promise<Announcement | undefined> {
  const { rows } = await sql<Announcement>`
    select told.workspace_id as "workspaceId", told.model_id as "modelId", layer_models.name as "modelName", told.run::text as run, told.previous_run::text as "previousRun",
      told.at, told.told_through::float8 as "toldThrough"
    from layer_announcements as told join layer_models on layer_models.id = told.model_id order by told.run limit 1`.execute(db)
  return rows[0]
}

interface Change {
  personId: number
  from: string
  to: string
}

/** People whose layer is another one, ascending. Who is new, or no more, has not changed layers. */
async function readChanges(ctx: Context, { modelId, run, previousRun, toldThrough }: Announcement, limit: number): Promise<Change[]> {
  return ctx.platform.warehouse.rows<Change>({
    sql: `
      select person_id as personId, anyIf(toString(layer), run = {previousRun:UInt64}) as \`from\`, anyIf(toString(layer), run = {run:UInt64}) as \`to\`
      from layer_assignments
      where workspace_id = {workspaceId:UInt32} and model_id = {modelId:UUID} and run in [{run:UInt64}, {previousRun:UInt64}] and person_id > {toldThrough:UInt32}
      group by person_id having \`from\` != '' and \`to\` != '' and \`from\` != \`to\`
      order by person_id limit {limit:UInt32}`,
    params: { workspaceId: ctx.workspaceId, modelId, run, previousRun, toldThrough, limit },
    limits: layerLimits,
  })
}

function eventOf({ modelId, modelName, run, at }: Announcement, { personId, from, to }: Change): KnownEvent {
  return {
    personId,
    event: layerChangedEvent,
    timeMs: at.getTime(),
    key: stableUuid('layer changed', modelId, run, personId),
    properties: { modelId, model: modelName, from, to },
  }
}
