import type { Context } from '../access/index.ts'
import { canonicalPerson, type PersonColumn } from '../people/index.ts'
import { textValue } from '../platform/warehouse/json-path.ts'
import type { CampaignRow } from './campaign-row.ts'

/** One arm of a campaign: people contacted (or held back), what they did in the goal's window, and the sum of squares for the variance. */
export interface Arm {
  people: number
  converted: number
  orders: number
  revenueFen: number
  revenueFenSquared: number
}

export interface CampaignOutcome {
  treated: Arm
  control: Arm
  costFen: number
  replied: number
  optedOut: number
}

export const emptyArm: Arm = { people: 0, converted: 0, orders: 0, revenueFen: 0, revenueFenSquared: 0 }

export function conversionRate(arm: Arm): number {
  return arm.people === 0 ? 0 : arm.converted / arm.people
}

type Measured = Pick<CampaignRow, 'id' | 'code' | 'goal' | 'endsAt'>

/** Typed slots shared by the statements about one campaign. */
export function campaignSlots(ctx: Context, campaign: Measured): Record<string, string | number> {
  return {
    workspaceId: ctx.workspaceId,
    campaignId: campaign.id,
    code: campaign.code,
    goalEvent: campaign.goal.event,
    windowSeconds: campaign.goal.windowDays * 86_400,
    // 0 means that the window counts from each contact.
    endsAt: campaign.endsAt ? Math.floor(campaign.endsAt.getTime() / 1000) : 0,
  }
}

/**
 * Contacts of a campaign, one row per `person`, with the end of the window in which success counts. Of two people who became one, one contacted and one
 * held back, the person was contacted.
 */
const contactsSql = (person: PersonColumn) => `
  select ${person.of('person_id')} as person, toString(min(arm)) as contact_arm, min(contacted_at) as since,
    if({endsAt:UInt32} > 0, toDateTime64({endsAt:UInt32}, 3, 'UTC'), min(contacted_at) + toIntervalSecond({windowSeconds:UInt32})) as until
  from campaign_contacts
  where workspace_id = {workspaceId:UInt32} and campaign_id = {campaignId:UUID}
  group by person`

/** Goal events of those people inside their own window. */
export function goalEventsSql(campaign: Measured, person: PersonColumn): string {
  const ofCampaign = campaign.goal.property ? `and ${textValue('properties', campaign.goal.property)} = {code:String}` : ''
  return `
  select contacts.person as person_id, contacts.contact_arm as contact_arm, goals.time as time, ifNull(goals.amount_fen, 0) as amount_fen
  from (${contactsSql(person)}) as contacts
  inner join (
    select ${person.of('person_id')} as buyer, time, amount_fen from events
    where workspace_id = {workspaceId:UInt32} and event = {goalEvent:String} ${ofCampaign}
      and time >= (select min(contacted_at) from campaign_contacts where workspace_id = {workspaceId:UInt32} and campaign_id = {campaignId:UUID})
      and buyer in (select ${person.of('person_id')} from campaign_contacts where workspace_id = {workspaceId:UInt32} and campaign_id = {campaignId:UUID})
  ) as goals on goals.buyer = contacts.person
  where goals.time >= contacts.since and goals.time < contacts.until`
}

interface ArmRow extends Arm {
  arm: 'treated' | 'control'
}

/** What came of a campaign so far, in both arms, from the events. Two statements, any number of people. */
export async function measureOutcome(ctx: Context, campaign: Measured): Promise<CampaignOutcome> {
  const { warehouse } = ctx.platform
  const params = campaignSlots(ctx, campaign)
  const person = await canonicalPerson(ctx)
  const arms = await warehouse.rows<ArmRow>({
    sql: `
      select contacts.contact_arm as arm, count() as people, countIf(results.goals > 0) as converted, sum(results.goals) as orders,
        sum(results.revenue) as revenueFen, sum(toFloat64(results.revenue) * results.revenue) as revenueFenSquared
      from (${contactsSql(person)}) as contacts
      left join (select person_id, count() as goals, sum(amount_fen) as revenue from (${goalEventsSql(campaign, person)}) group by person_id) as results
        on results.person_id = contacts.person
      group by arm
      settings use_index_for_in_with_subqueries = 0`,
    params,
  })
  const messages = await warehouse.row<{ costFen: number; replied: number; optedOut: number }>({
    sql: `
      select sumIf(ifNull(properties.costFen::Nullable(Float64), 0), event = 'Message Accepted') as costFen,
        uniqExactIf(${person.of('person_id')}, event in ('Message Replied', 'Message Opted Out')) as replied,
        uniqExactIf(${person.of('person_id')}, event = 'Message Opted Out') as optedOut
      from events
      where workspace_id = {workspaceId:UInt32} and event in ('Message Accepted', 'Message Replied', 'Message Opted Out')
        and properties.campaignId.:String = {campaignId:String}`,
    params,
  })
  const arm = (name: ArmRow['arm']): Arm => {
    const row = arms.find((each) => each.arm === name)
    if (!row) return emptyArm
    const { arm: _, ...numbers } = row
    return numbers
  }
  return { treated: arm('treated'), control: arm('control'), ...messages }
}
