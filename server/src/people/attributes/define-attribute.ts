import { sql } from 'kysely'
import { formatTypes, type AttributeDefinition, type AttributeInput, type AttributePatch } from '../../../../contracts/catalogue.ts'
import type { Attribute, AttributeType } from '../../../../contracts/people.ts'
import { mutate, type Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { Database } from '../../platform/platform.ts'
import { reservedAttributes } from '../profile/update-person.ts'
import { readAttributeDefinition } from './attribute-row.ts'

const attributesMax = 500

/** Defines an attribute before any data comes for it. @throws `conflict` when there is one of the key, `validation` for a key that means something else */
export async function defineAttribute(ctx: Context, { key, type, ...said }: AttributeInput): Promise<AttributeDefinition> {
  if (reservedAttributes.has(key)) throw reserved(key)
  checkFormat(type, said.format)
  await mutate(ctx, { action: 'attribute.define', targetKind: 'attribute', targetId: key, detail: { type } }, async (tx) => {
    await refuseTooMany(tx, ctx.workspaceId)
    const { rows } = await sql`
      insert into attributes (workspace_id, key, type, label_zh, label_en, defined_at)
      values (${ctx.workspaceId}, ${key}, ${type}, ${said.label.zh || key}, ${said.label.en || key}, ${ctx.platform.clock.now()})
      on conflict (workspace_id, key) do nothing returning key`.execute(tx)
    if (rows.length === 0) throw taken(key)
    await write(tx, ctx, { key, said })
  })
  return readAttributeDefinition(ctx, key)
}

/** Changes what is said about an attribute; what is not given stays. @throws `not-found`, `validation` */
export async function updateAttribute(ctx: Context, { key, ...said }: AttributePatch & { key: string }): Promise<AttributeDefinition> {
  const attribute = await readAttributeDefinition(ctx, key)
  if (reservedAttributes.has(key)) throw reserved(key)
  checkFormat(attribute.type, said.format)
  await mutate(ctx, { action: 'attribute.update', targetKind: 'attribute', targetId: key, detail: { changed: Object.keys(said) } }, async (tx) => {
    await makeRow(tx, ctx, attribute)
    await write(tx, ctx, { key, said })
  })
  return readAttributeDefinition(ctx, key)
}

/** A built-in attribute has no row until somebody says something about it or has a value. */
export async function makeRow(tx: Database, ctx: Context, { key, type, label }: Pick<Attribute, 'key' | 'type' | 'label'>): Promise<void> {
  await sql`
    insert into attributes (workspace_id, key, type, label_zh, label_en) values (${ctx.workspaceId}, ${key}, ${type}, ${label.zh}, ${label.en})
    on conflict (workspace_id, key) do nothing`.execute(tx)
}

async function write(tx: Database, ctx: Context, { key, said }: { key: string; said: AttributePatch }): Promise<void> {
  const options = said.options ? [...new Set(said.options)] : null
  await sql`
    update attributes set
      label_zh = coalesce(nullif(${said.label?.zh ?? null}, ''), label_zh), label_en = coalesce(nullif(${said.label?.en ?? null}, ''), label_en),
      format = case when ${said.format === undefined} then format else ${said.format ?? null} end,
      unit = coalesce(${said.unit ?? null}, unit), is_pii = coalesce(${said.pii ?? null}::boolean, is_pii),
      options = coalesce(${options}::text[], options), description = coalesce(${said.description ?? null}, description),
      visible = coalesce(${said.visible ?? null}::boolean, visible), defined_at = coalesce(defined_at, ${ctx.platform.clock.now()})
    where workspace_id = ${ctx.workspaceId} and key = ${key}`.execute(tx)
}

/** @throws `validation` for a format that another type has */
export function checkFormat(type: AttributeType, format: AttributeDefinition['format'] | undefined): void {
  if (!format || formatTypes[format] === type) return
  const words = { zh: '这种格式与类型不符，请另选格式', en: 'The format belongs to another type; choose another format' }
  throw new AppError('validation', { ...words, problems: [{ at: 'body.format', ...words }] })
}

async function refuseTooMany(tx: Database, workspaceId: number): Promise<void> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from attributes where workspace_id = ${workspaceId}`.execute(tx)
  if (rows[0]!.count >= attributesMax)
    throw new AppError('precondition', {
      zh: `属性最多 ${attributesMax} 个，请先停用或合并不用的属性`,
      en: `At most ${attributesMax} attributes; make do with fewer first`,
    })
}

function reserved(key: string): AppError {
  const words = { zh: `「${key}」由系统维护，不能自定义`, en: `“${key}” is kept by the system and cannot be defined` }
  return new AppError('validation', { ...words, problems: [{ at: 'body.key', ...words }] })
}

function taken(key: string): AppError {
  return new AppError('conflict', {
    zh: `已有标识为「${key}」的属性，请直接修改它`,
    en: `There is an attribute “${key}” already; change that one`,
    problems: [{ at: 'body.key', zh: '标识已被使用', en: 'The key is taken' }],
  })
}
