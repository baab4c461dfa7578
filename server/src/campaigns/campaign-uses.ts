import { sql } from 'kysely'
import type { Context } from '../access/index.ts'
import { propertyKey, type Use } from '../people/index.ts'

/** What campaigns use: their segment, their template, and the event that is their goal. Those that are over are history and use nothing. */
export async function readCampaignUses(ctx: Context): Promise<Use[]> {
  const { rows } = await sql<{ id: string; name: string; segmentId: string | null; templateId: string | null; event: string | null; property: string | null }>`
    select id, name, segment_id as "segmentId", template_id as "templateId", goal ->> 'event' as event, goal ->> 'property' as property from campaigns
    where workspace_id = ${ctx.workspaceId} and state not in ('completed', 'cancelled', 'imported') limit 5000`.execute(ctx.platform.db)
  return rows.flatMap(({ id, name, segmentId, templateId, event, property }) => {
    const by = { kind: 'campaign', id, name } as const
    const uses: Use[] = []
    if (segmentId) uses.push({ of: { kind: 'segment', key: segmentId }, by })
    if (templateId) uses.push({ of: { kind: 'template', key: templateId }, by })
    if (event) uses.push({ of: { kind: 'event', key: event }, by })
    if (event && property) uses.push({ of: { kind: 'property', key: propertyKey(event, property) }, by })
    return uses
  })
}
