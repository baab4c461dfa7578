import { sql } from 'kysely'
import { compileTemplate } from '../content/index.ts'
import { personVariables } from '../people/index.ts'
import type { Database, Platform } from '../platform/platform.ts'
import type { Vault } from '../platform/vault/vaults.ts'
import { statesBefore } from './message-state.ts'

/** The words of a campaign as they were at launch. */
export interface MessageContent {
  templateId: string
  category: 'marketing' | 'notice'
  signature: string
  body: string
  optOutText: string
}

/** A campaign with messages to send through one account. */
export interface Cause {
  workspaceId: number
  accountId: string
  campaignId: string
  campaign: string
  content: MessageContent
  holdReason: string | null
}

/** A message that is ours to send: the claim is committed. */
export interface ClaimedMessage {
  messageId: number
  personId: number
  address: string
  addressKey: string
  text: string
  parts: number
  attempts: number
}

interface Candidate {
  messageId: number
  personId: number
  text: string | null
  parts: number | null
  attempts: number
  sealedPhone: Buffer | null
  phoneKey: string | null
  reason: 'noAddress' | 'invalidNumber' | 'optedOut' | 'noConsent' | null
}

interface Suppressed {
  messageId: number
  reason: string
}

/**
 * Takes up to `limit` ready messages of a cause, writes their texts, and commits them as `claimed` under `claimedBy`. What may not go any more
 * (opted out, consent withdrawn, phone gone, a variable without a value) becomes `suppressed` instead. Answers the claimed ones, oldest
 * first, and how many were looked at.
 */
export async function claimBatch(
  platform: Platform,
  cause: Cause,
  claim: { limit: number; claimedBy: string },
): Promise<{ messages: ClaimedMessage[]; taken: number }> {
  const vault = await platform.vaults.of(cause.workspaceId)
  const now = platform.clock.now()
  return platform.db.transaction().execute(async (tx) => {
    const candidates = await lockCandidates(tx, cause, { limit: claim.limit, now })
    const { messages, suppressed } = await writeTexts(tx, cause, { candidates, vault })
    if (suppressed.length > 0) await suppress(tx, cause, suppressed)
    if (messages.length > 0) await markClaimed(tx, cause, { messages, claimedBy: claim.claimedBy, now })
    return { messages, taken: candidates.length }
  })
}

async function lockCandidates(tx: Database, cause: Cause, { limit, now }: { limit: number; now: Date }): Promise<Candidate[]> {
  const isMarketing = cause.content.category === 'marketing'
  const { rows } = await sql<Candidate>`
    with locked as materialized (
      select messages.id, messages.workspace_id, messages.person_id, messages.channel, messages.text, messages.parts, messages.attempts
      from messages
      where messages.account_id = ${cause.accountId}::uuid and messages.cause_id = ${cause.campaignId}::uuid and messages.workspace_id = ${cause.workspaceId}
        and messages.state = 'ready' and (messages.not_before is null or messages.not_before <= ${now})
        and exists (select from campaigns where campaigns.id = ${cause.campaignId}::uuid and campaigns.workspace_id = ${cause.workspaceId} and campaigns.state = 'running')
      order by messages.id
      limit ${limit}
      for update of messages skip locked
    ),
    -- Looked up row by row on purpose: a join depends on statistics, which are missing right after a large import.
    known as (
      select locked.*, people.sealed_phone, people.phone_key,
        (select suppressions.reason from suppressions where suppressions.workspace_id = locked.workspace_id and suppressions.channel = locked.channel
          and suppressions.address_key = people.phone_key) as suppression,
        (select consent_states.state from consent_states where consent_states.workspace_id = locked.workspace_id and consent_states.person_id = locked.person_id
          and consent_states.channel = locked.channel and consent_states.purpose = 'marketing') as consent
      from locked left join lateral (
        select sealed_phone, phone_key from people where people.id = locked.person_id and people.workspace_id = locked.workspace_id limit 1) as people on true
    )
    select id as "messageId", person_id as "personId", text, parts, attempts, sealed_phone as "sealedPhone", phone_key as "phoneKey",
      case when phone_key is null then 'noAddress'
        when suppression = 'invalidNumber' then 'invalidNumber'
        when suppression is not null and (${isMarketing} or suppression <> 'optedOut') then 'optedOut'
        when ${isMarketing} and consent is distinct from 'granted' then 'noConsent' end as reason
    from known order by id`.execute(tx)
  return rows
}

async function writeTexts(
  tx: Database,
  cause: Cause,
  { candidates, vault }: { candidates: readonly Candidate[]; vault: Vault },
): Promise<{ messages: ClaimedMessage[]; suppressed: Suppressed[] }> {
  const suppressed: Suppressed[] = []
  const messages: ClaimedMessage[] = []
  const unwritten = candidates.filter(({ text, reason }) => text === null && reason === null).map(({ personId }) => personId)
  const template = compileTemplate(cause.content)
  const variables = unwritten.length > 0 ? await personVariables(tx, cause.workspaceId, unwritten) : new Map<number, never>()
  for (const { messageId, personId, attempts, text, parts, sealedPhone, phoneKey, reason } of candidates) {
    if (reason !== null || sealedPhone === null || phoneKey === null) {
      suppressed.push({ messageId, reason: reason ?? 'noAddress' })
      continue
    }
    const person = { messageId, personId, attempts, address: vault.open(sealedPhone), addressKey: phoneKey }
    if (text !== null) {
      messages.push({ ...person, text, parts: parts ?? 1 })
      continue
    }
    const rendered = template.render(variables.get(personId) ?? {})
    if (rendered.missing.length > 0) suppressed.push({ messageId, reason: 'missingVariable' })
    else messages.push({ ...person, text: rendered.text, parts: rendered.parts })
  }
  return { messages, suppressed }
}

async function suppress(tx: Database, cause: Cause, suppressed: readonly Suppressed[]): Promise<void> {
  await sql`
    update messages set state = 'suppressed', reason = given.reason
    from unnest(${suppressed.map((each) => each.messageId)}::bigint[], ${suppressed.map((each) => each.reason)}::text[]) as given (id, reason)
    where messages.id = given.id and messages.workspace_id = ${cause.workspaceId} and messages.state = any(${statesBefore('suppress')}::text[])`.execute(tx)
}

async function markClaimed(tx: Database, cause: Cause, claim: { messages: readonly ClaimedMessage[]; claimedBy: string; now: Date }): Promise<void> {
  const { messages, claimedBy, now } = claim
  await sql`
    update messages set state = 'claimed', claimed_at = ${now}, claimed_by = ${claimedBy}, text = given.text, parts = given.parts, address_key = given.address_key
    from unnest(${messages.map((each) => each.messageId)}::bigint[], ${messages.map((each) => each.text)}::text[], ${messages.map((each) => each.parts)}::smallint[],
      ${messages.map((each) => each.addressKey)}::uuid[]) as given (id, text, parts, address_key)
    where messages.id = given.id and messages.workspace_id = ${cause.workspaceId} and messages.state = any(${statesBefore('claim')}::text[])`.execute(tx)
}
