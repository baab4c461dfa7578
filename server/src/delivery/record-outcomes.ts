import { sql } from 'kysely'
import type { FailureClass } from '../../../contracts/delivery.ts'
import type { SendOutcome } from '../channels/index.ts'
import { appendToInbox } from '../collect/index.ts'
import type { Database, Platform } from '../platform/platform.ts'
import type { ClaimedMessage } from './claim-batch.ts'
import { acceptedEvent, failedEvent, type MessageFacts } from './message-events.ts'
import { statesBefore } from './message-state.ts'
import { noteFailures } from './suppress-addresses.ts'

/** What the messages of one claim have in common. `campaign` is null for test messages, which leave no events. */
export interface SentBatch {
  workspaceId: number
  accountId: string
  claimedBy: string
  partCostFen: number
  campaign: { campaignId: string; campaign: string; templateId: string } | null
}

export interface SentMessage {
  message: ClaimedMessage
  outcome: SendOutcome
}

/** Attempts of a message that fails for passing reasons. */
export const attemptsMax = 5
const backoffSeconds = [30, 120, 600, 1800]

type Sent<Kind extends SendOutcome['kind']> = { message: ClaimedMessage; outcome: Extract<SendOutcome, { kind: Kind }> }

/** Writes the outcomes of a claim and their events in one transaction. What recovery has meanwhile declared `unknown` stays so, but learns its vendor id. */
export async function recordOutcomes(platform: Platform, batch: SentBatch, sent: readonly SentMessage[]): Promise<void> {
  const of = <Kind extends SendOutcome['kind']>(kind: Kind): Sent<Kind>[] => sent.filter((each): each is Sent<Kind> => each.outcome.kind === kind)
  const transient = of('transient')
  const worn = transient.filter(({ message }) => message.attempts + 1 >= attemptsMax)
  const refused = [
    ...of('permanent').map(({ message, outcome }) => ({ message, failureClass: outcome.class, code: outcome.code })),
    ...worn.map(({ message, outcome }) => ({ message, failureClass: 'unreachable' as const, code: outcome.code })),
  ]
  await platform.db.transaction().execute(async (tx) => {
    await recordAccepted(tx, platform, batch, of('accepted'))
    await recordRefused(tx, platform, batch, refused)
    await giveBack(tx, platform, batch, { throttled: of('throttled'), transient: transient.filter((each) => !worn.includes(each)) })
    await recordLost(tx, batch, of('ambiguous'))
  })
}

const ids = (sent: readonly { message: ClaimedMessage }[]): number[] => sent.map(({ message }) => message.messageId)

async function recordAccepted(tx: Database, platform: Platform, batch: SentBatch, sent: readonly Sent<'accepted'>[]): Promise<void> {
  if (sent.length === 0) return
  const now = platform.clock.now()
  const parts = sent.map(({ message, outcome }) => outcome.parts ?? message.parts)
  const { rows } = await sql<MessageFacts & { state: string }>`
    update messages set state = case when messages.state = 'claimed' then 'accepted' else messages.state end,
      vendor_id = given.vendor_id, parts = given.parts, cost_fen = given.parts * ${batch.partCostFen}::float8, accepted_at = ${now}, attempts = messages.attempts + 1
    from unnest(${ids(sent)}::bigint[], ${sent.map(({ outcome }) => outcome.vendorIds.join(',') || null)}::text[], ${parts}::smallint[]) as given (id, vendor_id, parts)
    where messages.id = given.id and messages.workspace_id = ${batch.workspaceId} and messages.claimed_by = ${batch.claimedBy}
      and messages.state in ('claimed', 'unknown') and messages.vendor_id is null
    returning messages.id as "messageId", messages.person_id as "personId", messages.parts, messages.cost_fen as "costFen", messages.state`.execute(tx)
  await rememberParts(tx, batch, sent)
  const { campaign } = batch
  if (!campaign) return
  const accepted = rows.filter(({ state }) => state === 'accepted')
  await appendToInbox(tx, {
    platform,
    workspaceId: batch.workspaceId,
    kind: 'message',
    items: accepted.map((facts) => acceptedEvent(campaign, facts, now.getTime())),
  })
}

