import { sql } from 'kysely'
import { importFields, type ImportField, type ImportTarget } from '../../../../contracts/import-setup.ts'
import type { Context } from '../../access/index.ts'
import { attributeLabel, readNamespaces } from '../../people/index.ts'
import { readTagDefinitions } from '../../tags/index.ts'

type ListedField = ImportField & { group: 'identity' | 'field' | 'attribute' | 'tag' }

/** Every field a column can be mapped to for a target, with what this workspace has of its own: kinds of identities, attributes, tags. */
export async function listImportFields(ctx: Context, { target }: { target: ImportTarget }): Promise<{ items: ListedField[] }> {
  const { platform, workspaceId } = ctx
  const namespaces = await readNamespaces(platform, workspaceId)
  const bare = new Set(importFields.identities.map(({ field }) => field))
  const identities = namespaces.active.map(({ key, label }): ListedField => ({
    field: bare.has(key) ? key : `identity:${key}`,
    label,
    oneOf: 'identity',
    group: 'identity',
  }))
  const fields = importFields[target].filter((field) => field.oneOf !== 'identity').map((field): ListedField => ({ ...field, group: 'field' }))
  const attributes = target === 'people' ? await attributeFields(ctx) : []
  const tags = target === 'people' || target === 'tags' ? await readTagDefinitions(platform.db, workspaceId) : []
  const tagFields = tags.map(({ id, name, kind }): ListedField => ({
    field: `tag:${id}`,
    label: { zh: name, en: name },
    group: 'tag',
    ...(kind === 'flag' && { help: flagHelp }),
  }))
  return { items: [...identities, ...fields, ...attributes, ...tagFields] }
}

const flagHelp = { zh: '这一列写 是/否', en: 'The column says yes or no' }

async function attributeFields(ctx: Context): Promise<ListedField[]> {
  const { rows } = await sql<{ key: string; label_zh: string; label_en: string }>`
    select key, label_zh, label_en from attributes where workspace_id = ${ctx.workspaceId} order by built_in desc, key limit 2000`.execute(ctx.platform.db)
  const known = new Set(rows.map(({ key }) => key))
  const usual = ['name', 'gender', 'birthday', 'province', 'city', 'district'].filter((key) => !known.has(key))
  return [
    ...rows.map(({ key, label_zh: zh, label_en: en }): ListedField => ({ field: `attribute:${key}`, label: { zh, en }, group: 'attribute' })),
    ...usual.map((key): ListedField => ({ field: `attribute:${key}`, label: attributeLabel(key), group: 'attribute' })),
  ]
}
