import type { IdentityTable } from './identity-table.ts'

/** An item named identities of two people: `identity` belongs to `otherPersonId`, the item went to `keptPersonId`. */
export interface IdentityConflict {
  identity: number
  keptPersonId: number
  otherPersonId: number
}

/**
 * Who is who in a batch: a union-find over its identities in which a set holds at most one known person.
 *
 * The rule of One ID, in this one place (merging people later means: instead of recording a conflict, decide it here):
 * - identities named together belong together, unless both sides are already different people: then nothing is joined, the conflict is
 *   recorded, and the item belongs to the person of its strongest identity (order of `namespaces`);
 * - what belongs to nobody becomes one new person per set.
 * The item's person is therefore always the owner of its strongest identity, which is how a batch that is done again finds it.
 */
export class IdentityGroups {
  readonly #parents: Int32Array
  /** Person by root; 0 is nobody yet. */
  readonly #people: Float64Array
  readonly conflicts: IdentityConflict[] = []

  /** `owners[i]` is the person who has identity `i`, or 0. */
  constructor(table: IdentityTable, owners: Float64Array) {
    this.#parents = Int32Array.from({ length: table.size }, (_, index) => index)
    this.#people = Float64Array.from(owners)
    this.#join(table)
  }

  /** Gives every set that is nobody yet a person; answers how many ids `count` asked for. */
  assignNew(newPersonIds: readonly number[]): void {
    let used = 0
    for (const root of this.newRoots()) this.#people[root] = newPersonIds[used++]!
  }

  /** One identity of every set that is nobody yet. */
  newRoots(): number[] {
    const roots: number[] = []
    for (let identity = 0; identity < this.#parents.length; identity++) {
      if (this.#parents[identity] === identity && this.#people[identity] === 0) roots.push(identity)
    }
    return roots
  }

  personOf(identity: number): number {
    return this.#people[this.#find(identity)]!
  }

  #join(table: IdentityTable): void {
    const { offsets, refs } = table
    for (let item = 0; item + 1 < offsets.length; item++) {
      const strongest = refs[offsets[item]!]!
      for (let at = offsets[item]! + 1; at < offsets[item + 1]!; at++) this.#union(strongest, refs[at]!)
    }
  }

  #union(strongest: number, identity: number): void {
    const left = this.#find(strongest)
    const right = this.#find(identity)
    if (left === right) return
    const keptPersonId = this.#people[left]!
    const otherPersonId = this.#people[right]!
    if (keptPersonId !== 0 && otherPersonId !== 0) {
      if (keptPersonId !== otherPersonId) this.conflicts.push({ identity, keptPersonId, otherPersonId })
      return
    }
    this.#parents[right] = left
    this.#people[left] = keptPersonId || otherPersonId
  }

  #find(identity: number): number {
    const parents = this.#parents
    let at = identity
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]!]!
      at = parents[at]!
    }
    return at
  }
}
