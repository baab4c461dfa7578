import type { IdentityTable } from './identity-table.ts'
import { LinkLimits } from './link-limits.ts'

/**
 * People whose identities must be counted before linking: those who may be joined with somebody, and those who may get an identity of a
 * kind that is limited or says who they are. A batch that names everybody by what is known of them already needs none.
 */
export function peopleToRead(table: IdentityTable, owners: Float64Array): number[] {
  const { offsets, refs, ranks } = table
  const limits = new LinkLimits(table.namespaces)
  const parents = Int32Array.from({ length: table.size }, (_, index) => index)
  const find = (identity: number): number => {
    let at = identity
    while (parents[at] !== at) at = parents[at] = parents[parents[at]!]!
    return at
  }
  for (let item = 0; item + 1 < offsets.length; item++) {
    for (let at = offsets[item]! + 1; at < offsets[item + 1]!; at++) parents[find(refs[at]!)] = find(refs[offsets[item]!]!)
  }
  const people = new Map<number, Set<number>>()
  const matters = new Uint8Array(table.size)
  for (let identity = 0; identity < table.size; identity++) {
    const root = find(identity)
    const owner = owners[identity]!
    if (owner === 0) {
      if (!limits.isWeak(ranks[identity]!) || limits.slotOf(ranks[identity]!) >= 0) matters[root] = 1
      continue
    }
    const known = people.get(root)
    if (known) known.add(owner)
    else people.set(root, new Set([owner]))
  }
  const read = new Set<number>()
  for (const [root, known] of people) if (known.size > 1 || matters[root] === 1) for (const person of known) read.add(person)
  return [...read]
}
