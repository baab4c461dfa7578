import type { Namespace } from '../../../../contracts/people.ts'
import type { Platform } from '../../platform/platform.ts'
import type { NamespaceRules } from '../namespaces/namespace-rules.ts'
import { readNamespacesWith } from '../namespaces/read-namespaces.ts'

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
  /** The rules the batch goes by. */
  readonly namespaces: NamespaceRules
  /** Position in `namespaces.all` by identity: 0 is the strongest. */
  readonly ranks: readonly number[]
  readonly values: readonly string[]
  /** Blind index by identity. */
  readonly keys: readonly string[]
  /** Identities of item `i` are `refs[offsets[i]]` to before `refs[offsets[i + 1]]`, strongest first. */
  readonly offsets: Int32Array
  readonly refs: Int32Array
}

/** Items after which the event loop gets its turn: hashing a large batch must not hold up requests. */
const itemsPerTurn = 2_000

/** Numbers and hashes the identities of a batch. The only costly part of resolving that needs no database, so it is done before any lock. */
export async function tabulateIdentities(platform: Platform, workspaceId: number, items: readonly NamedItem[]): Promise<IdentityTable> {
  const vault = await platform.vaults.of(workspaceId)
  const namespaces = await rulesFor(platform, workspaceId, items)
  const numbers = namespaces.all.map(() => new Map<string, number>())
  const ranks: number[] = []
  const values: string[] = []
  const keys: string[] = []
  const offsets = new Int32Array(items.length + 1)
  const refs = new Int32Array(items.reduce((sum, item) => sum + item.identities.length, 0))
  let end = 0
  for (const [index, item] of items.entries()) {
    const start = end
    for (const [namespace, value] of item.identities) {
      const rank = namespaces.rankOf(namespace)
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
  return { size: ranks.length, namespaces, ranks, values, keys, offsets, refs }
}

/** The workspace's rules; what was accepted under a name that is not there any more counts as weak and secret. */
async function rulesFor(platform: Platform, workspaceId: number, items: readonly NamedItem[]): Promise<NamespaceRules> {
  const keys = new Set<string>()
  for (const item of items) for (const [namespace] of item.identities) keys.add(namespace)
  const rules = await readNamespacesWith(platform, workspaceId, keys)
  const unknown = [...keys].filter((key) => rules.rankOf(key) < 0)
  return unknown.length === 0 ? rules : rules.withUnknown(unknown)
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
