import type { Context } from '../access/index.ts'
import { canonicalPerson, type PersonColumn } from '../people/index.ts'
import { AppError } from '../platform/errors.ts'
import { sql } from 'kysely'
import { campaignSlots, goalEventsSql } from './campaign-outcome.ts'
import { requireCampaign, type CampaignRow } from './campaign-row.ts'

interface Page {
  before: number | null
  limit: number
}
interface PagePeople {
  personIds: number[]
  total: number | null
}

/** Conditions on `messages` behind the numbers of a report that are states of messages. */
const messageConditions: Record<string, ReturnType<typeof sql>> = {
  planned: sql`true`,
  sent: sql`accepted_at is not null`,
  // Sent, and nothing has been heard of it since.
  accepted: sql`state = 'accepted'`,
  delivered: sql`state = 'delivered'`,
  failed: sql`state = 'failed'`,
  unknown: sql`state = 'unknown'`,
  waiting: sql`state in ('planned', 'ready', 'claimed')`,
  cancelled: sql`state = 'cancelled'`,
  suppressed: sql`state = 'suppressed' and reason <> 'controlGroup'`,
}

/** Statements over the warehouse behind the numbers that are behaviour, each selecting people as `contact`. */
function behaviourSql(row: CampaignRow, outcome: string, person: PersonColumn): string | undefined {
  const contacts = (arm: string): string =>
    `select ${person.of('person_id')} as contact from campaign_contacts where workspace_id = {workspaceId:UInt32} and campaign_id = {campaignId:UUID} and arm = '${arm}'`
  const events = (names: string): string =>
    `select ${person.of('person_id')} as contact from events where workspace_id = {workspaceId:UInt32} and event in (${names}) and properties.campaignId.:String = {campaignId:String}`
  switch (outcome) {
    case 'converted':
      return `select person_id as contact from (${goalEventsSql(row, person)}) where contact_arm = 'treated'`
    case 'controlConverted':
      return `select person_id as contact from (${goalEventsSql(row, person)}) where contact_arm = 'control'`
    case 'control':
      return contacts('control')
    case 'replied':
      return events(`'Message Replied', 'Message Opted Out'`)
    case 'optedOut':
      return events(`'Message Opted Out'`)
    default:
      return row.state === 'imported' ? importedSql(outcome, contacts, events) : undefined
  }
}

function importedSql(outcome: string, contacts: (arm: string) => string, events: (names: string) => string): string | undefined {
  if (outcome === 'sent') return contacts('treated')
  if (outcome === 'planned') return `${contacts('treated')} union distinct ${contacts('control')}`
  if (outcome === 'delivered') return events(`'Message Delivered'`)
  if (outcome === 'failed') return events(`'Message Failed'`)
  return undefined
}

/** A page of the people behind one number of a campaign's report, by person id descending. */
export async function campaignPeople(ctx: Context, campaignId: string, outcome: string, page: Page): Promise<PagePeople> {
  const row = await requireCampaign(ctx.platform.db, ctx.workspaceId, campaignId)
  const behaviour = behaviourSql(row, outcome, await canonicalPerson(ctx))
  return behaviour === undefined ? messagePeople(ctx, campaignId, outcome, page) : warehousePeople(ctx, row, behaviour, page)
}

async function warehousePeople(ctx: Context, row: CampaignRow, select: string, page: Page): Promise<PagePeople> {
  const params = { ...campaignSlots(ctx, row), before: page.before ?? 4_294_967_295, limit: page.limit }
  const settings = 'settings use_index_for_in_with_subqueries = 0'
  const [rows, counted] = await Promise.all([
    ctx.platform.warehouse.rows<{ personId: number }>({
      sql: `select distinct contact as personId from (${select}) where contact < {before:UInt32} order by personId desc limit {limit:UInt32} ${settings}`,
      params,
    }),
    ctx.platform.warehouse.row<{ total: number }>({ sql: `select uniqExact(contact) as total from (${select}) ${settings}`, params }),
  ])
  return { personIds: rows.map((each) => each.personId), total: counted.total }
}

async function messagePeople(ctx: Context, campaignId: string, outcome: string, page: Page): Promise<PagePeople> {
  const condition = messageCondition(outcome)
  const from = sql`from messages where workspace_id = ${ctx.workspaceId} and cause_kind = 'campaign' and cause_id = ${campaignId}::uuid and ${condition}`
  const [people, counted] = await Promise.all([
    sql<{ personId: number }>`select person_id as "personId" ${from} and (${page.before}::bigint is null or person_id < ${page.before}::bigint)
      order by person_id desc limit ${page.limit}`.execute(ctx.platform.db),
    sql<{ total: number }>`select count(*) as total ${from}`.execute(ctx.platform.db),
  ])
  return { personIds: people.rows.map((row) => row.personId), total: counted.rows[0]?.total ?? null }
}

function messageCondition(outcome: string) {
  const [name, detail] = splitOnce(outcome)
  if (detail !== undefined && name === 'suppressed') return sql`state = 'suppressed' and reason = ${detail}`
  if (detail !== undefined && name === 'failed') return sql`state = 'failed' and coalesce(failure_code, '') = ${detail}`
  const condition = Object.hasOwn(messageConditions, outcome) ? messageConditions[outcome] : undefined
  if (!condition) throw new AppError('validation', { problems: [{ at: 'query.outcome', zh: '没有这个报告指标', en: 'There is no such number in the report' }] })
  return condition
}

function splitOnce(text: string): [string, string | undefined] {
  const at = text.indexOf(':')
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}
