import { sql } from 'kysely'
import { registeredAttribute } from '../../../../contracts/rule.ts'
import type { Context } from '../../access/index.ts'
import { notFound } from '../../platform/errors.ts'
import { isPathKey, textValue } from '../../platform/warehouse/json-path.ts'
import { personalAttributes } from './personal-data.ts'
import { listAttributes } from './list-attributes.ts'
import { maskAddress } from '../masking/mask-addresses.ts'
import { countRegions } from './region-steps.ts'

const valuesMax = 50
/** So many different places are read to be counted by the regions that they lie in. */
const placesMax = 5_000

/** Values that were said to be offered and that nobody has yet. */
async function unusedOptions(
  ctx: Context,
  ask: { key: string; search?: string | undefined },
  used: readonly { value: string }[],
): Promise<{ value: string; count: number }[]> {
  const { rows } = await sql<{ options: string[] }>`select options from attributes where workspace_id = ${ctx.workspaceId} and key = ${ask.key}`.execute(
    ctx.platform.db,
  )
  const search = (ask.search ?? '').toLowerCase()
  const known = new Set(used.map(({ value }) => value))
  return (rows[0]?.options ?? []).filter((value) => !known.has(value) && value.toLowerCase().includes(search)).map((value) => ({ value, count: 0 }))
}

/** The most frequent values of an attribute, for suggestions. Throws `not-found` for an attribute that the workspace does not have. */
export async function listAttributeValues(
  ctx: Context,
  ask: { key: string; search?: string | undefined; regions?: 'true' | undefined },
): Promise<{ items: { value: string; count: number }[] }> {
  const { items } = await listAttributes(ctx)
  const attribute = items.find((known) => known.key === ask.key)
  if (!attribute || !isPathKey(ask.key)) throw notFound({ zh: '属性', en: 'attribute' })
  if (attribute.key === registeredAttribute || (await personalAttributes(ctx)).has(ask.key)) return { items: [] }
  const text = textValue('attributes', ask.key)
  const rows = await ctx.platform.warehouse.rows<{ value: string; count: number }>({
    sql: `
      select assumeNotNull(${text}) as value, toInt64(count()) as count
      from people final
      where workspace_id = {workspaceId:UInt32} and ${text} is not null
        and ({search:String} = '' or positionCaseInsensitiveUTF8(value, {search:String}) > 0)
      group by value order by count desc, value limit ${ask.regions ? placesMax : valuesMax}`,
    params: { workspaceId: ctx.workspaceId, search: ask.search ?? '' },
    limits: { secondsMax: 10 },
  })
  const found = ask.regions
    ? countRegions(rows)
        .filter(({ value }) => value.toLowerCase().includes((ask.search ?? '').toLowerCase()))
        .slice(0, valuesMax)
    : rows
  const used = found.map(({ value, count }) => ({ value: maskAddress(value), count }))
  return { items: [...used, ...(await unusedOptions(ctx, ask, used))] }
}
