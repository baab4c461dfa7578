import { sql } from 'kysely'
import { mutate, type Context } from '../access/index.ts'
import { AppError } from '../platform/errors.ts'
import { readTemplate } from './template-row.ts'

/** Deletes a template that no campaign uses. @throws `precondition` that names the campaigns in the way */
export async function deleteTemplate(ctx: Context, id: string): Promise<void> {
  const { name } = await readTemplate(ctx, id)
  await mutate(ctx, { action: 'template.delete', targetKind: 'template', targetId: id, detail: { name } }, async (tx) => {
    await sql`select 1 from templates where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid for update`.execute(tx)
    const { rows } = await sql<{ name: string }>`
      select name from campaigns where workspace_id = ${ctx.workspaceId} and template_id = ${id}::uuid order by id desc limit 5`.execute(tx)
    if (rows.length > 0) throw inUse(rows.map((row) => row.name))
    await sql`delete from templates where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(tx)
  })
}

function inUse(names: string[]): AppError {
  return new AppError('precondition', {
    zh: `模板正被活动使用：${names.map((name) => `「${name}」`).join('、')}`,
    en: `The template is in use by campaigns: ${names.map((name) => `“${name}”`).join(', ')}`,
  })
}
