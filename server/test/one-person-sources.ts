import * as fc from 'fast-check'
import type { EventFact, PersonFacts } from '../src/audience/rule/evaluate-rule.ts'
import { arbitraryFacts } from '../src/audience/rule/testing/arbitrary-rules.ts'

const dayMs = 86_400_000
type Value = string | number | boolean

/** One record, before anybody knew that it is the same person as another. */
export interface Source {
  attributes: Record<string, [Value, number]>
  createdAtMs: number
  phone: string | null
  email: string | null
  consents: ['granted' | 'withdrawn', number][]
  events: EventFact[]
  arm: 'treated' | 'control' | null
  contactedAtMs: number
  messages: number
}

export function sourcesOf(now: Date, seed: number, recordsCount: number): Source[] {
  const facts = fc.sample(arbitraryFacts(now), { seed, numRuns: recordsCount })
  const extra = fc.sample(
    fc.record({ arm: fc.constantFrom('treated' as const, 'control' as const, null), messages: fc.nat(2), order: fc.nat(1000), consent: fc.nat(3) }),
    {
      seed,
      numRuns: recordsCount,
    },
  )
  return facts.map((fact: PersonFacts, index) => {
    const { arm, messages, order, consent } = extra[index]!
    const scalars = Object.entries(fact.attributes).filter(
      (entry): entry is [string, Value] =>
        ['string', 'number', 'boolean'].includes(typeof entry[1]) && !entry[0].includes('.') && !String(entry[1]).includes('\u0000'),
    )
    return {
      attributes: Object.fromEntries(scalars.map(([key, value], at) => [key, [value, 1_000 + ((order * 31 + index * 7 + at * 13) % 997) * 100 + index]])),
      createdAtMs: fact.createdAt.getTime(),
      phone: fact.hasPhone ? `+86138${String(10_000_000 + seed * 1000 + index)}` : null,
      email: fact.hasEmail ? `p${seed}-${index}@example.com` : null,
      consents: consent === 0 ? [] : [[consent === 1 ? 'withdrawn' : 'granted', 1_000 + (order % 5)]],
      events: fact.events.map((event) => ({ ...event, properties: {} })),
      arm,
      contactedAtMs: now.getTime() - 20 * dayMs + order,
      messages,
    }
  })
}

/** What the records of a group come to as one person. */
export function unite(group: readonly Source[]): Source {
  const attributes: Source['attributes'] = {}
  for (const { attributes: said } of group)
    for (const [key, word] of Object.entries(said)) if (!attributes[key] || word[1] > attributes[key][1]) attributes[key] = word
  const contacts = group.filter(({ arm }) => arm !== null)
  return {
    attributes,
    createdAtMs: Math.min(...group.map((one) => one.createdAtMs)),
    phone: group.find((one) => one.phone !== null)?.phone ?? null,
    email: group.find((one) => one.email !== null)?.email ?? null,
    consents: group.flatMap((one) => one.consents),
    events: group.flatMap((one) => one.events),
    arm: contacts.some(({ arm }) => arm === 'treated') ? 'treated' : contacts.length > 0 ? 'control' : null,
    contactedAtMs: Math.min(...contacts.map((one) => one.contactedAtMs)),
    messages: group.reduce((sum, one) => sum + one.messages, 0),
  }
}
