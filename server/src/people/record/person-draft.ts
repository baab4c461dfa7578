import type { Vault } from '../../platform/vault/vaults.ts'
import { appendToList } from './attribute-list.ts'
import { DraftChange } from './draft-change.ts'
import { recordOf, type PersonRecord } from './person-record.ts'

export type AttributeScalar = string | number | boolean
/** A list is short texts, each once. */
export type AttributeData = AttributeScalar | string[]

/** A row of `people` as far as attributes and addresses go. */
export interface PersonState {
  attributes: Record<string, AttributeData>
  /** When each attribute was last said, epoch milliseconds (`filledAt` for what only filled a gap); `phone`, `email` and `created_at` stand here too. */
  attributeTimes: Record<string, number>
  /** Who said it, by the same keys: number of an `AttributeOrigin`. What was said before anybody wrote that down has none. */
  attributeSources: Record<string, number>
  phoneKey: string | null
  emailKey: string | null
  sealedPhone: Buffer | null
  sealedEmail: Buffer | null
  createdAtMs: number
  version: number
}

/** When and by whom something is said; `fill`: only where nothing is known yet, and only until somebody says it outright, however early. */
export interface Saying {
  timeMs: number
  /** Number of an `AttributeOrigin`; 0 for nobody in particular. */
  source: number
  fill?: boolean
}

/** An address somebody gave: readable, and its blind index. */
export interface GivenAddress extends Saying {
  value: string
  key: string
}

/** Something said, with when and by whom. */
export interface Said<Value> extends Saying {
  value: Value
}

/** What an item changes that depends on what is there; see `AttributeOperations` of the inbox. */
export interface DraftOperations {
  readonly setOnce?: Readonly<Record<string, AttributeData>>
  readonly increment?: Readonly<Record<string, number>>
  readonly append?: Readonly<Record<string, readonly string[]>>
  readonly unset?: readonly string[]
  readonly clear?: true
}

/**
 * What a batch says about one person, newest wins for each attribute; at equal times the later item does.
 * Kept apart from the row it changes, because the row is read only when something may change.
 */
export class PersonDraft {
  /** What the first item said, as it stands there: of most people a batch has one item, and nothing more is ever made of it. */
  #only: { traits: Readonly<Record<string, AttributeData | null>>; saying: Saying } | null = null
  #traits: Map<string, Said<AttributeData | null>> | null = null
  phone: GivenAddress | null = null
  email: GivenAddress | null = null
  createdAt: Said<number> | null = null
  firstSeenMs = Infinity
  /** Made when first needed: nearly no draft has any. */
  #fills: Map<string, Said<AttributeData>> | null = null
  #increments: Map<string, Said<number>> | null = null
  #appends: Map<string, Said<readonly string[]>> | null = null
  #clear: Saying | null = null

  setTraits(traits: Readonly<Record<string, AttributeData | null>>, saying: Saying): void {
    if (!saying.fill && this.#isEmpty()) {
      this.#only = { traits, saying }
      return
    }
    for (const key in traits) {
      const value = traits[key]!
      if (saying.fill) {
        if (value !== null) this.#fill(key, value, saying)
      } else this.#set(key, value, saying)
    }
  }

