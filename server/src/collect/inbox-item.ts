import type { Problem } from '../../../contracts/errors.ts'
import type { AttributeValue, Namespace } from '../../../contracts/people.ts'
import type { z } from 'zod'

/**
 * What stands in an inbox row of kind `tracking` or `import`: checked and normalised, but nobody has asked yet who the person is.
 * `identities` are normalised (phone as E.164, e-mail lower-case) and never empty.
 */
export interface IncomingItem {
  type: 'identify' | 'track'
  identities: readonly (readonly [Namespace, string])[]
  /** Epoch milliseconds. */
  timeMs: number
  /** Lower-case UUID made of the sender's message id (or of file and row): the same key again is the same item and is dropped. */
  key: string
  /** identify: attributes to set (null removes), and when the person registered. */
  traits?: Record<string, z.infer<typeof AttributeValue> | null>
  createdAtMs?: number
  /** `fillEmpty`: traits and the time of registration are taken only where nothing is known. */
  attributeMode?: 'update' | 'fillEmpty'
  /** identify: changes of attributes that depend on what is there. Not idempotent, so the item's `key` counts like an event's. */
  operations?: AttributeOperations
  /**
   * An id whose sender did not say whether it is a user id or an anonymous id (an alias's previous id; what a server's SDK calls a distinct
   * id). Placed where people are looked up: a user id when it is known as one, else an anonymous id. Beside it `identities` may be empty.
   */
  unplacedId?: string
  /** `timeMs` when it was given, if not at the item's time; `originId` the import it came with. */
  consent?: { channel: 'sms'; purpose: 'marketing'; state: 'granted' | 'withdrawn'; proof: string; timeMs?: number; originId?: string }
  /** Tags to give, or with `remove` to take away (an empty value: whatever the value). Later ones win over earlier ones. */
  tags?: { tagId: string; value: string; expiresAtMs?: number; remove?: true }[]
  /** track */
  event?: string
  properties?: Record<string, unknown>
  amountFen?: number
  /** Names the message that is kept to be looked at, so that it can be told what became of it. */
  trace?: string
  /** What is not as the workspace expects, where that is only noted. */
  violations?: Problem[]
}

/** `increment` adds, `append` adds texts that the list lacks, `unset` removes, `clear` removes whatever tracking said. */
export interface AttributeOperations {
  setOnce?: Record<string, z.infer<typeof AttributeValue>>
  increment?: Record<string, number>
  append?: Record<string, readonly string[]>
  unset?: readonly string[]
  clear?: true
}

/** What stands in an inbox row of kind `message`: an event of a known person, written by the product itself. */
export interface KnownEvent {
  personId: number
  event: string
  timeMs: number
  /** UUID, deterministic: the same effect written twice is one event. */
  key: string
  properties: Record<string, unknown>
  amountFen?: number
}
