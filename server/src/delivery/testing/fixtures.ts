import { sql } from 'kysely'
import type { Context } from '../../access/index.ts'
import { createAccount } from '../../channels/index.ts'
import { decodeBody } from '../../collect/inbox-body.ts'
import type { KnownEvent } from '../../collect/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { type ContactCounts, type ContactPlan, decideContacts } from '../decide-contacts.ts'
import { senderOf } from '../sender-of.ts'

/** Mainland mobiles, one per number, that no network pattern of the sandbox knows. */
export const phoneOf = (number: number): string => `+86139${String(10_000_000 + number * 10 + 9).slice(-8)}`

interface PeopleOptions {
  /** Number of the first phone. */
  from?: number
  consent?: 'granted' | 'withdrawn' | null
  phone?: (number: number) => string | null
  attributes?: (number: number) => Record<string, unknown>
}

/** People with a phone and consent, set-based. Answers their ids in order. */
export async function addPeople(ctx: Context, count: number, options: PeopleOptions = {}): Promise<number[]> {
  const { from = 0, consent = 'granted', phone = phoneOf, attributes = (number) => ({ name: `顾客${number}` }) } = options
  const vault = await ctx.platform.vaults.of(ctx.workspaceId)
  const numbers = Array.from({ length: count }, (_, index) => from + index)
  const phones = numbers.map(phone)
  const keys = phones.map((each) => (each === null ? null : vault.blindIndex('phone', each)))
  const { rows } = await sql<{ id: number }>`
    with given as (
      select * from unnest(${phones.map((each) => (each === null ? null : vault.seal(each)))}::bytea[], ${keys}::uuid[],
        ${numbers.map((number) => JSON.stringify(attributes(number)))}::jsonb[]) with ordinality as given (sealed_phone, phone_key, attributes, n)
    ),
    added as (
      insert into people (workspace_id, attributes, sealed_phone, phone_key) select ${ctx.workspaceId}, attributes, sealed_phone, phone_key from given order by n
      returning id, phone_key
    ),
    known as (
      insert into identities (workspace_id, namespace, key, person_id)
      select ${ctx.workspaceId}, 'phone', phone_key, id from added where phone_key is not null on conflict do nothing
    ),
    consented as (
      insert into consent_states (workspace_id, person_id, channel, purpose, state, at)
      select ${ctx.workspaceId}, id, 'sms', 'marketing', ${consent ?? 'granted'}, '2020-01-01' from added where ${consent !== null}
    )
    select id from added order by id`.execute(ctx.platform.db)
  return rows.map((row) => row.id)
}

/** A sandbox account that talks to `endpoint`. */
export async function addAccount(
  ctx: Context,
  endpoint: string,
  options: { ratePerSecond?: number; batchSize?: number; timeoutSeconds?: number; name?: string } = {},
): Promise<string> {
  const { ratePerSecond = 100_000, name = `账号 ${Math.random()}`, timeoutSeconds = 60, ...more } = options
  const account = await createAccount(ctx, {
    provider: 'sandbox',
    name,
    ratePerSecond,
    partCostFen: 5,
    config: { endpoint, apiKey: 'sandbox-key', timeoutSeconds, ...more },
  })
  // A bucket starts empty and fills by the clock, which stands still here.
  await sql`update accounts set bucket_tokens = rate_per_second, bucket_at = ${ctx.platform.clock.now()} where id = ${account.id}::uuid`.execute(
    ctx.platform.db,
  )
  return account.id
}

export async function addCampaign(
  ctx: Context,
  accountId: string,
  options: { category?: 'marketing' | 'notice'; body?: string; state?: string; controlPercent?: number; name?: string } = {},
): Promise<string> {
  const { category = 'marketing', body = '{{ name | default: "会员" }},您有新的优惠', state = 'running', controlPercent = 0, name = '秋季促销' } = options
  const content = { templateId: '00000000-0000-4000-8000-000000000001', category, signature: '测试', body, optOutText: '拒收请回复R' }
  const { rows } = await sql<{ id: string }>`
    insert into campaigns (workspace_id, code, name, state, account_id, content, control_percent, goal)
    values (${ctx.workspaceId}, ${`C${Math.random()}`}, ${name}, ${state}, ${accountId}::uuid, ${JSON.stringify(content)}::jsonb, ${controlPercent},
      '{"event":"Order Completed","windowDays":7,"property":null}')
    returning id`.execute(ctx.platform.db)
  return rows[0]?.id ?? ''
}

