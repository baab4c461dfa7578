import { sql } from 'kysely'
import type { FailureClass } from '../../../contracts/delivery.ts'
import type { Receipt } from '../channels/index.ts'
import { appendToInbox, type KnownEvent } from '../collect/index.ts'
import type { Database, Platform } from '../platform/platform.ts'
import { normalisePhone } from '../people/index.ts'
import { acceptedEvent, deliveredEvent, failedEvent, type MessageFacts } from './message-events.ts'
import { type AddressFailure, forgetFailures, noteFailures } from './suppress-addresses.ts'

/** Receipts of one account. */
export interface ReceiptBatch {
  workspaceId: number
  accountId: string
  receipts: readonly Receipt[]
}

interface Matched {
  index: number
  messageId: number
  /** The part the receipt is about, when the provider reports per part. */
  partId: string | null
}

interface Settled extends MessageFacts {
  index: number
  campaignId: string | null
  campaign: string | null
  templateId: string | null
  wasAccepted: boolean
  acceptedAt: Date
}

/**
 * Matches receipts to messages by account, vendor id and address, and settles them, with their events, in the caller's transaction. A receipt never
 * creates a message, and one that was applied before changes nothing. Answers the receipts that match nothing.
 */
export async function applyReceipts(tx: Database, platform: Platform, batch: ReceiptBatch): Promise<Receipt[]> {
  const vault = await platform.vaults.of(batch.workspaceId)
  const addresses = batch.receipts.map((receipt) => normalisedAddress(receipt.address))
  const keys = addresses.map((address) => (address === null ? null : vault.blindIndex('phone', address)))
  const matched = await matchReceipts(tx, batch, keys)
  const verdicts = await partVerdicts(tx, batch, matched)
  const settled = await settle(tx, platform, batch, verdicts)
  await appendEvents(tx, platform, batch, settled)
  const failures: AddressFailure[] = []
  const delivered: string[] = []
  for (const { index, personId } of settled) {
    const receipt = batch.receipts[index]
    const [address, addressKey] = [addresses[index], keys[index]]
    if (!receipt || !address || !addressKey) continue
    if (receipt.state === 'delivered') delivered.push(addressKey)
    else failures.push({ address, addressKey, personId, failureClass: receipt.class ?? 'unknown', at: new Date(receipt.atMs) })
  }
  await noteFailures(tx, platform, batch.workspaceId, failures)
  await forgetFailures(tx, batch.workspaceId, delivered)
  const known = new Set(matched.map(({ index }) => index))
  return batch.receipts.filter((_, index) => !known.has(index))
}

function normalisedAddress(address: string): string | null {
  const phone = normalisePhone(address)
  return typeof phone === 'string' ? phone : null
}

/** The message of each receipt: by the provider's id and the address, else by our own id when the provider echoes it. */
async function matchReceipts(tx: Database, batch: ReceiptBatch, keys: readonly (string | null)[]): Promise<Matched[]> {
  const given = batch.receipts.flatMap(({ vendorIds, reference }, index) => {
    const key = keys[index]
    return key ? vendorIds.map((vendorId, rank) => ({ index, rank, vendor_id: vendorId, address_key: key, reference: reference ?? null })) : []
  })
  if (given.length === 0) return []
  const { rows } = await sql<Matched>`
    with given as materialized (
      select * from json_to_recordset(${JSON.stringify(given)}::json) as given (index integer, rank integer, vendor_id text, address_key uuid, reference bigint)
    ),
    found as (
      select given.index, given.rank, messages.id as message_id, null::text as part_id
      from given join messages on messages.account_id = ${batch.accountId}::uuid and messages.vendor_id = given.vendor_id and messages.address_key = given.address_key
      where messages.workspace_id = ${batch.workspaceId}
      union all
      select given.index, given.rank, messages.id, message_parts.vendor_id
      from given join message_parts on message_parts.account_id = ${batch.accountId}::uuid and message_parts.vendor_id = given.vendor_id
      join messages on messages.id = message_parts.message_id and messages.address_key = given.address_key
      where messages.workspace_id = ${batch.workspaceId}
      union all
      select given.index, 1000, messages.id, null
      from given join messages on messages.id = given.reference and messages.account_id = ${batch.accountId}::uuid and messages.address_key = given.address_key
      where messages.workspace_id = ${batch.workspaceId} and messages.vendor_id is null and messages.state = 'unknown'
    )
    select distinct on (index) index, message_id as "messageId", part_id as "partId" from found order by index, rank, message_id desc`.execute(tx)
  return rows
}

interface Verdict {
  index: number
  messageId: number
}

