import { sql } from 'kysely'
import type { LocaleText } from '../../../../contracts/common.ts'
import type { Context } from '../../access/index.ts'

interface EventNames {
  events: { event: string; label: LocaleText }[]
  properties: { event: string; key: string; label: LocaleText; unit: string }[]
}

/** What people call events and properties; those that nobody has named are left out. */
export async function listEventNames(ctx: Context): Promise<EventNames> {
  const { db } = ctx.platform
  const [events, properties] = await Promise.all([
    sql<{ event: string; zh: string; en: string }>`
      select event, label_zh as zh, label_en as en from event_definitions
      where workspace_id = ${ctx.workspaceId} and (label_zh <> '' or label_en <> '') order by event`.execute(db),
    sql<{ event: string; key: string; zh: string; en: string; unit: string }>`
      select event, property as key, label_zh as zh, label_en as en, unit from event_properties
      where workspace_id = ${ctx.workspaceId} and (label_zh <> '' or label_en <> '' or unit <> '') order by event, property`.execute(db),
  ])
  return {
    events: events.rows.map(({ event, zh, en }) => ({ event, label: filled({ zh, en }) })),
    properties: properties.rows.map(({ event, key, zh, en, unit }) => ({ event, key, label: filled({ zh, en }), unit })),
  }
}

/** A word given in one language serves in the other too. */
function filled({ zh, en }: LocaleText): LocaleText {
  return { zh: zh === '' ? en : zh, en: en === '' ? zh : en }
}
