import { sql } from 'kysely'
import type { AttributeDefinition } from '../../../../contracts/catalogue.ts'
import type { AttributeType } from '../../../../contracts/people.ts'
import type { Context } from '../../access/index.ts'
import { notFound, type AppError } from '../../platform/errors.ts'
import { countPeople } from '../listing/count-people.ts'
import { listAttributes } from './list-attributes.ts'

interface Row {
  key: string
  format: AttributeDefinition['format']
  unit: string
  pii: boolean
  options: string[]
  description: string
  visible: boolean
  retiredAt: Date | null
  definedAt: Date | null
  toType: AttributeType | null
  conversionState: 'running' | 'finished'
  peopleDone: number
  converted: number
  misfits: number
}

const untouched = {
  format: null,
  unit: '',
  pii: false,
  options: [],
  description: '',
  visible: true,
  retiredAt: null,
  definedAt: null,
  conversion: null,
} as const

/** Attributes with everything that is said about them: the built-in ones first, retired ones too. */
export async function listAttributeDefinitions(ctx: Context): Promise<{ items: AttributeDefinition[] }> {
  const [{ items }, rows, people] = await Promise.all([listAttributes(ctx), readRows(ctx), countPeople(ctx)])
  const known = new Map(rows.map((row) => [row.key, row]))
  return {
    items: items.map((attribute) => {
      const row = known.get(attribute.key)
      return row ? { ...attribute, ...asDefinition(row, people) } : { ...attribute, ...untouched, options: [] }
    }),
  }
}

async function readRows(ctx: Context): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select attributes.key, format, unit, is_pii as pii, options, description, visible, retired_at as "retiredAt", defined_at as "definedAt",
      conversion.to_type as "toType", conversion.state as "conversionState", conversion.people_done::float8 as "peopleDone",
      conversion.converted::float8 as converted, conversion.misfits::float8 as misfits
    from attributes left join lateral (
      select * from attribute_conversions where workspace_id = ${ctx.workspaceId} and key = attributes.key order by id desc limit 1
    ) as conversion on true
    where attributes.workspace_id = ${ctx.workspaceId} limit 2000`.execute(ctx.platform.db)
  return rows
}

function asDefinition(row: Row, peopleTotal: number): Omit<AttributeDefinition, 'key' | 'type' | 'label' | 'builtIn' | 'lastSeenAt'> {
  const { key: _, toType, conversionState, peopleDone, converted, misfits, ...rest } = row
  return {
    ...rest,
    retiredAt: row.retiredAt?.toISOString() ?? null,
    definedAt: row.definedAt?.toISOString() ?? null,
    conversion: toType === null ? null : { toType, state: conversionState, peopleDone, peopleTotal, converted, misfits },
  }
}

/** One attribute. @throws `not-found` */
export async function readAttributeDefinition(ctx: Context, key: string): Promise<AttributeDefinition> {
  const found = (await listAttributeDefinitions(ctx)).items.find((attribute) => attribute.key === key)
  if (!found) throw noAttribute()
  return found
}

export function noAttribute(): AppError {
  return notFound({ zh: '属性', en: 'attribute' })
}