/** Plans messages of a campaign for people, by the real decision; a draft runs from that commit on. */
export async function plan(
  ctx: Context,
  campaign: { campaignId: string; accountId: string },
  personIds: readonly number[],
  options: Partial<ContactPlan> = {},
): Promise<ContactCounts> {
  const client = await ctx.platform.pool.connect()
  try {
    await client.query('begin')
    await client.query('create temporary table staged (person_id bigint not null) on commit drop')
    await client.query('insert into staged select unnest($1::bigint[])', [[...personIds]])
    const counts = await decideContacts(client, {
      workspaceId: ctx.workspaceId,
      ...campaign,
      audienceTable: 'staged',
      channel: 'sms',
      category: 'marketing',
      controlPercent: 0,
      frequencyCap: null,
      now: ctx.platform.clock.now(),
      ...options,
    })
    await client.query(`update campaigns set state = 'running' where id = $1 and state = 'draft'`, [campaign.campaignId])
    await client.query('commit')
    return counts
  } finally {
    client.release()
  }
}

/** Lets this process send until there is nothing to do. */
export async function drain(platform: Platform): Promise<void> {
  while (await senderOf(platform).step(new AbortController().signal));
}

/** Messages of a campaign by state. */
export async function countStates(ctx: Context, campaignId: string): Promise<Record<string, number>> {
  const { rows } = await sql<{ state: string; count: number }>`
    select state, count(*)::integer as count from messages where workspace_id = ${ctx.workspaceId} and cause_id = ${campaignId}::uuid group by state`.execute(
    ctx.platform.db,
  )
  return Object.fromEntries(rows.map((row) => [row.state, row.count]))
}

export interface StoredMessage {
  id: number
  person_id: number
  state: string
  reason: string | null
  text: string | null
  parts: number | null
  cost_fen: number | null
  vendor_id: string | null
  failure_class: string | null
  failure_code: string | null
  attempts: number
  not_before: Date | null
}

export async function storedMessages(ctx: Context, campaignId: string): Promise<StoredMessage[]> {
  const { rows } = await sql<StoredMessage>`
    select id, person_id, state, reason, text, parts, cost_fen, vendor_id, failure_class, failure_code, attempts, not_before
    from messages where workspace_id = ${ctx.workspaceId} and cause_id = ${campaignId}::uuid order by person_id`.execute(ctx.platform.db)
  return rows
}

/** Events that delivery has put into the inbox, oldest first. */
export async function inboxEvents(ctx: Context): Promise<KnownEvent[]> {
  const { rows } = await sql<{ body: Buffer }>`
    select body from inbox where workspace_id = ${ctx.workspaceId} and kind = 'message' order by id`.execute(ctx.platform.db)
  const vault = await ctx.platform.vaults.of(ctx.workspaceId)
  return (await Promise.all(rows.map((row) => decodeBody<KnownEvent>(vault, row.body)))).flat()
}

export async function holdReason(ctx: Context, campaignId: string): Promise<string | null> {
  const { rows } = await sql<{ holdReason: string | null }>`
    select hold_reason as "holdReason" from campaigns where workspace_id = ${ctx.workspaceId} and id = ${campaignId}::uuid`.execute(ctx.platform.db)
  return rows[0]?.holdReason ?? null
}

/** Waits until `holds`; fails after `seconds`. */
export async function until(what: string, holds: () => Promise<boolean> | boolean, seconds = 180): Promise<void> {
  const deadline = performance.now() + seconds * 1000
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not in time: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
