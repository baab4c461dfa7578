import { sql } from 'kysely'
import type { Rule } from '../../../../contracts/rule.ts'
import type { Context } from '../../access/index.ts'
import { workspaceTimezone } from '../../workspaces/index.ts'
import { readLayerNames } from '../layers/layer-names.ts'
import type { RuleWords } from './describe-rule.ts'
import { collectReferences } from './resolve-rule.ts'

/** Every name of the workspace that a sentence about these rules may need. */
export async function readRuleWords(ctx: Context, rules: readonly Rule[]): Promise<RuleWords> {
  const segmentIds = new Set<string>()
  const modelIds = new Set<string>()
  for (const rule of rules) collectReferences(rule, segmentIds, modelIds)
  const { db } = ctx.platform
  const [timezone, attributes, segments, models] = await Promise.all([
    workspaceTimezone(ctx),
    sql<{ key: string; zh: string; en: string }>`
      select key, label_zh as zh, label_en as en from attributes where workspace_id = ${ctx.workspaceId}`.execute(db),
    sql<{ id: string; name: string }>`
      select id, name from segments where workspace_id = ${ctx.workspaceId} and id = any(${[...segmentIds]}::uuid[])`.execute(db),
    readLayerNames(db, ctx.workspaceId, [...modelIds]),
  ])
  return {
    timezone,
    attributes: new Map(attributes.rows.map(({ key, zh, en }) => [key, { zh, en }])),
    segments: new Map(segments.rows.map((row) => [row.id, row.name])),
    models,
  }
}
