import type { Vault } from '../platform/vault/vaults.ts'

export type AttributeScalar = string | number | boolean

/** A row of `people` as far as attributes and addresses go. */
export interface PersonState {
  attributes: Record<string, AttributeScalar>
  /** When each attribute was last said, epoch milliseconds; `phone`, `email` and `created_at` stand here too. */
  attributeTimes: Record<string, number>
  phoneKey: string | null
  emailKey: string | null
  sealedPhone: Buffer | null
  sealedEmail: Buffer | null
  createdAtMs: number
  version: number
}

/** An address somebody gave: readable, and its blind index. */
export interface GivenAddress {
  value: string
  key: string
  timeMs: number
}

/**
 * What a batch says about one person, newest wins for each attribute; at equal times the later item does.
 * Kept apart from the row it changes, because the row is read only when something may change.
 */
export class PersonDraft {
  readonly traits = new Map<string, { value: AttributeScalar | null; timeMs: number }>()
  phone: GivenAddress | null = null
  email: GivenAddress | null = null
  createdAt: { valueMs: number; timeMs: number } | null = null
  firstSeenMs = Infinity

  setTraits(traits: Readonly<Record<string, AttributeScalar | null>>, timeMs: number): void {
    for (const key in traits) {
      const said = this.traits.get(key)
      if (said === undefined) this.traits.set(key, { value: traits[key]!, timeMs })
      else if (timeMs >= said.timeMs) {
        said.value = traits[key]!
        said.timeMs = timeMs
      }
    }
  }

  setCreatedAt(valueMs: number, timeMs: number): void {
    if (!this.createdAt || timeMs >= this.createdAt.timeMs) this.createdAt = { valueMs, timeMs }
  }

  setPhone(phone: GivenAddress): void {
    if (!this.phone || phone.timeMs >= this.phone.timeMs) this.phone = phone
  }

  setEmail(email: GivenAddress): void {
    if (!this.email || email.timeMs >= this.email.timeMs) this.email = email
  }

  /** The row of a person who did not exist. */
  born(vault: Vault, nowMs: number): PersonState {
    const state: PersonState = {
      attributes: {},
      attributeTimes: {},
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
    const { attributeTimes } = state
    let visible = false
    let moved = false
    const isNewer = (key: string, timeMs: number) => {
      const said = attributeTimes[key]
      if (said !== undefined && timeMs < said) return false
      if (said !== timeMs) {
        attributeTimes[key] = timeMs
        moved = true
      }
      return true
    }
    for (const [key, { value, timeMs }] of this.traits) {
      if (isNewer(key, timeMs) && setAttribute(state.attributes, key, value)) visible = true
    }
    if (this.phone && isNewer('phone', this.phone.timeMs) && state.phoneKey !== this.phone.key) {
      state.phoneKey = this.phone.key
      state.sealedPhone = vault.seal(this.phone.value)
      visible = true
    }
    if (this.email && isNewer('email', this.email.timeMs) && state.emailKey !== this.email.key) {
      state.emailKey = this.email.key
      state.sealedEmail = vault.seal(this.email.value)
      visible = true
    }
    if (this.createdAt && isNewer('created_at', this.createdAt.timeMs) && state.createdAtMs !== this.createdAt.valueMs) {
      state.createdAtMs = this.createdAt.valueMs
      visible = true
    }
    if (visible) state.version += 1
    return visible ? 'visible' : moved ? 'times' : 'nothing'
  }
}

/** Sets or, with null, removes; answers whether anything changed. */
function setAttribute(attributes: Record<string, AttributeScalar>, key: string, value: AttributeScalar | null): boolean {
  if (value === null) {
    if (!(key in attributes)) return false
    delete attributes[key]
    return true
  }
  if (attributes[key] === value) return false
  attributes[key] = value
  return true
}