/** What the receipts say about whole messages: a part that failed fails its message, the last part that arrives delivers it. */
async function partVerdicts(tx: Database, batch: ReceiptBatch, matched: readonly Matched[]): Promise<Verdict[]> {
  const whole = matched.filter(({ partId }) => partId === null)
  const parts = matched.filter(({ partId }) => partId !== null)
  if (parts.length === 0) return whole
  const given = parts.map(({ index, messageId, partId }) => {
    const receipt = batch.receipts[index] as Receipt
    return { message_id: messageId, vendor_id: partId, state: receipt.state, class: receipt.class ?? null, code: receipt.code }
  })
  await sql`
    update message_parts set state = given.state, failure_class = given.class, failure_code = given.code
    from json_to_recordset(${JSON.stringify(given)}::json) as given (message_id bigint, vendor_id text, state text, class text, code text)
    where message_parts.account_id = ${batch.accountId}::uuid and message_parts.vendor_id = given.vendor_id and message_parts.message_id = given.message_id
      and message_parts.state is null`.execute(tx)
  const ids = [...new Set(parts.map(({ messageId }) => messageId))]
  const { rows } = await sql<{ messageId: number; failed: boolean; delivered: boolean }>`
    select message_id as "messageId", bool_or(state = 'failed') is true as failed, bool_and(coalesce(state = 'delivered', false)) as delivered
    from message_parts where message_id = any(${ids}::bigint[]) group by message_id`.execute(tx)
  const state = new Map(rows.map((row) => [row.messageId, row.failed ? 'failed' : row.delivered ? 'delivered' : null]))
  return [...whole, ...parts.filter(({ index, messageId }) => batch.receipts[index]?.state === state.get(messageId))]
}

async function settle(tx: Database, platform: Platform, batch: ReceiptBatch, verdicts: readonly Verdict[]): Promise<Settled[]> {
  if (verdicts.length === 0) return []
  const given = verdicts.map(({ index, messageId }) => {
    const receipt = batch.receipts[index] as Receipt
    const failed = receipt.state === 'failed'
    return { id: messageId, index, state: receipt.state, class: failed ? (receipt.class ?? 'unknown') : null, code: failed ? receipt.code : null }
  })
  const { rows } = await sql<Settled>`
    with given as (
      select distinct on (id) * from json_to_recordset(${JSON.stringify(given)}::json) as given (id bigint, index integer, state text, class text, code text) order by id, index
    ),
    locked as (
      select messages.id, messages.accepted_at is not null as was_accepted from messages join given on given.id = messages.id
      where messages.workspace_id = ${batch.workspaceId} and messages.state in ('accepted', 'unknown')
      order by messages.id for update of messages
    ),
    settled as (
      update messages set state = given.state, failure_class = given.class, failure_code = given.code, finished_at = ${platform.clock.now()},
        accepted_at = coalesce(messages.accepted_at, messages.claimed_at, ${platform.clock.now()}),
        cost_fen = coalesce(messages.cost_fen, messages.parts * (
          select coalesce(accounts.part_cost_fen::float8, (workspaces.contact_policy ->> 'smsPartCostFen')::float8)
          from accounts join workspaces on workspaces.id = accounts.workspace_id where accounts.id = messages.account_id))
      from given join locked using (id)
      where messages.id = given.id
      returning messages.*, given.index, locked.was_accepted
    )
    select settled.index, settled.id as "messageId", settled.person_id as "personId", settled.parts, settled.cost_fen as "costFen", settled.was_accepted as "wasAccepted",
      settled.accepted_at as "acceptedAt", campaigns.id as "campaignId", campaigns.name as campaign, campaigns.content ->> 'templateId' as "templateId"
    from settled left join campaigns on settled.cause_kind = 'campaign' and campaigns.id = settled.cause_id and campaigns.workspace_id = settled.workspace_id`.execute(
    tx,
  )
  return rows
}

async function appendEvents(tx: Database, platform: Platform, batch: ReceiptBatch, settled: readonly Settled[]): Promise<void> {
  const items: KnownEvent[] = settled.flatMap((row) => {
    const receipt = batch.receipts[row.index]
    if (!receipt || row.campaignId === null || row.campaign === null) return []
    const campaign = { campaignId: row.campaignId, campaign: row.campaign }
    // The answer was lost, but the receipt proves that the provider took it.
    const accepted = row.wasAccepted
      ? []
      : [acceptedEvent({ ...campaign, ...(row.templateId ? { templateId: row.templateId } : {}) }, row, row.acceptedAt.getTime())]
    const failureClass: FailureClass = receipt.class ?? 'unknown'
    const outcome =
      receipt.state === 'delivered'
        ? deliveredEvent(campaign, row, receipt.atMs)
        : failedEvent(campaign, row, { failureClass, code: receipt.code, atMs: receipt.atMs })
    return [...accepted, outcome]
  })
  await appendToInbox(tx, { platform, workspaceId: batch.workspaceId, kind: 'message', items })
}
