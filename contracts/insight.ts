import { z } from 'zod'
import { Fen, Instant, LocaleText, Uuid, WorkspaceParams } from './common.ts'
import { Interval } from './campaigns.ts'
import { defineRoute, needs } from './http.ts'
import { LayerColour } from './layer-definitions.ts'

const Trend = z.object({ value: z.number(), previous: z.number().nullable().describe('same length of time before') })
export const Overview = z.object({
  asOf: Instant,
  days: z.int(),
  people: z.object({ total: z.int(), withPhone: z.int(), new: Trend, active: Trend }),
  orders: z.object({ count: Trend, revenueFen: Trend, buyers: Trend }),
  messages: z.object({ sent: Trend, delivered: Trend, optedOut: Trend, costFen: Trend }),
  series: z.array(z.object({ date: z.iso.date(), active: z.int(), newPeople: z.int(), orders: z.int(), revenueFen: Fen, sent: z.int() })),
  layerModel: z.object({ id: Uuid, name: z.string(), computedAt: Instant.nullable() }).describe('the workspace’s main model'),
  layers: z.array(z.object({ name: z.string(), label: LocaleText, colour: LayerColour, count: z.int() })).describe('of the main model'),
  topEvents: z.array(z.object({ event: z.string(), count: z.int(), people: z.int() })),
  campaigns: z.array(z.object({ id: Uuid, name: z.string(), state: z.string(), sent: z.int(), conversionRate: z.number(), revenueFen: Fen, costFen: Fen })),
  attention: z
    .array(z.object({ kind: z.string(), text: LocaleText, href: z.string() }))
    .describe('what a person should look at: backlog, failing accounts, unknown messages'),
})
export type Overview = z.infer<typeof Overview>

/** One row of the comparison of campaigns, by campaign or by campaign type. Rates are per person and campaign contacted. */
export const ComparisonRow = z.object({
  key: z.string(),
  name: z.string(),
  campaigns: z.int(),
  contacted: z.int(),
  converted: z.int(),
  conversionRate: z.number(),
  controlPeople: z.int(),
  controlConverted: z.int(),
  controlRate: z.number().nullable(),
  lift: Interval.nullable(),
  revenueFen: Fen,
  costFen: Fen,
  optedOut: z.int(),
  roi: z.number().nullable(),
})
export type ComparisonRow = z.infer<typeof ComparisonRow>

const base = '/api/workspaces/:workspaceId'
export const insightRoutes = {
  readOverview: defineRoute({
    method: 'GET',
    path: `${base}/overview`,
    access: needs('insight.read'),
    summary: 'The state of the business at a glance',
    params: WorkspaceParams,
    query: z.object({ days: z.coerce.number().int().min(1).max(366).default(30) }),
    answer: Overview,
  }),
  compareCampaigns: defineRoute({
    method: 'GET',
    path: `${base}/campaign-comparison`,
    access: needs('insight.read'),
    summary: 'Results of campaigns side by side',
    params: WorkspaceParams,
    query: z.object({ groupBy: z.enum(['campaign', 'type']).default('campaign') }),
    answer: z.object({ rows: z.array(ComparisonRow) }),
  }),
}
