import { sql } from 'kysely'
import type { TagRuleRun, tagRuleRoutes } from '../../../../contracts/tag-rules.ts'
import type { Context, Handlers } from '../../access/index.ts'
import { pageOf, uuidCursor } from '../../platform/paging.ts'
import { readTag } from '../../tags/index.ts'
import { listBuiltInTags, switchOnTag } from '../preference-tags/built-in-tags.ts'
import { whenGone } from '../when-gone.ts'
import { previewTagRule } from './preview-tag-rule.ts'
import { askTagRule, deleteTagRule, pauseTagRule, saveTagRule } from './save-tag-rule.ts'
import { readTagDays } from './tag-days.ts'
import { asRun, findTagRule, listTagRules, runColumns, type RunRow } from './tag-rule-row.ts'

export const tagRuleHandlers: Handlers<typeof tagRuleRoutes> = {
  listTagRules: async ({ ctx }) => ({ items: await listTagRules(ctx) }),
  readTagRule: async ({ ctx, params }) => {
    await readTag(ctx, params.id)
    return { rule: await findTagRule(ctx, params.id) }
  },
  saveTagRule: ({ ctx, params, body }) => saveTagRule(ctx, { tagId: params.id, ...body }),
  deleteTagRule: async ({ ctx, params }) => {
    await deleteTagRule(ctx, params.id)
    return { done: true }
  },
  previewTagRule: ({ ctx, params, body, reply }) => previewTagRule(ctx, { tagId: params.id, ...body, signal: whenGone(reply) }),
  runTagRule: ({ ctx, params }) => askTagRule(ctx, params.id),
  pauseTagRule: ({ ctx, params, body }) => pauseTagRule(ctx, { tagId: params.id, paused: body.paused }),
  listTagRuleRuns: ({ ctx, params, query }) => listTagRuleRuns(ctx, { tagId: params.id, ...query }),
  readTagDays: async ({ ctx, params, query }) => {
    await readTag(ctx, params.id)
    return { items: await readTagDays(ctx, { tagId: params.id, days: query.days }) }
  },
  listBuiltInTags: async ({ ctx }) => ({ items: await listBuiltInTags(ctx) }),
  switchOnTag: ({ ctx, body }) => switchOnTag(ctx, body),
}

interface RunPage {
  tagId: string
  cursor?: string | undefined
  limit: number
}

async function listTagRuleRuns(ctx: Context, { tagId, cursor, limit }: RunPage): Promise<{ items: TagRuleRun[]; nextCursor?: string }> {
  await readTag(ctx, tagId)
  const before = uuidCursor(cursor)
  const { rows } = await sql<RunRow>`
    select ${runColumns} from tag_rule_runs as runs
    join tag_rules on tag_rules.id = runs.tag_rule_id and tag_rules.workspace_id = ${ctx.workspaceId} and tag_rules.tag_id = ${tagId}::uuid
    where runs.workspace_id = ${ctx.workspaceId} and (${before}::uuid is null or runs.id < ${before}::uuid)
    order by runs.id desc limit ${limit + 1}`.execute(ctx.platform.db)
  const page = pageOf(rows, limit, (row) => row.id)
  const items = page.rows.map(asRun)
  return page.nextCursor === undefined ? { items } : { items, nextCursor: page.nextCursor }
}
