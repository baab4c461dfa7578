import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { MessageFate } from '../../../../contracts/collect.ts'
import type { Problem } from '../../../../contracts/errors.ts'
import type { Database, Platform } from '../../platform/platform.ts'
import { encodeBody } from '../inbox-body.ts'

/** A message for whoever looks at a source's messages. */
export interface KeptMessage {
  id: string
  type: string
  event: string | null
  fate: MessageFate
  problems: readonly Problem[]
  message: unknown
}

/** Messages kept a second, by process: with nobody looking just enough to show something at once, with somebody looking nearly all. */
const keptPerSecond = { unwatched: 2, watched: 200 }
/** Messages kept of a source. */
const keptMax = 1_000
/** Old ones are thrown away after so many new ones. */
const trimAfter = 200

interface Sample {
  secondStartMs: number
  plain: number
  odd: number
  untrimmed: number
}

const samples = new WeakMap<Platform, Map<string, Sample>>()

/** Whether one more message of a source is kept now. Those that did not simply go in have a share of their own. */
export function isKept(platform: Platform, sourceId: string, { isWatched, isOdd }: { isWatched: boolean; isOdd: boolean }): boolean {
  const sample = sampleOf(platform, sourceId)
  const nowMs = performance.now()
  if (nowMs - sample.secondStartMs >= 1000) Object.assign(sample, { secondStartMs: nowMs, plain: 0, odd: 0 })
  const max = isWatched ? keptPerSecond.watched : keptPerSecond.unwatched
  if ((isOdd ? sample.odd : sample.plain) >= max) return false
  if (isOdd) sample.odd++
  else sample.plain++
  return true
}

export function newMessageId(): string {
  return randomUUID()
}

interface Origin {
  workspaceId: number
  sourceId: string
  receivedAt: Date
}

/** Keeps messages in the caller's transaction, so that what becomes of them later finds them. */
export async function keepMessages(
  tx: Database,
  platform: Platform,
  { origin, messages }: { origin: Origin; messages: readonly KeptMessage[] },
): Promise<void> {
  if (messages.length === 0) return
  const { workspaceId, sourceId, receivedAt } = origin
  const vault = await platform.vaults.of(workspaceId)
  for (const { id, type, event, fate, problems, message } of messages) {
    await sql`
      insert into source_messages (id, workspace_id, source_id, received_at, type, event, state, problems, sealed_message)
      values (${id}::uuid, ${workspaceId}, ${sourceId}::uuid, ${receivedAt}, ${type}, ${event}, ${fate}, ${JSON.stringify(problems)}::jsonb, ${await encodeBody(vault, [message])})`.execute(
      tx,
    )
  }
  const sample = sampleOf(platform, sourceId)
  sample.untrimmed += messages.length
  if (sample.untrimmed < trimAfter) return
  sample.untrimmed = 0
  await sql`
    delete from source_messages where workspace_id = ${workspaceId} and source_id = ${sourceId}::uuid and sequence <= (
      select sequence from source_messages where workspace_id = ${workspaceId} and source_id = ${sourceId}::uuid order by sequence desc offset ${keptMax} limit 1)`.execute(
    tx,
  )
}

/** What became of a kept message when its item came through the inbox. */
export interface Settled {
  id: string
  fate: 'accepted' | 'duplicate' | 'failed'
  personId: number | null
  problem?: Problem
}

/** Notes what became of messages. One that was flagged stays flagged. */
export async function settleMessages(
  tx: Database,
  { workspaceId, settled, now }: { workspaceId: number; settled: readonly Settled[]; now: Date },
): Promise<void> {
  if (settled.length === 0) return
  await sql`
    update source_messages set
      state = case when source_messages.state = 'flagged' and given.fate = 'accepted' then 'flagged' else given.fate end,
      person_id = given."personId", settled_at = ${now}, problems = problems || coalesce(given.problem, '[]')
    from json_to_recordset(${JSON.stringify(settled)}::json) as given (id uuid, fate text, "personId" bigint, problem jsonb)
    where workspace_id = ${workspaceId} and source_messages.id = given.id`.execute(tx)
}

function sampleOf(platform: Platform, sourceId: string): Sample {
  let known = samples.get(platform)
  if (!known) samples.set(platform, (known = new Map()))
  let sample = known.get(sourceId)
  if (!sample) known.set(sourceId, (sample = { secondStartMs: -Infinity, plain: 0, odd: 0, untrimmed: 0 }))
  return sample
}
