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
  consent?: { channel: 'sms'; purpose: 'marketing'; state: 'granted' | 'withdrawn'; proof: string }
  /** Tags to give, or with `remove` to take away (an empty value: whatever the value). Later ones win over earlier ones. */
  tags?: { tagId: string; value: string; expiresAtMs?: number; remove?: true }[]
  /** track */
  event?: string
  properties?: Record<string, unknown>
  amountFen?: number
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
