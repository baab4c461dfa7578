import { anyEvent } from '../../../../contracts/rule.ts'
import type { TagCase } from '../../../../contracts/tag-rules.ts'
import type { ResolvedRule } from '../rule/resolved-rule.ts'

/** Ids of tags that rules ask for. */
export function tagsNamedBy(cases: readonly TagCase[]): Set<string> {
  const found = new Set<string>()
  walk(cases, (key, value) => {
    if (key === 'tagId' && typeof value === 'string') found.add(value.toLowerCase())
  })
  return found
}

/** Names of events that can change whom a rule holds, segments in it included; `anyEvent` where every one can. */
export function eventsNamedBy(rule: ResolvedRule): Set<string> {
  const found = new Set<string>()
  walk(rule, (key, value) => {
    if (key === 'event' && typeof value === 'string') found.add(value)
    // What became of messages comes as events of the product; which of them is the compiler's matter.
    if (key === 'kind' && (value === 'message' || value === 'sinceCampaign')) found.add(anyMessage)
  })
  return found
}

/** Stands for every event about messages. */
const anyMessage = 'Message *'

/** Whether news of some events can change whom a rule holds that names others. */
export function meansAny(named: ReadonlySet<string>, news: ReadonlySet<string>): boolean {
  if (named.has(anyEvent)) return true
  if (named.has(anyMessage) && [...news].some((event) => event.startsWith('Message ') || event === 'Control Assigned')) return true
  return [...news].some((event) => named.has(event))
}

function walk(node: unknown, visit: (key: string, value: unknown) => void): void {
  if (node === null || typeof node !== 'object') return
  for (const [key, value] of Object.entries(node)) {
    if (!Array.isArray(node)) visit(key, value)
    walk(value, visit)
  }
}
