import { sql, type RawBuilder } from 'kysely'
import { eventLabels } from '../../../../contracts/collect.ts'
import type { Rule } from '../../../../contracts/rule.ts'
import type { Context } from '../../access/index.ts'
import type { Database } from '../../platform/platform.ts'
import { workspaceTimezone } from '../../workspaces/index.ts'
import { readLayerNames } from '../layers/layer-names.ts'
import { propertyWordsKey, type FieldWords, type RuleWords } from './describe-words.ts'
import { collectReferences, newReferences } from './resolve-rule.ts'

/** Every name of the workspace that a sentence about these rules may need. */
export async function readRuleWords(ctx: Context, rules: readonly Rule[]): Promise<RuleWords> {
  const named = newReferences()
  for (const rule of rules) collectReferences(rule, named)
  const { db } = ctx.platform
  const [timezone, attributes, events, properties, segments, models, tags, campaigns] = await Promise.all([
    workspaceTimezone(ctx),
    readFields(
      db,
      sql`select key, label_zh as zh, label_en as en, case format when 'money' then '元' when 'percent' then '' else unit end as unit from attributes where workspace_id = ${ctx.workspaceId}`,
    ),
    readFields(
      db,
      sql`select event as key, label_zh as zh, label_en as en, '' as unit from event_definitions where workspace_id = ${ctx.workspaceId} and label_zh || label_en <> '' limit 2000`,
    ),
    readFields(
      db,
      sql`select event || ${propertyWordsKey('', '')}::text || property as key, label_zh as zh, label_en as en, unit from event_properties
        where workspace_id = ${ctx.workspaceId} and label_zh || label_en || unit <> '' limit 5000`,
    ),
    readNames(db, sql`segments where workspace_id = ${ctx.workspaceId}`, named.segments),
    readLayerNames(db, ctx.workspaceId, [...named.models]),
    readNames(db, sql`tags where workspace_id = ${ctx.workspaceId}`, named.tags),
    readNames(db, sql`campaigns where workspace_id = ${ctx.workspaceId}`, named.campaigns),
  ])
  const ofProduct = Object.entries(eventLabels).map(([event, label]): [string, FieldWords] => [event, { label, unit: '' }])
  return { timezone, attributes, events: new Map([...ofProduct, ...events]), properties, segments, models, tags, campaigns }
}

async function readFields(db: Database, query: RawBuilder<unknown>): Promise<Map<string, FieldWords>> {
  const { rows } = await sql<{ key: string; zh: string; en: string; unit: string }>`${query}`.execute(db)
  return new Map(rows.map(({ key, zh, en, unit }) => [key, { label: { zh: zh || en, en: en || zh }, unit }]))
}

async function readNames(db: Database, from: RawBuilder<unknown>, ids: ReadonlySet<string>): Promise<Map<string, string>> {
  if (ids.size === 0) return new Map()
  const { rows } = await sql<{ id: string; name: string }>`select id, name from ${from} and id = any(${[...ids]}::uuid[])`.execute(db)
  return new Map(rows.map((row) => [row.id, row.name]))
}
