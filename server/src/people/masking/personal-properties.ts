import { sql } from 'kysely'
import type { Context } from '../../access/index.ts'

const hiddenValue = '•••'

/** Replaces the values of an event's properties that are marked as personal, for whoever may not see personal data. */
export type MaskProperties = (event: string, properties: Record<string, unknown>) => Record<string, unknown>

/** How the properties of events are shown to whoever asks: as they are to those who may see personal data. */
export async function propertyMask(ctx: Context): Promise<MaskProperties> {
  if (ctx.permissions.has('people.reveal')) return (_event, properties) => properties
  const { rows } = await sql<{ event: string; keys: string[] }>`
    select event, array_agg(property) as keys from event_properties where workspace_id = ${ctx.workspaceId} and is_pii group by event`.execute(ctx.platform.db)
  const personal = new Map(rows.map(({ event, keys }) => [event, keys]))
  return (event, properties) => {
    const given = (personal.get(event) ?? []).filter((key) => properties[key] !== undefined && properties[key] !== null)
    return given.length === 0 ? properties : { ...properties, ...Object.fromEntries(given.map((key) => [key, hiddenValue])) }
  }
}
