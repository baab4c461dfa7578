import type { SuppressionReason } from '../../../contracts/delivery.ts'

/** A connection inside a transaction; `pg.PoolClient` is one. */
export interface TransactionClient {
  query<Row>(text: string, values?: unknown[]): Promise<{ rows: Row[] }>
}

export interface ContactQuestion {
  workspaceId: number
  campaignId: string
  /** Table of the people to decide about: one column `person_id bigint not null`, no person twice. Temporary or unlogged, analysed. */
  audienceTable: string
  channel: 'sms'
  /** Notices need no consent and are not capped. */
  category: 'marketing' | 'notice'
  /** 0–100. */
  controlPercent: number
  /** Null: no cap (none set, or the campaign ignores it). */
  frequencyCap: { messagesMax: number; days: number } | null
  /** Variables without which the text can not be written (attributes, `member_no`, `user_id`); a person who lacks one is `missingVariable`. */
  requiredAttributes?: readonly string[]
  now: Date
}

export interface ContactPlan extends ContactQuestion {
  accountId: string
  /** Tells apart repeated sends of one campaign; empty for a campaign that runs once. */
  occurrence?: string
}

export interface ContactCounts {
  audience: number
  recipients: number
  suppressed: Partial<Record<SuppressionReason, number>>
}

/** A message can be planned long before it goes out; the cap looks this much further back for such ones. */
const plannedEarlierDaysMax = 30

/**
 * The decision as a query: one row per person with `phone_key` and `reason`, null when the message may go. Reasons in this order, the first
 * that holds: noAddress, invalidNumber, optedOut, noConsent, missingVariable, duplicateAddress, frequencyCap, controlGroup. The control group
 * is drawn last and by a hash of campaign and person, so that it comes from exactly the people who would get the message, and comes out the
 * same when asked again.
 */
function decisionQuery(question: ContactQuestion): { text: string; values: unknown[] } {
  const { audienceTable, category, frequencyCap } = question
  if (!/^[a-z_][a-z0-9_]*$/.test(audienceTable)) throw new Error(`not a table name: ${audienceTable}`)
  const isMarketing = category === 'marketing'
  const cap = isMarketing ? frequencyCap : null
  const values = [
    question.workspaceId,
    question.channel,
    question.campaignId,
    question.controlPercent / 100,
    question.now,
    cap?.messagesMax ?? null,
    cap?.days ?? null,
    [...(question.requiredAttributes ?? [])],
  ]
  const text = `
    with contacted as (
      select audience.person_id
      from ${audienceTable} as audience
      join messages on messages.workspace_id = $1 and messages.person_id = audience.person_id
      where $6::integer is not null and messages.channel = $2 and messages.cause_kind = 'campaign' and messages.cause_id <> $3::uuid
        and messages.state in ('ready', 'claimed', 'accepted', 'delivered', 'unknown')
        and messages.planned_at > $5::timestamptz - make_interval(days => $7::integer + ${plannedEarlierDaysMax})
        and coalesce(messages.accepted_at, messages.planned_at) > $5::timestamptz - make_interval(days => $7::integer)
      group by audience.person_id
      having count(*) >= $6::integer
    ),
    -- Looked up person by person on purpose: a join depends on statistics, which are missing right after a large import.
    known as (
      select people.id as person_id, people.phone_key, people.attributes, contacted.person_id is not null as is_capped,
        (select suppressions.reason from suppressions where suppressions.workspace_id = $1 and suppressions.channel = $2
          and suppressions.address_key = people.phone_key) as suppression,
        ${
          isMarketing
            ? `(select consent_states.state from consent_states where consent_states.workspace_id = $1 and consent_states.person_id = people.id
          and consent_states.channel = $2 and consent_states.purpose = 'marketing')`
            : 'null'
        } as consent
      from ${audienceTable} as audience
      join people on people.id = audience.person_id and people.workspace_id = $1
      left join contacted on contacted.person_id = people.id
    ),
    judged as (
      select person_id, phone_key, is_capped,
        case
          when phone_key is null then 'noAddress'
          when suppression = 'invalidNumber' then 'invalidNumber'
          when suppression is not null${isMarketing ? '' : " and suppression <> 'optedOut'"} then 'optedOut'
          ${isMarketing ? "when consent is distinct from 'granted' then 'noConsent'" : ''}
          when cardinality($8::text[]) > 0 and exists (
            select from unnest($8::text[]) as required (key)
            where coalesce(btrim(attributes #>> string_to_array(required.key, '.')), '') = '' and not exists (
              select from identities where identities.person_id = known.person_id and identities.namespace = required.key
                and identities.namespace in ('member_no', 'user_id') and identities.value is not null)) then 'missingVariable'
        end as reason
      from known
    ),
    eligible as (
      select person_id, phone_key, coalesce(reason, case
        when row_number() over (partition by phone_key, reason is null order by person_id) > 1 then 'duplicateAddress'
        when is_capped then 'frequencyCap' end) as reason
      from judged
    ),
    decided as (
      select person_id, phone_key, coalesce(reason, case
        when (hashint8extended(person_id, hashtextextended($3::text, 0)) & ((1::bigint << 53) - 1)) / (1::bigint << 53)::float8 < $4::float8 then 'controlGroup' end) as reason
      from eligible
    )`
  return { text, values }
}

interface ReasonCount {
  reason: SuppressionReason | null
  count: number
}

/** Room for the joins of a large audience; ends with the transaction. */
const prepare = `select set_config('work_mem', '128MB', true), set_config('jit', 'off', true)`

/** What a plan would decide, without writing anything. Must run in a transaction that sees `audienceTable`. */
export async function countContacts(client: TransactionClient, question: ContactQuestion): Promise<ContactCounts> {
  const { text, values } = decisionQuery(question)
  await client.query(prepare)
  const { rows } = await client.query<ReasonCount>(`${text} select reason, count(*)::integer as count from decided group by reason`, values)
  return toCounts(rows)
}

/**
 * Writes one message per person: `ready`, or `suppressed` with its reason. People who have a message of this campaign and occurrence already
 * are left as they are and not counted.
 */
export async function decideContacts(client: TransactionClient, plan: ContactPlan): Promise<ContactCounts> {
  const { text, values } = decisionQuery(plan)
  await client.query(prepare)
  const { rows } = await client.query<ReasonCount>(
    `${text},
    written as (
      insert into messages (workspace_id, person_id, channel, cause_kind, cause_id, occurrence, account_id, state, reason, address_key, planned_at)
      select $1, person_id, $2, 'campaign', $3::uuid, $9, $10::uuid, case when reason is null then 'ready' else 'suppressed' end, reason, phone_key, $5::timestamptz
      from decided order by person_id
      on conflict (cause_id, person_id, channel, occurrence) do nothing
      returning reason
    )
    select reason, count(*)::integer as count from written group by reason`,
    [...values, plan.occurrence ?? '', plan.accountId],
  )
  return toCounts(rows)
}

function toCounts(rows: readonly ReasonCount[]): ContactCounts {
  const counts: ContactCounts = { audience: 0, recipients: 0, suppressed: {} }
  for (const { reason, count } of rows) {
    counts.audience += count
    if (reason === null) counts.recipients = count
    else counts.suppressed[reason] = count
  }
  return counts
}
