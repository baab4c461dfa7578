import type { audienceRoutes } from '../../../contracts/audience.ts'
import type { Handlers } from '../access/index.ts'
import { countRule } from './audience-statement.ts'
import { deleteSegment } from './delete-segment.ts'
import { explainRule } from './explain-rule.ts'
import { listPersonSegments } from './list-person-segments.ts'
import { refreshSegment } from './refresh-segments.ts'
import { describeRule } from './rule/describe-rule.ts'
import { readRuleWords } from './rule/rule-words.ts'
import { createSegment, updateSegment } from './save-segment.ts'
import { listSegments, readSegment } from './segment-row.ts'
import { whenGone } from './when-gone.ts'

export const audienceHandlers: Handlers<typeof audienceRoutes> = {
  listSegments: async ({ ctx, query }) => ({ items: await listSegments(ctx, query) }),
  createSegment: async ({ ctx, body }) => createSegment(ctx, body),
  readSegment: async ({ ctx, params }) => readSegment(ctx, params.id),
  updateSegment: async ({ ctx, params, body }) => updateSegment(ctx, { id: params.id, ...body }),
  deleteSegment: async ({ ctx, params }) => {
    await deleteSegment(ctx, params.id)
    return { done: true }
  },
  refreshSegment: async ({ ctx, params }) => refreshSegment(ctx, params.id),
  countRule: async ({ ctx, body, reply }) => countRule(ctx, body.rule, { exact: body.exact, signal: whenGone(reply) }),
  describeRule: async ({ ctx, body }) => describeRule(body.rule, await readRuleWords(ctx, [body.rule])),
  explainRule: async ({ ctx, body }) => explainRule(ctx, body),
  listPersonSegments: async ({ ctx, params }) => listPersonSegments(ctx, params.personId),
}
