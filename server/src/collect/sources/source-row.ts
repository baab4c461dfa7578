import { sql } from 'kysely'
import type { Source } from '../../../../contracts/collect.ts'
import type { Context } from '../../access/index.ts'
import { notFound } from '../../platform/errors.ts'
import type { Database } from '../../platform/platform.ts'

interface SourceRow {
  id: string
  name: string
  kind: Source['kind']
  createdAt: Date
  disabledAt: Date | null
  lastEventAt: Date | null
  eventsAccepted: number
  ratePerSecond: number | null
  eventsPerDay: number | null
  /** Timestamps inside are ISO texts as PostgreSQL writes them in JSON. */
  writeKeys: Source['writeKeys']
  hours: Source['hours']
}

const hourMs = 3_600_000
const hoursShown = 24

function selectSources(workspaceId: number, now: Date) {
  return sql<SourceRow>`
    select id, name, kind, created_at as "createdAt", disabled_at as "disabledAt", last_event_at as "lastEventAt", events_accepted as "eventsAccepted",
      rate_per_second as "ratePerSecond", events_per_day as "eventsPerDay",
      (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'name', name, 'hint', hint, 'createdAt', created_at, 'lastUsedAt', last_used_at,
          'expiresAt', expires_at, 'revokedAt', revoked_at) order by created_at desc, id desc), '[]')
        from source_keys where source_keys.source_id = sources.id) as "writeKeys",
      (select coalesce(jsonb_agg(jsonb_build_object('hour', hour, 'accepted', accepted, 'duplicates', duplicates, 'blocked', blocked,
          'quarantined', quarantined, 'refused', refused) order by hour), '[]')
        from source_hours
        where source_hours.workspace_id = sources.workspace_id and source_hours.source_id = sources.id
          and hour > ${new Date(now.getTime() - hoursShown * hourMs)}) as hours
    from sources where workspace_id = ${workspaceId}`
}

/** All sources of the workspace, the oldest first. */
export async function readSources(ctx: Context): Promise<Source[]> {
  const { rows } = await sql<SourceRow>`${selectSources(ctx.workspaceId, ctx.platform.clock.now())} order by created_at, id`.execute(ctx.platform.db)
  return rows.map(sourceAnswer)
}

/** One source; throws `not-found`. */
export async function readSource(ctx: Context, id: string, tx: Database = ctx.platform.db): Promise<Source> {
  const { rows } = await sql<SourceRow>`${selectSources(ctx.workspaceId, ctx.platform.clock.now())} and id = ${id}::uuid`.execute(tx)
  if (!rows[0]) throw sourceNotFound()
  return sourceAnswer(rows[0])
}

export function sourceNotFound() {
  return notFound({ zh: '数据源', en: 'source' })
}

function sourceAnswer(row: SourceRow): Source {
  const { ratePerSecond, eventsPerDay, createdAt, disabledAt, lastEventAt, writeKeys, hours, ...rest } = row
  return {
    ...rest,
    writeKeys: writeKeys.map((key) => ({
      ...key,
      createdAt: instant(key.createdAt),
      lastUsedAt: key.lastUsedAt && instant(key.lastUsedAt),
      expiresAt: key.expiresAt && instant(key.expiresAt),
      revokedAt: key.revokedAt && instant(key.revokedAt),
    })),
    hours: hours.map((one) => ({ ...one, hour: instant(one.hour) })),
    limits: { perSecond: ratePerSecond, perDay: eventsPerDay },
    createdAt: createdAt.toISOString(),
    disabledAt: disabledAt?.toISOString() ?? null,
    lastEventAt: lastEventAt?.toISOString() ?? null,
  }
}

function instant(text: string): string {
  return new Date(text).toISOString()
}
