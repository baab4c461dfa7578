import { sql } from 'kysely'
import { eventLabels } from '../../../../contracts/collect.ts'
import type { LocaleText } from '../../../../contracts/common.ts'
import type { Context } from '../../access/index.ts'

/** What an event is called: as the workspace says, else as the product does, else by its own name. A word given in one language serves in the other too. */
export function labelOfEvent(event: string, { zh, en }: LocaleText): LocaleText {
  return zh || en ? { zh: zh || en, en: en || zh } : (eventLabels[event] ?? { zh: event, en: event })
}

/** What events are called, every one of those asked about. */
export async function readEventLabels(ctx: Context, events: readonly string[]): Promise<Map<string, LocaleText>> {
  const { rows } = await sql<{ event: string; zh: string; en: string }>`
    select event, label_zh as zh, label_en as en from event_definitions
    where workspace_id = ${ctx.workspaceId} and event = any(${[...events]}::text[])`.execute(ctx.platform.db)
  const own = new Map(rows.map(({ event, ...label }) => [event, label]))
  return new Map(events.map((event) => [event, labelOfEvent(event, own.get(event) ?? { zh: '', en: '' })]))
}