/** Ids per part, where the provider reports per part. */
async function rememberParts(tx: Database, batch: SentBatch, sent: readonly Sent<'accepted'>[]): Promise<void> {
  const parts = sent
    .filter(({ outcome }) => outcome.vendorIds.length > 1)
    .flatMap(({ message, outcome }) => outcome.vendorIds.map((vendorId) => ({ messageId: message.messageId, vendorId })))
  if (parts.length === 0) return
  await sql`
    insert into message_parts (account_id, vendor_id, message_id)
    select ${batch.accountId}::uuid, given.vendor_id, given.id
    from unnest(${parts.map((part) => part.messageId)}::bigint[], ${parts.map((part) => part.vendorId)}::text[]) as given (id, vendor_id)
    on conflict do nothing`.execute(tx)
}

interface Refused {
  message: ClaimedMessage
  failureClass: FailureClass
  code: string
}

async function recordRefused(tx: Database, platform: Platform, batch: SentBatch, refused: readonly Refused[]): Promise<void> {
  if (refused.length === 0) return
  const now = platform.clock.now()
  const { rows } = await sql<MessageFacts & { failureClass: FailureClass; code: string }>`
    update messages set state = 'failed', failure_class = given.failure_class, failure_code = given.code, finished_at = ${now}, attempts = messages.attempts + 1
    from unnest(${ids(refused)}::bigint[], ${refused.map((each) => each.failureClass)}::text[], ${refused.map((each) => each.code)}::text[]) as given (id, failure_class, code)
    where messages.id = given.id and messages.workspace_id = ${batch.workspaceId} and messages.claimed_by = ${batch.claimedBy}
      and messages.state = any(${statesBefore('refuse')}::text[])
    returning messages.id as "messageId", messages.person_id as "personId", messages.parts, messages.cost_fen as "costFen",
      messages.failure_class as "failureClass", messages.failure_code as code`.execute(tx)
  await noteFailures(
    tx,
    platform,
    batch.workspaceId,
    refused.map(({ message, failureClass }) => ({
      address: message.address,
      addressKey: message.addressKey,
      personId: message.personId,
      failureClass,
      at: now,
    })),
  )
  const { campaign } = batch
  if (!campaign) return
  await appendToInbox(tx, {
    platform,
    workspaceId: batch.workspaceId,
    kind: 'message',
    items: rows.map((facts) => failedEvent(campaign, facts, { failureClass: facts.failureClass, code: facts.code, atMs: now.getTime() })),
  })
}

/** Back to `ready`: throttled ones soon and without counting an attempt, transient ones after a growing pause. */
async function giveBack(
  tx: Database,
  platform: Platform,
  batch: SentBatch,
  back: { throttled: readonly Sent<'throttled'>[]; transient: readonly Sent<'transient'>[] },
): Promise<void> {
  const nowMs = platform.clock.now().getTime()
  const rows = [
    ...back.throttled.map(({ message, outcome }) => ({ id: message.messageId, attempts: message.attempts, at: nowMs + (outcome.retryAfterMs ?? 1000) })),
    ...back.transient.map(({ message }) => ({
      id: message.messageId,
      attempts: message.attempts + 1,
      at: nowMs + 1000 * (backoffSeconds[Math.min(message.attempts, backoffSeconds.length - 1)] ?? 0),
    })),
  ]
  if (rows.length === 0) return
  await sql`
    update messages set state = 'ready', attempts = given.attempts, not_before = given.not_before, claimed_at = null, claimed_by = null
    from unnest(${rows.map((row) => row.id)}::bigint[], ${rows.map((row) => row.attempts)}::smallint[], ${rows.map((row) => new Date(row.at))}::timestamptz[]) as given (id, attempts, not_before)
    where messages.id = given.id and messages.workspace_id = ${batch.workspaceId} and messages.claimed_by = ${batch.claimedBy}
      and messages.state = any(${statesBefore('giveBack')}::text[])`.execute(tx)
}

async function recordLost(tx: Database, batch: SentBatch, lost: readonly Sent<'ambiguous'>[]): Promise<void> {
  if (lost.length === 0) return
  await sql`
    update messages set state = 'unknown', failure_code = given.code, attempts = messages.attempts + 1
    from unnest(${ids(lost)}::bigint[], ${lost.map(({ outcome }) => outcome.code)}::text[]) as given (id, code)
    where messages.id = given.id and messages.workspace_id = ${batch.workspaceId} and messages.claimed_by = ${batch.claimedBy} and messages.state = 'claimed'`.execute(
    tx,
  )
}
