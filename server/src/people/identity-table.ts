import { namespaces, type Namespace } from '../../../contracts/people.ts'
import type { Vault } from '../platform/vault/vaults.ts'

/** One item that names a person, whatever else it says. Identities are normalised and never empty. */
export interface NamedItem {
  readonly identities: readonly (readonly [Namespace, string])[]
}

/**
 * The distinct identities of a batch, numbered from 0, and which of them each item names, strongest first.
 * Flat arrays: a batch of twenty thousand items makes no hundred thousand small objects.
 */
export interface IdentityTable {
  readonly size: number
  /** Position in `namespaces` by identity: 0 is the strongest. */
  readonly ranks: readonly number[]
  readonly values: readonly string[]
  /** Blind index by identity. */
  readonly keys: readonly string[]
  /** Identities of item `i` are `refs[offsets[i]]` to before `refs[offsets[i + 1]]`, strongest first. */
  readonly offsets: Int32Array
  readonly refs: Int32Array
}

const rankOf: Record<Namespace, number> = Object.fromEntries(namespaces.map((namespace, rank) => [namespace, rank])) as Record<Namespace, number>

/** Items after which the event loop gets its turn: hashing a large batch must not hold up requests. */
const itemsPerTurn = 2_000

/** Numbers and hashes the identities of a batch. The only costly part of resolving that needs no database, so it is done before any lock. */
export async function tabulateIdentities(vault: Vault, items: readonly NamedItem[]): Promise<IdentityTable> {
  const numbers = namespaces.map(() => new Map<string, number>())
  const ranks: number[] = []
  const values: string[] = []
  const keys: string[] = []
  const offsets = new Int32Array(items.length + 1)
  const refs = new Int32Array(items.reduce((sum, item) => sum + item.identities.length, 0))
  let end = 0
  for (const [index, item] of items.entries()) {
    const start = end
    for (const [namespace, value] of item.identities) {
      const rank = rankOf[namespace]
      const known = numbers[rank]!
      let number = known.get(value)
      if (number === undefined) {
        number = ranks.length
        known.set(value, number)
        ranks.push(rank)
        values.push(value)
        keys.push(vault.blindIndex(namespace, value))
      }
      end = insertByRank(refs, { start, end, number }, ranks)
    }
    offsets[index + 1] = end
    if (index % itemsPerTurn === itemsPerTurn - 1) await new Promise(setImmediate)
  }
  return { size: ranks.length, ranks, values, keys, offsets, refs }
}

/** Puts a number behind those that are as strong or stronger; answers the new end. */
function insertByRank(refs: Int32Array, slot: { start: number; end: number; number: number }, ranks: readonly number[]): number {
  const rank = ranks[slot.number]!
  let at = slot.end
  while (at > slot.start && ranks[refs[at - 1]!]! > rank) {
    refs[at] = refs[at - 1]!
    at--
  }
  refs[at] = slot.number
  return slot.end + 1
}
