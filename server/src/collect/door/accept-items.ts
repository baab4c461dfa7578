import { randomUUID } from 'node:crypto'
import type { Problem } from '../../../../contracts/errors.ts'
import type { WriteKeySource } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { Database, Platform } from '../../platform/platform.ts'
import { stableUuid } from '../../platform/stable-uuid.ts'
import { appendToInbox } from '../append-to-inbox.ts'
import { appendTogether } from '../append-together.ts'
import type { IncomingItem } from '../inbox-item.ts'
import { holdBack, type HeldBack } from '../quarantine/hold-back.ts'
import { checkEvent, type Verdict } from './check-event.ts'
import { quarantineMax, readDoorRules, type DoorRules, type SourceRules } from './door-rules.ts'
import { isKept, keepMessages, newMessageId, type KeptMessage } from './keep-messages.ts'
import { refuseWhenFull } from './refuse-when-full.ts'
import { countAtDoor } from './source-counts.ts'
import { assertWithinLimits } from './source-limits.ts'

/** A message that cannot be read, as it was sent, and why. */
export interface Fault {
  payload: unknown
  problem: Problem
  /** When its batch was sent, by the sender's clock. */
  sentAtMs?: number
}

/** What a request of a source holds, read by whoever knows its format. */
export interface Delivery {
  source: WriteKeySource
  receivedAt: Date
  /** Name of the wire format, under which `faults` are read again after a correction. */
  form: string
  items: readonly IncomingItem[]
  /** Messages that cannot be read, as they were sent, and why. */
  faults?: readonly Fault[]
  /** What it came through, e.g. a connector. */
  originId?: string
  /** The message behind an item, as it was sent; the item itself when left out. */
  messageOf?: (index: number) => unknown
}

/** What became of them. */
export interface Accepted {
  taken: number
  blocked: number
  quarantined: number
}

/**
 * The door for everything a source sends: limits of the source, blocked events and properties, what is expected of events. What fits is in
 * the inbox and what does not in the quarantine when this returns, committed together.
 * @throws AppError `throttled` past a limit of the source, `unavailable` while too much waits; then nothing was taken.
 */
export async function acceptItems(platform: Platform, delivery: Delivery): Promise<Accepted> {
  const { source, items, faults = [] } = delivery
  const rules = await readDoorRules(platform, source.workspaceId)
  const sourceRules = rules.sources.get(source.sourceId) ?? unlimited
  const count = items.length + faults.length
  try {
    await assertWithinLimits(platform, source, { rules: sourceRules, count })
    await refuseWhenFull(platform, source.workspaceId)
  } catch (error) {
    countAtDoor(platform, source, { refused: count })
    if (error instanceof AppError) keepRefused(platform, { delivery, sourceRules, problem: { at: '', zh: error.zh, en: error.en } })
    throw error
  }
  const sorted = sortOut(platform, { delivery, rules, sourceRules })
  await store(platform, delivery, sorted)
  return counted(platform, source, sorted)
}

/** The same for what was fetched or acknowledged already, which no limit may refuse any more: in the caller's transaction. */
export async function acceptItemsWithin(tx: Database, platform: Platform, delivery: Delivery): Promise<Accepted> {
  const { source } = delivery
  const rules = await readDoorRules(platform, source.workspaceId)
  const sorted = sortOut(platform, { delivery, rules, sourceRules: rules.sources.get(source.sourceId) ?? unlimited })
  await storeWithin(tx, platform, { delivery, sorted })
  return counted(platform, source, sorted)
}

function counted(platform: Platform, source: WriteKeySource, { taken, blocked, quarantined, refused }: Sorted): Accepted {
  countAtDoor(platform, source, { taken: taken.length, blocked, quarantined: quarantined.length, refused })
  return { taken: taken.length, blocked, quarantined: quarantined.length + refused }
}

const unlimited: SourceRules = { perSecond: null, perDay: null, takenLastDay: 0, isWatched: false }

interface Sorted {
  taken: IncomingItem[]
  quarantined: HeldBack[]
  blocked: number
  /** The quarantine is full. */
  refused: number
  messages: KeptMessage[]
}

interface Sorting {
  delivery: Delivery
  rules: DoorRules
  sourceRules: SourceRules
}

