import { sql } from 'kysely'
import type { IncomingReply } from '../channels/index.ts'
import { appendToInbox } from '../collect/index.ts'
import { cleanText, normalisePhone, recordConsents } from '../people/index.ts'
import type { Database, Platform } from '../platform/platform.ts'
import { replyEvent } from './message-events.ts'
import { isOptOut } from './reply-keywords.ts'
import { suppressAddresses } from './suppress-addresses.ts'

/** A reply belongs to the newest message its number took from the account in this many hours. */
const replyHours = 72
const textLengthMax = 1000

interface GivenReply {
  index: number
  vendor_key: string
  address: string
  address_key: string
  text: string
  kind: 'optOut' | 'other'
  at: string
}

interface SavedReply {
  id: number
  index: number
  personId: number | null
  messageId: number | null
  campaignId: string | null
  campaign: string | null
}

/**
 * Saves replies and acts on new ones in the caller's transaction: an opt-out suppresses its number and withdraws the person's consent at once.
 * The person is who has the number now, else who got the message. A reply that was saved before changes nothing.
 */
export async function applyReplies(
  tx: Database,
  platform: Platform,
  batch: { workspaceId: number; accountId: string; replies: readonly IncomingReply[] },
): Promise<void> {
  const { workspaceId } = batch
  const given = await readReplies(platform, batch)
  if (given.length === 0) return
  const saved = await saveReplies(tx, platform, { ...batch, given })
  const rows = saved.map((row) => ({ ...row, reply: given.find(({ index }) => index === row.index) as GivenReply }))
  const optOuts = rows.filter(({ reply }) => reply.kind === 'optOut')
  await suppressAddresses(
    tx,
    platform,
    workspaceId,
    optOuts.map(({ reply, personId }) => ({
      address: reply.address,
      addressKey: reply.address_key,
      personId,
      reason: 'optedOut',
      source: 'reply',
      at: new Date(reply.at),
    })),
  )
  await recordConsents(
    tx,
    workspaceId,
    optOuts.flatMap(({ id, reply, personId }) =>
      personId === null
        ? []
        : [
            {
              personId,
              channel: 'sms' as const,
              purpose: 'marketing' as const,
              state: 'withdrawn' as const,
              proof: `reply ${id}: ${reply.text}`,
              source: 'reply',
              timeMs: Date.parse(reply.at),
            },
          ],
    ),
  )
  const items = rows.flatMap(({ id, reply, personId, messageId, campaignId, campaign }) => {
    if (personId === null) return []
    const facts = { replyId: id, personId, messageId, text: reply.text, atMs: Date.parse(reply.at) }
    return [replyEvent(reply.kind, facts, campaignId === null || campaign === null ? null : { campaignId, campaign })]
  })
  await appendToInbox(tx, { platform, workspaceId, kind: 'message', items })
}

async function readReplies(platform: Platform, batch: { workspaceId: number; replies: readonly IncomingReply[] }): Promise<GivenReply[]> {
  const vault = await platform.vaults.of(batch.workspaceId)
  return batch.replies.flatMap((reply, index) => {
    const address = normalisePhone(reply.address)
    if (typeof address !== 'string') return []
    const text = cleanText(reply.text).slice(0, textLengthMax).toWellFormed()
    return [
      {
        index,
        vendor_key: reply.vendorKey,
        address,
        address_key: vault.blindIndex('phone', address),
        text,
        kind: isOptOut(text) ? ('optOut' as const) : ('other' as const),
        at: new Date(reply.atMs).toISOString(),
      },
    ]
  })
}

async function saveReplies(
  tx: Database,
  platform: Platform,
  { workspaceId, accountId, given }: { workspaceId: number; accountId: string; given: readonly GivenReply[] },
): Promise<SavedReply[]> {
  const vault = await platform.vaults.of(workspaceId)
  const sealed = given.map(({ address }) => vault.seal(address))
  const { rows } = await sql<SavedReply>`
    with given as (
      select * from rows from (
        json_to_recordset(${JSON.stringify(given.map((reply) => ({ ...reply, address: undefined })))}::json)
          as (index integer, vendor_key text, address_key uuid, text text, kind text, at timestamptz),
        unnest(${sealed}::bytea[])) as given (index, vendor_key, address_key, text, kind, at, sealed_address)
    ),
    placed as (
      select distinct on (given.vendor_key) given.*, newest.id as message_id, coalesce(identities.person_id, nullif(newest.person_id, 0)) as owner_id,
        campaigns.id as campaign_id, campaigns.name as campaign
      from given
      left join lateral (
        select id, person_id, cause_kind, cause_id from messages
        where messages.workspace_id = ${workspaceId} and messages.address_key = given.address_key and messages.account_id = ${accountId}::uuid
          and messages.accepted_at > given.at - make_interval(hours => ${replyHours})
        order by accepted_at desc limit 1) as newest on true
      left join identities on identities.workspace_id = ${workspaceId} and identities.namespace = 'phone' and identities.key = given.address_key
      left join campaigns on newest.cause_kind = 'campaign' and campaigns.id = newest.cause_id and campaigns.workspace_id = ${workspaceId}
      order by given.vendor_key, given.index
    ),
    saved as (
      insert into replies (workspace_id, account_id, vendor_key, person_id, address_key, sealed_address, message_id, text, kind, at)
      select ${workspaceId}, ${accountId}::uuid, vendor_key, owner_id, address_key, sealed_address, message_id, text, kind, at from placed order by vendor_key
      on conflict (account_id, vendor_key) do nothing
      returning id, vendor_key
    )
    select saved.id, placed.index, placed.owner_id as "personId", placed.message_id as "messageId", placed.campaign_id as "campaignId", placed.campaign
    from saved join placed using (vendor_key)`.execute(tx)
  return rows
}
