import { sql } from 'kysely'
import type { AttributeDefinition, AttributeFormat, TypePreview } from '../../../../contracts/catalogue.ts'
import type { AttributeType } from '../../../../contracts/people.ts'
import { registeredAttribute } from '../../../../contracts/rule.ts'
import { mutate, type Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import { isPathKey, textValue } from '../../platform/warehouse/json-path.ts'
import { coerceAttribute, isRejection } from '../record/coerce-attribute.ts'
import { maskAddress } from '../masking/mask-addresses.ts'
import { readAttributeDefinition } from './attribute-row.ts'
import { checkFormat, makeRow } from './define-attribute.ts'
import { maskPersonal } from './personal-data.ts'
import { refuseUsed } from './retire-attribute.ts'

/** Different values looked at: all of them in most attributes; of more, as many at random. */
const valuesMax = 20_000
const examplesMax = 12

/** How the values of an attribute would fit another type, by the rule that everything coming in is read by. @throws `not-found` */
export async function previewAttributeType(ctx: Context, { key, type }: { key: string; type: AttributeType }): Promise<TypePreview> {
  const attribute = await readAttributeDefinition(ctx, key)
  refuseFixed(attribute)
  const values = await readValues(ctx, key)
  const total = values.reduce((sum, { people }) => sum + people, 0)
  const judged = values.slice(0, valuesMax).map(({ value, people }) => {
    const becomes = coerceAttribute(type, value)
    return { value, people, becomes: isRejection(becomes) ? null : Array.isArray(becomes) ? becomes.join('、') : String(becomes) }
  })
  const isExact = values.length <= valuesMax
  const seen = judged.reduce((sum, { people }) => sum + people, 0)
  const unfit = judged.reduce((sum, { people, becomes }) => sum + (becomes === null ? people : 0), 0)
  const all = isExact ? total : await countValues(ctx, key)
  const misfit = isExact || seen === 0 ? unfit : Math.round((unfit / seen) * all)
  const show = (text: string) => (attribute.pii ? maskPersonal(text) : maskAddress(text))
  const examples = judged
    .toSorted((left, right) => Number(left.becomes !== null) - Number(right.becomes !== null) || right.people - left.people)
    .slice(0, examplesMax)
    .map(({ value, becomes, people }) => ({ value: show(value), becomes: becomes === null ? null : show(becomes), people }))
  return { values: all, fit: all - misfit, misfit, exact: isExact, examples }
}

async function readValues(ctx: Context, key: string): Promise<{ value: string; people: number }[]> {
  const text = textValue('attributes', key)
  return ctx.platform.warehouse.rows<{ value: string; people: number }>({
    sql: `select assumeNotNull(${text}) as value, count() as people from people final where workspace_id = {workspaceId:UInt32} and ${text} is not null
      group by value order by cityHash64(value) limit ${valuesMax + 1}`,
    params: { workspaceId: ctx.workspaceId },
    limits: { secondsMax: 60 },
  })
}

async function countValues(ctx: Context, key: string): Promise<number> {
  const { people } = await ctx.platform.warehouse.row<{ people: number }>({
    sql: `select countIf(${textValue('attributes', key)} is not null) as people from people final where workspace_id = {workspaceId:UInt32}`,
    params: { workspaceId: ctx.workspaceId },
  })
  return people
}

interface TypeChange {
  key: string
  type: AttributeType
  format: AttributeFormat | null
  keepMisfits: boolean
  confirmUsed: boolean
}

/**
 * Changes the type of an attribute: from now on what comes in is read as the new type, and the values there are follow in the background.
 * @throws `not-found`, `precondition` while something uses it or values do not fit and neither was confirmed
 */
export async function changeAttributeType(ctx: Context, { key, type, format, keepMisfits, confirmUsed }: TypeChange): Promise<AttributeDefinition> {
  checkFormat(type, format)
  const attribute = await readAttributeDefinition(ctx, key)
  refuseFixed(attribute)
  if (attribute.conversion?.state === 'running')
    throw new AppError('precondition', { zh: '上一次转换还在进行，请稍后再改', en: 'The last conversion is still running; change it later' })
  if (!confirmUsed) await refuseUsed(ctx, key)
  const { misfit } = await previewAttributeType(ctx, { key, type })
  if (misfit > 0 && !keepMisfits)
    throw new AppError('precondition', {
      zh: `有 ${misfit} 个值不符合新类型。请先修正数据，或确认让它们保持原样`,
      en: `${misfit} values do not fit the new type. Correct them first, or confirm that they stay as they are`,
    })
  const now = ctx.platform.clock.now()
  const detail = { from: attribute.type, to: type }
  await mutate(ctx, { action: 'attribute.changeType', targetKind: 'attribute', targetId: key, detail }, async (tx) => {
    await makeRow(tx, ctx, attribute)
    await sql`
      update attributes set type = ${type}, format = ${format}, defined_at = coalesce(defined_at, ${now}) where workspace_id = ${ctx.workspaceId} and key = ${key}`.execute(
      tx,
    )
    await sql`insert into attribute_conversions (workspace_id, key, to_type, created_at) values (${ctx.workspaceId}, ${key}, ${type}, ${now})`.execute(tx)
  })
  ctx.platform.jobs.wake('attribute conversions')
  return readAttributeDefinition(ctx, key)
}

function refuseFixed({ key, type }: AttributeDefinition): void {
  if (key === registeredAttribute || !isPathKey(key))
    throw new AppError('precondition', { zh: '该属性的类型不能修改', en: 'The type of this attribute is fixed' })
  if (type === 'list')
    throw new AppError('precondition', {
      zh: '列表不能改为其他类型，请新建属性后重新导入',
      en: 'A list cannot become another type; define another attribute and import it',
    })
}