  /** In the order in which items came: an increment after a value adds to it, a value after an increment replaces both. */
  operate(operations: DraftOperations, saying: Saying): void {
    const { setOnce, increment, append, unset, clear } = operations
    this.#spread()
    if (clear) this.#clearBefore(saying)
    for (const key in setOnce) this.#fill(key, setOnce[key]!, saying)
    for (const key in increment) {
      const value = (this.#increments?.get(key)?.value ?? 0) + increment[key]!
      ;(this.#increments ??= new Map()).set(key, { ...saying, value })
    }
    for (const key in append) {
      const value = appendToList(this.#appends?.get(key)?.value ?? [], append[key]!)
      ;(this.#appends ??= new Map()).set(key, { ...saying, value })
    }
    for (const key of unset ?? []) this.#set(key, null, saying)
  }

  setCreatedAt(value: number, saying: Saying): void {
    if (saying.fill && this.createdAt) return
    if (!this.createdAt || this.createdAt.fill || saying.timeMs >= this.createdAt.timeMs)
      this.createdAt = { timeMs: saying.timeMs, source: saying.source, fill: saying.fill ?? false, value }
  }

  setPhone(phone: GivenAddress): void {
    if (isBetter(phone, this.phone)) this.phone = phone
  }

  setEmail(email: GivenAddress): void {
    if (isBetter(email, this.email)) this.email = email
  }

  /** The row of a person who did not exist. */
  born(vault: Vault, nowMs: number): PersonRecord {
    return this.#bornAtOnce(vault, nowMs) ?? recordOf(this.#bornState(vault, nowMs))
  }

  #bornState(vault: Vault, nowMs: number): PersonState {
    const state: PersonState = {
      attributes: {},
      attributeTimes: {},
      attributeSources: {},
      phoneKey: null,
      emailKey: null,
      sealedPhone: null,
      sealedEmail: null,
      createdAtMs: Math.min(this.firstSeenMs, nowMs),
      version: 1,
    }
    this.applyTo(state, vault)
    state.version = 1
    return state
  }

  /**
   * Changes the row in place where the draft is newer. `visible`: something people see changed, and the version grew;
   * `times`: only the moment of last saying moved, which keeps a still older value from winning later.
   */
  applyTo(state: PersonState, vault: Vault): 'visible' | 'times' | 'nothing' {
    const change = new DraftChange(state)
    if (this.#clear) change.clear(this.#clear)
    this.#spread()
    for (const [key, said] of this.#traits ?? []) if (change.isNewer(key, said)) change.set(key, said.value)
    if (this.#fills) for (const [key, said] of this.#fills) if (state.attributes[key] === undefined && change.isNewer(key, said)) change.set(key, said.value)
    if (this.#increments) for (const [key, said] of this.#increments) change.increment(key, said)
    if (this.#appends) for (const [key, said] of this.#appends) change.append(key, said)
    this.#applyAddresses(change, vault)
    if (change.visible) state.version += 1
    return change.visible ? 'visible' : change.moved ? 'times' : 'nothing'
  }

  #isEmpty(): boolean {
    return this.#only === null && this.#traits === null && this.#fills === null && this.#increments === null && this.#appends === null && this.#clear === null
  }

  /** From what one item said to what several did. */
  #spread(): void {
    if (this.#only === null) return
    const { traits, saying } = this.#only
    this.#only = null
    this.#traits = new Map()
    for (const key in traits) this.#traits.set(key, { value: traits[key]!, timeMs: saying.timeMs, source: saying.source })
  }

  /**
   * The row of somebody of whom everything is said by one item, in one go: the same that the long way makes, at a fraction of the cost.
   * Null when the long way must be gone.
   */
  #bornAtOnce(vault: Vault, nowMs: number): PersonRecord | null {
    const { phone, email, createdAt } = this
    if (this.#only === null) return null
    const { traits, saying } = this.#only
    for (const said of [phone, email, createdAt]) if (said && (said.timeMs !== saying.timeMs || said.source !== saying.source || said.fill)) return null
    let keys = (phone ? 1 : 0) + (email ? 1 : 0)
    for (const key in traits) {
      if (traits[key] === null || key === 'phone' || key === 'email' || key === 'created_at') return null
      keys++
    }
    if (keys < 2) return null
    const { timeMs, source } = saying
    return {
      attributes: JSON.stringify(traits),
      times: createdAt ? `{"*":${timeMs},"created_at":${timeMs}}` : `{"*":${timeMs}}`,
      sources: source > 0 ? `{"*":${source}}` : null,
      phoneKey: phone?.key ?? null,
      emailKey: email?.key ?? null,
      sealedPhone: phone && vault.seal(phone.value),
      sealedEmail: email && vault.seal(email.value),
      createdAtMs: createdAt?.value ?? Math.min(this.firstSeenMs, nowMs),
      version: 1,
    }
  }

  #applyAddresses(change: DraftChange, vault: Vault): void {
    const { state } = change
    const { phone, email, createdAt } = this
    if (phone && !(phone.fill && state.phoneKey !== null) && change.isNewer('phone', phone) && state.phoneKey !== phone.key) {
      state.phoneKey = phone.key
      state.sealedPhone = vault.seal(phone.value)
      change.visible = true
    }
    if (email && !(email.fill && state.emailKey !== null) && change.isNewer('email', email) && state.emailKey !== email.key) {
      state.emailKey = email.key
      state.sealedEmail = vault.seal(email.value)
      change.visible = true
    }
    const isFilled = createdAt?.fill === true && state.attributeTimes['created_at'] !== undefined
    if (createdAt && !isFilled && change.isNewer('created_at', createdAt) && state.createdAtMs !== createdAt.value) {
      state.createdAtMs = createdAt.value
      change.visible = true
    }
  }

  #set(key: string, value: AttributeData | null, saying: Saying): void {
    this.#spread()
    this.#traits ??= new Map()
    const said = this.#traits.get(key)
    if (said !== undefined && saying.timeMs < said.timeMs) return
    if (said === undefined) this.#traits.set(key, { value, timeMs: saying.timeMs, source: saying.source })
    else {
      said.value = value
      said.timeMs = saying.timeMs
      said.source = saying.source
    }
    this.#increments?.delete(key)
    this.#appends?.delete(key)
  }

  /** The first to fill something is the one. */
  #fill(key: string, value: AttributeData, saying: Saying): void {
    this.#fills ??= new Map()
    if (!this.#fills.has(key)) this.#fills.set(key, { ...saying, value })
  }

  /** What the same batch said before goes too. */
  #clearBefore(saying: Saying): void {
    this.#clear = saying
    const isBefore = (said: Saying) => said.source === saying.source && said.timeMs <= saying.timeMs
    for (const before of [this.#traits, this.#fills, this.#increments, this.#appends]) {
      for (const [key, said] of before ?? []) if (isBefore(said)) before?.delete(key)
    }
  }
}

/** An address that was said outright outweighs one that only fills; of two said the newer one holds. */
function isBetter(given: GivenAddress, known: GivenAddress | null): boolean {
  if (!known) return true
  if ((given.fill ?? false) !== (known.fill ?? false)) return !given.fill
  return given.fill ? false : given.timeMs >= known.timeMs
}
