import { sql } from 'kysely'
import type { z } from 'zod'
import type { EventSchema, SchemaOverflow } from '../../../../contracts/event-schemas.ts'
import type { Context } from '../../access/index.ts'
import { eventNamesMax, propertiesPerEventMax } from '../field-limits.ts'
import { readEventRows, type EventRow } from './event-row.ts'
import { readEventTotals, type EventTotals } from './event-totals.ts'

type Schema = z.input<typeof EventSchema>

/**
 * The events of the workspace with how often, by whom and when they happened, the most frequent first, and the properties they carry;
 * without hidden events and properties unless asked for.
 */
export async function listEventSchemas(ctx: Context, { withHidden }: { withHidden: boolean }): Promise<Schema[]> {
  const [totals, rows] = await Promise.all([readEventTotals(ctx), readEventRows(ctx.platform.db, ctx.workspaceId)])
  const known = new Map(rows.map((row) => [row.event, row]))
  const happened = new Set(totals.map(({ event }) => event))
  const schemas = [
    ...totals.map((total) => schemaOf(known.get(total.event), total)),
    ...rows.filter(({ event }) => !happened.has(event)).map((row) => schemaOf(row, nothingYet(row.event))),
  ]
  if (withHidden) return schemas
  return schemas
    .filter(({ state }) => state !== 'hidden')
    .map((schema) => ({ ...schema, properties: schema.properties.filter(({ state }) => state !== 'hidden') }))
}

/** Names past the limits, the names of events first. */
export async function listSchemaOverflows(ctx: Context): Promise<SchemaOverflow[]> {
  const { rows } = await sql<{ event: string; count: number; examples: string[]; lastAt: Date }>`
    select event, count, examples, last_at as "lastAt" from schema_overflows where workspace_id = ${ctx.workspaceId} order by event limit 100`.execute(
    ctx.platform.db,
  )
  return rows.map(({ event, count, examples, lastAt }) => ({
    event: event === '' ? null : event,
    namesMax: event === '' ? eventNamesMax : propertiesPerEventMax,
    count,
    examples,
    lastAt: lastAt.toISOString(),
  }))
}

/** An event in the words of the contract. Events of before names were listed have no row. */
export function schemaOf(row: EventRow | undefined, { event, count, people, firstMs, lastMs }: EventTotals): Schema {
  return {
    event,
    label: row?.label ?? { zh: '', en: '' },
    description: row?.description ?? '',
    state: row?.state ?? 'visible',
    onViolation: row?.onViolation ?? 'flag',
    violations: row?.violations ?? 0,
    count,
    people,
    firstAt: count === 0 ? null : new Date(firstMs).toISOString(),
    lastAt: count === 0 ? null : new Date(lastMs).toISOString(),
    properties: row?.properties ?? [],
  }
}

/** The totals of an event that is listed and never happened: held back, blocked, or waiting. */
export function nothingYet(event: string): EventTotals {
  return { event, count: 0, people: 0, firstMs: 0, lastMs: 0 }
}
