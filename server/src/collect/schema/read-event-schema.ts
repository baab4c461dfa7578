import { sql } from 'kysely'
import type { z } from 'zod'
import type { EventDetail } from '../../../../contracts/event-schemas.ts'
import type { Context } from '../../access/index.ts'
import { notFound } from '../../platform/errors.ts'
import { readEventRows } from './event-row.ts'
import { readEventTotals } from './event-totals.ts'
import { nothingYet, schemaOf } from './list-event-schemas.ts'

/** One event with where it comes from and how it last was not as expected. Throws `not-found`. */
export async function readEventSchema(ctx: Context, event: string): Promise<z.input<typeof EventDetail>> {
  const [rows, totals, sources] = await Promise.all([
    readEventRows(ctx.platform.db, ctx.workspaceId, { event }),
    readEventTotals(ctx, { event }),
    readEventSources(ctx, event),
  ])
  const row = rows[0]
  if (!row && !totals[0]) throw eventNotFound()
  return { ...schemaOf(row, totals[0] ?? nothingYet(event)), sources, lastViolation: row?.lastViolation ?? null }
}

export function eventNotFound() {
  return notFound({ zh: '事件', en: 'event' })
}

async function readEventSources(ctx: Context, event: string): Promise<z.input<typeof EventDetail>['sources']> {
  const { rows } = await sql<{ id: string; name: string; count: number; firstAt: Date; lastAt: Date }>`
    select sources.id, name, count, first_seen_at as "firstAt", last_seen_at as "lastAt"
    from source_events join sources on sources.id = source_id and sources.workspace_id = source_events.workspace_id
    where source_events.workspace_id = ${ctx.workspaceId} and event = ${event} and property = '' order by count desc, name`.execute(ctx.platform.db)
  return rows.map(({ firstAt, lastAt, ...rest }) => ({ ...rest, firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() }))
}
