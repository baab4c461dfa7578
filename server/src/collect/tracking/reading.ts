import type { NamespaceRules } from '../../people/index.ts'
import type { Delivery, Fault } from '../door/accept-items.ts'
import type { IncomingItem } from '../inbox-item.ts'
import { TrackingProblem } from './tracking-problem.ts'
import { isObject } from './tracking-values.ts'

/** What the messages of one request are read with. */
export interface Reading {
  sourceId: string
  receivedAtMs: number
  /** The kinds of identities of the workspace. */
  namespaces: NamespaceRules
  /** Zone of times that were written without one; IANA name. */
  timezone: string
}

/** What became of the messages of one request. */
export interface ReadMessages {
  items: IncomingItem[]
  /** The message behind each item, as it was sent. */
  sent: unknown[]
  /** Messages behind `items`: some make two. */
  accepted: number
  faults: Fault[]
  /** Messages that say nothing about anybody. */
  ignored: number
}

/**
 * Reads messages one by one, so that one at fault does not hold up the others. `read` answers the items of a message, throws
 * `TrackingProblem` for one at fault.
 */
export function readMessages(messages: readonly unknown[], read: (message: unknown, at: string) => IncomingItem[]): ReadMessages {
  const result: ReadMessages = { items: [], sent: [], accepted: 0, faults: [], ignored: 0 }
  for (const [index, message] of messages.entries()) {
    try {
      const items = read(message, `batch.${index}`)
      if (items.length === 0) result.ignored++
      else result.accepted++
      for (const item of items) {
        result.items.push(item)
        result.sent.push(message)
      }
    } catch (error) {
      if (!(error instanceof TrackingProblem)) throw error
      result.faults.push({ payload: error.isUnkept ? outlineOf(message) : message, problem: error.problem })
    }
  }
  return result
}

/** Read messages as the door takes them. */
export function deliveryOf({ items, sent, faults }: ReadMessages, origin: Pick<Delivery, 'source' | 'receivedAt' | 'form'>): Delivery {
  return { ...origin, items, faults, messageOf: (index) => sent[index] }
}

/** What is kept of a message too large or too deep to be kept: its plain short values. */
function outlineOf(message: unknown): Record<string, unknown> {
  if (!isObject(message)) return {}
  return Object.fromEntries(
    Object.entries(message).filter(
      ([, value]) => typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= 256),
    ),
  )
}
