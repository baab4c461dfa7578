import { sql } from 'kysely'
import type { Context } from '../access/index.ts'
import { registerUsage, type Use } from '../people/index.ts'
import { compileTemplate, type MessageWords } from './compile-template.ts'

/** Makes known which attributes templates fill in. */
export function startContent(): void {
  registerUsage('content', readTemplateUses)
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
