import { sql } from 'kysely'
import type { Template } from '../../../contracts/content.ts'
import { mutate, type Context } from '../access/index.ts'
import { AppError } from '../platform/errors.ts'
import { compileTemplate, type MessageWords } from './compile-template.ts'
import { readTemplate } from './template-row.ts'

export interface TemplateInput extends MessageWords {
  name: string
  channel: 'sms'
}

/** Saves a template. @throws `validation` that points at the field, `conflict` when the name is taken */
export async function createTemplate(ctx: Context, input: TemplateInput): Promise<Template> {
  refuseProblems(input)
  const now = ctx.platform.clock.now()
  const id = await mutate(ctx, { action: 'template.create', targetKind: 'template', detail: { name: input.name } }, async (tx, audit) => {
    const { rows } = await sql<{ id: string }>`
      insert into templates (workspace_id, name, channel, category, signature, body, opt_out_text, created_at, updated_at)
      values (${ctx.workspaceId}, ${input.name}, ${input.channel}, ${input.category}, ${input.signature}, ${input.body}, ${input.optOutText}, ${now}, ${now})
      on conflict (workspace_id, name) do nothing returning id`.execute(tx)
    if (!rows[0]) throw nameTaken(input.name)
    audit.targetId = rows[0].id
    return rows[0].id
  })
  return readTemplate(ctx, id)
}

/** Changes what is given; the template must be right as a whole. Messages already planned keep their words. */
export async function updateTemplate(ctx: Context, change: { id: string } & Partial<TemplateInput>): Promise<Template> {
  const { id, ...fields } = change
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  const next: TemplateInput = { ...(await readTemplate(ctx, id)), ...given }
  refuseProblems(next)
  const now = ctx.platform.clock.now()
  await mutate(ctx, { action: 'template.update', targetKind: 'template', targetId: id, detail: { changed: Object.keys(given) } }, async (tx) => {
    const { rows } = await sql`select 1 from templates where workspace_id = ${ctx.workspaceId} and name = ${next.name} and id <> ${id}::uuid`.execute(tx)
    if (rows.length > 0) throw nameTaken(next.name)
    await sql`
      update templates set name = ${next.name}, channel = ${next.channel}, category = ${next.category}, signature = ${next.signature}, body = ${next.body},
        opt_out_text = ${next.optOutText}, updated_at = ${now}
      where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(tx)
  })
  return readTemplate(ctx, id)
}

function refuseProblems(words: MessageWords): void {
  const problems = compileTemplate(words).problems.map((problem) => ({ ...problem, at: `body.${problem.at}` }))
  if (problems.length > 0) throw new AppError('validation', { problems })
}

function nameTaken(name: string): AppError {
  return new AppError('conflict', {
    zh: `已有名为「${name}」的模板，请换一个名称`,
    en: `There is a template “${name}” already; choose another name`,
    problems: [{ at: 'body.name', zh: '名称已被使用', en: 'The name is taken' }],
  })
}