function sortOut(platform: Platform, { delivery, rules, sourceRules }: Sorting): Sorted {
  const { source, items, faults = [] } = delivery
  const sorted: Sorted = { taken: [], quarantined: [], blocked: 0, refused: 0, messages: [] }
  const holdsMore = () => rules.quarantined + sorted.quarantined.length < quarantineMax
  const keep = (message: () => Omit<KeptMessage, 'id'>, isOdd: boolean): string | undefined => {
    if (!isKept(platform, source.sourceId, { isWatched: sourceRules.isWatched, isOdd })) return undefined
    const id = newMessageId()
    sorted.messages.push({ id, ...message() })
    return id
  }
  for (const [index, item] of items.entries()) {
    const verdict = checkEvent(item, rules)
    const trace = keep(
      () => ({
        type: item.type,
        event: item.event ?? null,
        fate: fateOf(verdict),
        problems: 'problems' in verdict ? verdict.problems : [],
        message: delivery.messageOf?.(index) ?? { ...item },
      }),
      verdict.kind !== 'pass',
    )
    if (verdict.kind === 'blocked') sorted.blocked++
    else if (verdict.kind !== 'quarantine') {
      if (trace !== undefined) item.trace = trace
      if (verdict.kind === 'flagged') item.violations = verdict.problems
      sorted.taken.push(item)
    } else if (holdsMore())
      sorted.quarantined.push({ reason: verdict.reason, problem: verdict.problems[0]!, event: item.event ?? null, key: item.key, form: 'item', payload: item })
    else sorted.refused++
  }
  for (const { payload, problem, sentAtMs } of faults) {
    const { type, event } = namesOf(payload)
    keep(() => ({ type, event, fate: 'quarantined', problems: [problem], message: payload }), true)
    if (holdsMore()) sorted.quarantined.push({ reason: 'invalid', problem, event, key: keyOf(source, payload), form: delivery.form, payload, sentAtMs })
    else sorted.refused++
  }
  return sorted
}

function fateOf(verdict: Verdict): KeptMessage['fate'] {
  return verdict.kind === 'pass' ? 'taken' : verdict.kind === 'quarantine' ? 'quarantined' : verdict.kind
}

/** Type and event of a message that could not be read, as far as it says them. */
function namesOf(payload: unknown): { type: string; event: string | null } {
  const { type, event } = (typeof payload === 'object' && payload !== null ? payload : {}) as { type?: unknown; event?: unknown }
  return { type: typeof type === 'string' ? type.slice(0, 40) : '', event: typeof event === 'string' ? event.slice(0, 128) : null }
}

/** The key of a message that could not be read: the same message with the same id, sent again, is held back once. */
function keyOf(source: WriteKeySource, payload: unknown): string {
  const { messageId } = (typeof payload === 'object' && payload !== null ? payload : {}) as { messageId?: unknown }
  return typeof messageId === 'string' && messageId !== '' ? stableUuid('held back', source.sourceId, messageId, JSON.stringify(payload)) : randomUUID()
}

async function store(platform: Platform, delivery: Delivery, sorted: Sorted): Promise<void> {
  const { source, receivedAt, originId } = delivery
  // Nearly always the batch alone, which may share a transaction with others.
  if (sorted.quarantined.length === 0 && sorted.messages.length === 0 && originId === undefined)
    return appendTogether(platform, { ...source, receivedAt }, sorted.taken)
  await platform.db.transaction().execute((tx) => storeWithin(tx, platform, { delivery, sorted }))
}

async function storeWithin(tx: Database, platform: Platform, { delivery, sorted }: { delivery: Delivery; sorted: Sorted }): Promise<void> {
  const { source, receivedAt, originId } = delivery
  const { workspaceId, sourceId } = source
  const origin = { workspaceId, sourceId, receivedAt, originId: originId ?? null }
  await appendToInbox(tx, { platform, kind: 'tracking', ...origin, items: sorted.taken })
  await holdBack(tx, platform, { origin, things: sorted.quarantined })
  await keepMessages(tx, platform, { origin, messages: sorted.messages })
}

/** A request that was refused whole is shown by its first messages. It was refused whatever becomes of that. */
function keepRefused(platform: Platform, { delivery, sourceRules, problem }: { delivery: Delivery; sourceRules: SourceRules; problem: Problem }): void {
  const { source, receivedAt, items } = delivery
  const messages: KeptMessage[] = []
  for (const [index, item] of items.entries()) {
    if (!isKept(platform, source.sourceId, { isWatched: sourceRules.isWatched, isOdd: true })) break
    const message = delivery.messageOf?.(index) ?? item
    messages.push({ id: newMessageId(), type: item.type, event: item.event ?? null, fate: 'refused', problems: [problem], message })
  }
  keepMessages(platform.db, platform, { origin: { ...source, receivedAt }, messages }).catch((error: unknown) =>
    platform.log.debug({ error }, 'refused messages could not be shown'),
  )
}
