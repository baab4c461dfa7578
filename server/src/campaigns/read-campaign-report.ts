import { sql } from 'kysely'
import type { CampaignReport } from '../../../contracts/campaigns.ts'
import type { Context } from '../access/index.ts'
import { canonicalPerson } from '../people/index.ts'
import { workspaceTimezone } from '../workspaces/index.ts'
import { campaignSlots, goalEventsSql, type CampaignOutcome } from './campaign-outcome.ts'
import { requireCampaign, toCampaign, type CampaignRow, type Progress } from './campaign-row.ts'
import { measureLift, type Lift } from './effect.ts'
import { refreshCampaign } from './refresh-outcomes.ts'

type SuppressedCount = CampaignReport['suppressed'][number]
type FailedCount = CampaignReport['failed'][number]

/** The report of a campaign as of now: every number is counted, none is estimated; the effect carries its uncertainty. */
export async function readCampaignReport(ctx: Context, id: string): Promise<CampaignReport> {
  const { db } = ctx.platform
  const { progress, outcome } = await refreshCampaign(ctx, await requireCampaign(db, ctx.workspaceId, id))
  const row = await requireCampaign(db, ctx.workspaceId, id)
  const [reasons, failures, series] = await Promise.all([countReasons(ctx, id), countFailures(ctx, row), readSeries(ctx, row)])
  const lift = measureLift(outcome)
  return {
    campaign: toCampaign({ ...row, outcome }, progress),
    asOf: ctx.platform.clock.now().toISOString(),
    ...progressNumbers(progress),
    suppressed: reasons,
    failed: failures,
    replied: outcome.replied,
    optedOut: outcome.optedOut,
    treated: armNumbers(outcome.treated),
    control: armNumbers(outcome.control),
    ...money(outcome, lift),
    lift,
    seriesStep: stepOf(ctx, row),
    series,
  }
}

function progressNumbers(progress: Partial<Progress>) {
  const { planned = 0, waiting = 0, cancelled = 0, sent = 0, delivered = 0, unknown = 0 } = progress
  return { planned, waiting, cancelled, sent, delivered, unknown }
}

function armNumbers({ people, converted, orders, revenueFen }: CampaignOutcome['treated']) {
  return { people, converted, orders, revenueFen }
}

/** Return on what was spent: by what the campaign caused (against the control group), and by all revenue in the window. */
function money(outcome: CampaignOutcome, lift: Lift) {
  const { costFen, treated } = outcome
  const incremental = lift.incrementalRevenueFen
  return {
    costFen: Math.round(costFen),
    roi: costFen > 0 && incremental ? (incremental.value - costFen) / costFen : null,
    attributedRoi: costFen > 0 ? (treated.revenueFen - costFen) / costFen : null,
  }
}

async function countReasons(ctx: Context, id: string): Promise<SuppressedCount[]> {
  const { rows } = await sql<SuppressedCount>`
    select reason, count(*) as count from messages
    where workspace_id = ${ctx.workspaceId} and cause_id = ${id}::uuid and cause_kind = 'campaign' and state = 'suppressed' and reason <> 'controlGroup'
    group by reason order by count desc`.execute(ctx.platform.db)
  return rows
}

async function countFailures(ctx: Context, row: CampaignRow): Promise<FailedCount[]> {
  if (row.state === 'imported') {
    const person = await canonicalPerson(ctx)
    return ctx.platform.warehouse.rows<FailedCount>({
      sql: `
        select 'unknown' as class, ifNull(properties.code::Nullable(String), '') as code, uniqExact(${person.of('person_id')}) as count from events
        where workspace_id = {workspaceId:UInt32} and event = 'Message Failed' and properties.campaignId.:String = {campaignId:String}
        group by code order by count desc limit 50`,
      params: { workspaceId: ctx.workspaceId, campaignId: row.id },
    })
  }
  const { rows } = await sql<FailedCount>`
    select coalesce(failure_class, 'unknown') as class, coalesce(failure_code, '') as code, count(*) as count from messages
    where workspace_id = ${ctx.workspaceId} and cause_id = ${row.id}::uuid and cause_kind = 'campaign' and state = 'failed'
    group by 1, 2 order by count desc limit 50`.execute(ctx.platform.db)
  return rows
}

type Step = CampaignReport['seriesStep']

const stepSql: Record<Step, string> = { fiveMinutes: 'toStartOfFiveMinutes(time)', hour: 'toStartOfHour(time)', day: 'toStartOfDay(time, {timezone:String})' }
const fineHoursMax = 2
const hourlyHoursMax = 72

/** Fine steps while a campaign is young, so that one sees it move. */
function stepOf(ctx: Context, row: CampaignRow): Step {
  if (!row.launchedAt) return 'hour'
  const hours = ((row.endsAt ?? ctx.platform.clock.now()).getTime() - row.launchedAt.getTime()) / 3_600_000
  return hours <= fineHoursMax ? 'fiveMinutes' : hours <= hourlyHoursMax ? 'hour' : 'day'
}

interface SeriesRow {
  at: number
  sent: number
  delivered: number
  replied: number
  optedOut: number
  conversions: number
  revenueFen: number
}

/** What happened when. */
async function readSeries(ctx: Context, row: CampaignRow): Promise<CampaignReport['series']> {
  if (!row.launchedAt) return []
  const rows = await ctx.platform.warehouse.rows<SeriesRow>({
    sql: `
      select toUnixTimestamp(${stepSql[stepOf(ctx, row)]}) as at, countIf(event = 'Message Accepted') as sent, countIf(event = 'Message Delivered') as delivered,
        countIf(event in ('Message Replied', 'Message Opted Out')) as replied, countIf(event = 'Message Opted Out') as optedOut,
        countIf(event = 'goal') as conversions, sumIf(amount_fen, event = 'goal') as revenueFen
      from (
        select event::String as event, time, 0 as amount_fen from events
        where workspace_id = {workspaceId:UInt32} and event in ('Message Accepted', 'Message Delivered', 'Message Replied', 'Message Opted Out')
          and properties.campaignId.:String = {campaignId:String}
        union all
        select 'goal', time, amount_fen from (${goalEventsSql(row, await canonicalPerson(ctx))}) where contact_arm = 'treated'
      )
      group by at order by at limit 1000
      settings use_index_for_in_with_subqueries = 0`,
    params: { ...campaignSlots(ctx, row), timezone: await workspaceTimezone(ctx) },
  })
  return rows.map(({ at, ...counts }) => ({ at: new Date(at * 1000).toISOString(), ...counts }))
}
