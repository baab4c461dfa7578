import { sql } from 'kysely'
import type { Template } from '../../../contracts/content.ts'
import type { Context } from '../access/index.ts'
import { notFound } from '../platform/errors.ts'
import { compileTemplate } from './compile-template.ts'

type TemplateRow = Omit<Template, 'variables' | 'createdAt' | 'updatedAt'> & { createdAt: Date; updatedAt: Date }

// NOTE: the campaigns table lies further up; its foreign key points here, and how often a template is used belongs to the template's page.
const selectTemplates = sql`
  select id, name, channel, category, signature, body, opt_out_text as "optOutText", created_at as "createdAt", updated_at as "updatedAt",
    (select count(*)::int from campaigns where campaigns.workspace_id = templates.workspace_id and campaigns.template_id = templates.id) as "usedByCampaigns"
  from templates`

/** Templates of the workspace, newest first; `search` is part of a name or a body. */
export async function listTemplates(ctx: Context, input: { search?: string }): Promise<Template[]> {
  const search = input.search ?? null
  const { rows } = await sql<TemplateRow>`
    ${selectTemplates}
    where workspace_id = ${ctx.workspaceId} and (${search}::text is null or position(lower(${search}) in lower(name || ' ' || body)) > 0)
    order by id desc limit 1000`.execute(ctx.platform.db)
  return rows.map(asTemplate)
}

/** One template. @throws `not-found` */
export async function readTemplate(ctx: Context, id: string): Promise<Template> {
  const { rows } = await sql<TemplateRow>`${selectTemplates} where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(ctx.platform.db)
  if (!rows[0]) throw notFound({ zh: '模板', en: 'template' })
  return asTemplate(rows[0])
}

function asTemplate(row: TemplateRow): Template {
  return { ...row, variables: [...compileTemplate(row).variables], createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() }
}
