import { sql } from 'kysely'
import type { Context } from '../access/index.ts'
import { registerUsables, registerUsage, type Usable, type Use } from '../people/index.ts'
import { compileTemplate, type MessageWords } from './compile-template.ts'

/** Makes known which attributes templates fill in, and that templates are used themselves. */
export function startContent(): void {
  registerUsage('content', readTemplateUses)
  registerUsables('templates', listUsableTemplates)
}

async function readTemplateUses(ctx: Context): Promise<Use[]> {
  const { rows } = await sql<MessageWords & { id: string; name: string }>`
    select id, name, category, signature, body, opt_out_text as "optOutText" from templates where workspace_id = ${ctx.workspaceId} limit 2000`.execute(
    ctx.platform.db,
  )
  return rows.flatMap(({ id, name, ...words }) =>
    compileTemplate(words).variables.map((key): Use => ({ of: { kind: 'attribute', key }, by: { kind: 'template', id, name } })),
  )
}

async function listUsableTemplates(ctx: Context): Promise<Usable[]> {
  const { rows } = await sql<{ id: string; name: string; lastSeenAt: Date }>`
    select id, name, updated_at as "lastSeenAt" from templates where workspace_id = ${ctx.workspaceId} order by name limit 2000`.execute(ctx.platform.db)
  return rows.map(({ id, name, lastSeenAt }) => ({ kind: 'template', key: id, label: { zh: name, en: name }, people: null, retired: false, lastSeenAt }))
}
