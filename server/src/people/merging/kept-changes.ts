import type { PersonState } from '../record/person-draft.ts'

type Attributes = PersonState['attributes']

/** What is said about one attribute: absent value for one that was removed or never said. */
interface Said {
  value?: Attributes[string]
  timeMs?: number
  /** Number of who said it. */
  source?: number
}

interface Address {
  key: string | null
  sealed: string | null
  timeMs?: number
  source?: number
}

interface Change<Value> {
  before: Value
  after: Value
}

/** What a merge changed in the kept person's row, so that an undo takes back exactly this and nothing said later. */
export interface KeptChanges {
  attributes: Record<string, Change<Said>>
  phone?: Change<Address>
  email?: Change<Address>
  createdAtMs?: Change<number>
}

const addressKinds = ['phone', 'email'] as const
type AddressKind = (typeof addressKinds)[number]
/** Stand among the times of attributes, and are none. */
const noAttributes: ReadonlySet<string> = new Set(['phone', 'email', 'created_at'])

/**
 * Changes the kept person's state in place to that of both: of each attribute what was said last (at equal times the kept person's, and a
 * removal counts as said), phone and e-mail the kept person's or else the other's, the earlier beginning. Answers what changed.
 */
export function mergeStates(kept: PersonState, merged: PersonState): KeptChanges {
  const changes: KeptChanges = { attributes: {} }
  for (const key of saidKeys(merged)) {
    const before = saidOf(kept, key)
    const after = saidOf(merged, key)
    if (!isNewer(after, before)) continue
    setSaid(kept, key, after)
    changes.attributes[key] = { before, after }
  }
  for (const kind of addressKinds) {
    const before = addressOf(kept, kind)
    const after = addressOf(merged, kind)
    if (before.key !== null || after.key === null) continue
    setAddress(kept, kind, after)
    changes[kind] = { before, after }
  }
  if (merged.createdAtMs < kept.createdAtMs) {
    changes.createdAtMs = { before: kept.createdAtMs, after: merged.createdAtMs }
    kept.createdAtMs = merged.createdAtMs
  }
  return changes
}

/** Takes back in place what a merge changed and what is still as the merge left it; what was said since stays. */
export function revertChanges(kept: PersonState, changes: KeptChanges): void {
  for (const [key, { before, after }] of Object.entries(changes.attributes)) {
    if (isSame(saidOf(kept, key), after)) setSaid(kept, key, before)
  }
  for (const kind of addressKinds) {
    const change = changes[kind]
    if (change && addressOf(kept, kind).key === change.after.key) setAddress(kept, kind, change.before)
  }
  if (changes.createdAtMs && kept.createdAtMs === changes.createdAtMs.after) kept.createdAtMs = changes.createdAtMs.before
}

/** Attributes a person has or had. */
function saidKeys({ attributes, attributeTimes }: PersonState): Set<string> {
  return new Set([...Object.keys(attributes), ...Object.keys(attributeTimes)].filter((key) => !noAttributes.has(key)))
}

function saidOf(state: PersonState, key: string): Said {
  const value = state.attributes[key]
  return { ...(value === undefined ? {} : { value }), ...wordOf(state, key) }
}

/** When and by whom something was said. */
function wordOf({ attributeTimes, attributeSources }: PersonState, key: string): Pick<Said, 'timeMs' | 'source'> {
  const timeMs = attributeTimes[key]
  const source = attributeSources[key]
  return { ...(timeMs === undefined ? {} : { timeMs }), ...(source === undefined ? {} : { source }) }
}

function setWord({ attributeTimes, attributeSources }: PersonState, key: string, { timeMs, source }: Pick<Said, 'timeMs' | 'source'>): void {
  if (timeMs === undefined) delete attributeTimes[key]
  else attributeTimes[key] = timeMs
  if (source === undefined) delete attributeSources[key]
  else attributeSources[key] = source
}

function setSaid(state: PersonState, key: string, said: Said): void {
  if (said.value === undefined) delete state.attributes[key]
  else state.attributes[key] = said.value
  setWord(state, key, said)
}

/** A value without a time is older than any that has one, but for one that filled a gap, and newer than nothing. */
function isNewer(after: Said, before: Said): boolean {
  if (after.timeMs === undefined) return before.timeMs === undefined && before.value === undefined
  if (before.timeMs === undefined) return after.timeMs > 0 || before.value === undefined
  return after.timeMs > before.timeMs
}

function isSame(left: Said, right: Said): boolean {
  return left.timeMs === right.timeMs && JSON.stringify(left.value) === JSON.stringify(right.value)
}

function addressOf(state: PersonState, kind: AddressKind): Address {
  const [key, sealed] = kind === 'phone' ? [state.phoneKey, state.sealedPhone] : [state.emailKey, state.sealedEmail]
  return { key, sealed: sealed?.toString('base64') ?? null, ...wordOf(state, kind) }
}

function setAddress(state: PersonState, kind: AddressKind, { key, sealed, ...word }: Address): void {
  const bytes = sealed === null ? null : Buffer.from(sealed, 'base64')
  if (kind === 'phone') Object.assign(state, { phoneKey: key, sealedPhone: bytes })
  else Object.assign(state, { emailKey: key, sealedEmail: bytes })
  setWord(state, kind, word)
}
