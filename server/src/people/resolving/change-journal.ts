import type { IdentityGroups } from './identity-groups.ts'
import type { IdentityTable } from './identity-table.ts'
import type { AttributeData, PersonState } from '../record/person-draft.ts'

/** What was there before: the value (null: nothing), when it was said (null: never) and by whom (number of an `AttributeOrigin`, 0 for nobody in particular). */
export type Before = readonly [value: AttributeData | null, timeMs: number | null, source: number]

/** What one origin changed of a person who was there before, by attribute; `phone`, `email` (blind index and sealed value) and `created_at` stand here too. */
export interface PersonChange {
  personId: number
  source: number
  before: Record<string, Before>
}

/** An identity that a person who was there before got. `item` is the first that named it. */
export interface IdentityAdded {
  personId: number
  item: number
  namespace: string
  key: string
}

/** Writes down what a batch changes, so that it can be taken back. It costs only where people are changed who were there before. */
export class ChangeJournal {
  readonly changes: PersonChange[] = []
  readonly identities: IdentityAdded[] = []

  /** A copy of what a change may touch. */
  snapshot(state: PersonState): PersonState {
    return { ...state, attributes: { ...state.attributes }, attributeTimes: { ...state.attributeTimes }, attributeSources: { ...state.attributeSources } }
  }

  record(personId: number, before: PersonState, after: PersonState): void {
    const bySource = new Map<number, Record<string, Before>>()
    const note = (key: string, value: AttributeData | null) => {
      const source = after.attributeSources[key] ?? 0
      let changed = bySource.get(source)
      if (!changed) bySource.set(source, (changed = {}))
      changed[key] = [value, before.attributeTimes[key] ?? null, before.attributeSources[key] ?? 0]
    }
    for (const key in after.attributeTimes) {
      // What was only said again counts too: its time and its source go back with the rest.
      if (before.attributeTimes[key] !== after.attributeTimes[key] || before.attributes[key] !== after.attributes[key]) note(key, valueOf(before, key))
    }
    for (const [source, changed] of bySource) this.changes.push({ personId, source, before: changed })
  }

  /** The identities of a batch that go to people who were there before. */
  recordIdentities(table: IdentityTable, known: { owners: Float64Array; groups: IdentityGroups; newPersonIds: ReadonlySet<number> }): void {
    const { offsets, refs, keys, namespaces, ranks } = table
    const seen = new Uint8Array(table.size)
    for (let item = 0; item + 1 < offsets.length; item++) {
      for (let at = offsets[item]!; at < offsets[item + 1]!; at++) {
        const identity = refs[at]!
        if (known.owners[identity] !== 0 || seen[identity] === 1) continue
        seen[identity] = 1
        const personId = known.groups.personOf(identity)
        if (!known.newPersonIds.has(personId)) this.identities.push({ personId, item, namespace: namespaces.all[ranks[identity]!]!.key, key: keys[identity]! })
      }
    }
  }
}

function valueOf(state: PersonState, key: string): AttributeData | null {
  if (key === 'phone') return addressOf(state.phoneKey, state.sealedPhone)
  if (key === 'email') return addressOf(state.emailKey, state.sealedEmail)
  return key === 'created_at' ? state.createdAtMs : (state.attributes[key] ?? null)
}

/** Blind index and sealed value as texts; null for no address. */
function addressOf(key: string | null, sealed: Buffer | null): string[] | null {
  return key === null ? null : [key, sealed?.toString('base64') ?? '']
}
