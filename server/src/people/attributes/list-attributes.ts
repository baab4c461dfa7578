import { sql } from 'kysely'
import type { Attribute, AttributeFormat, AttributeType } from '../../../../contracts/people.ts'
import { registeredAttribute } from '../../../../contracts/rule.ts'
import type { Context } from '../../access/index.ts'
import { attributeLabel } from './attribute-labels.ts'

/** Attributes that every workspace has, whether or not somebody has a value yet. */
const builtIns: readonly { key: string; type: AttributeType }[] = [
  { key: 'name', type: 'text' },
  { key: 'gender', type: 'text' },
  { key: 'birthday', type: 'date' },
  { key: 'city', type: 'text' },
  { key: 'province', type: 'text' },
  { key: registeredAttribute, type: 'date' },
]

const registeredLabel = { zh: '注册时间', en: 'Registered at' }

/** Attributes of the workspace: the built-in ones first, then those that came with data, by name. */
export async function listAttributes(ctx: Context): Promise<{ items: Attribute[] }> {
  const { rows } = await sql<{
    key: string
    type: AttributeType
    format: AttributeFormat | null
    label_zh: string
    label_en: string
    last_seen_at: Date | null
  }>`
    select key, type, format, label_zh, label_en, last_seen_at from attributes where workspace_id = ${ctx.workspaceId} order by key limit 2000`.execute(
    ctx.platform.db,
  )
  const seen = new Map(rows.map((row) => [row.key, row]))
  const first = builtIns.map(({ key, type }): Attribute => {
    const row = seen.get(key)
    const label = key === registeredAttribute ? registeredLabel : row ? { zh: row.label_zh, en: row.label_en } : attributeLabel(key)
    return { key, type: row?.type ?? type, format: row?.format ?? null, label, builtIn: true, lastSeenAt: row?.last_seen_at?.toISOString() ?? null }
  })
  const rest = rows
    .filter((row) => !builtIns.some((builtIn) => builtIn.key === row.key))
    .map((row): Attribute => ({
      key: row.key,
      type: row.type,
      format: row.format,
      label: { zh: row.label_zh, en: row.label_en },
      builtIn: false,
      lastSeenAt: row.last_seen_at?.toISOString() ?? null,
    }))
  return { items: [...first, ...rest] }
}
