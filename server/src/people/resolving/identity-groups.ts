import type { IdentityTable } from './identity-table.ts'
import { LinkLimits } from './link-limits.ts'

/** A person who has identities of the batch, as far as linking asks: how many identities of each limited namespace (by slot), and the strongest rank. */
export interface LinkedPerson {
  readonly counts: Int32Array
  /** Position in `namespaces.all` of the strongest kind of identity the person has. */
  readonly bestRank: number
}

/** What is known of a batch's identities before anything is linked. */
export interface KnownIdentities {
  /** `owners[i]` is the person who has identity `i`, or 0. */
  readonly owners: Float64Array
  /** 1 where an identity met so many people that it links nobody any more. */
  readonly shared: Uint8Array
  /** Of `peopleToRead` at least. */
  readonly people: ReadonlyMap<number, LinkedPerson>
  /** Of whom somebody decided that they are not this person. */
  readonly apart: ReadonlyMap<number, ReadonlySet<number>>
}

/** An identity that met so many people besides its owner is shared: it links nobody any more. */
export const peopleMetMax = 5

/** Two people who are one, and the rank of the namespace whose identity said so. */
export interface PersonLink {
  keptId: number
  mergedId: number
  rank: number
}

/** An item named identities of two people who may not be joined: `identity` belongs to `otherPersonId`, the item went to `keptPersonId`. */
export interface IdentityConflict {
  identity: number
  keptPersonId: number
  otherPersonId: number
  /** Rank of the namespace whose limit a merge would break. */
  limitRank: number
}

/** An identity was named by somebody who is not its owner. */
export interface IdentityMeeting {
  identity: number
  personId: number
}

interface Refusal {
  strongest: number
  identity: number
  /** −1 when only a weak identity spoke for it: a device that two people use is no conflict. */
  limitRank: number
}

/**
 * Who is who in a batch: a union-find over its identities, and the rule of One ID in this one place.
 *
 * - Identities named together belong together; what belongs to nobody becomes one new person per set.
 * - Two who are somebody (they have a strong or medium identity) are joined only by strong or medium identities on both sides; whoever
 *   has only weak ones (devices, cookies) is joined by anything.
 * - Nobody is joined beyond a limit of a namespace, or with whom somebody has kept them apart, or by a shared identity.
 * - A person whom a strong identity names may get a new address (medium namespace) that nobody has, past the limit: people change them.
 * - Where nothing is joined, the item belongs to the person of its strongest identity; a conflict is left for a person to decide.
 *
 * The item's person is therefore always the owner of its strongest identity, which is how a batch that is done again finds it. Of people
 * joined the one with the strongest kind of identity is kept, then the lowest id: the same whatever the order.
 */
export class IdentityGroups {
  readonly #table: IdentityTable
  readonly #known: KnownIdentities
  readonly #limits: LinkLimits
  readonly #parents: Int32Array
  readonly #sizes: Int32Array
  /** Kept person by root; 0 is nobody yet. */
  readonly #people: Float64Array
  /** Everybody in a set, by root, where there is more than one. */
  readonly #joined = new Map<number, number[]>()
  /** 1 by root where the set has nothing but weak identities. */
  readonly #isAnonymous: Uint8Array
  /** Identities per limited namespace of each set: `root * width + slot`. */
  readonly #counts: Int32Array
  readonly #refusals: Refusal[] = []
  /** Rank of the identity that joined a person with others first. */
  readonly #joinedBy = new Map<number, number>()

  constructor(table: IdentityTable, known: KnownIdentities) {
    const { size, ranks } = table
    this.#table = table
    this.#known = known
    this.#limits = new LinkLimits(table.namespaces)
    this.#parents = Int32Array.from({ length: size }, (_, index) => index)
    this.#sizes = new Int32Array(size).fill(1)
    this.#people = Float64Array.from(known.owners)
    this.#isAnonymous = new Uint8Array(size)
    this.#counts = new Int32Array(size * this.#limits.width)
    const roots = new Map<number, number>()
    for (let identity = 0; identity < size; identity++) {
      const owner = known.owners[identity]!
      if (owner === 0) this.#begin(identity, ranks[identity]!)
      else this.#seat(identity, owner, roots)
    }
    this.#join()
  }

  /** Gives every set that is nobody yet a person, in the order of `newRoots`. */
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

  /** People to merge before anything else is written; each `keptId` stays. */
  links(): PersonLink[] {
    const links: PersonLink[] = []
    for (const [root, people] of this.#joined) {
      const keptId = this.#people[root]!
      for (const mergedId of people) if (mergedId !== keptId) links.push({ keptId, mergedId, rank: this.#joinedBy.get(mergedId)! })
    }
    return links
  }

  /** After `assignNew`: what is left for people to decide, once per identity and pair. */
  conflicts(): IdentityConflict[] {
    return this.#met().flatMap(({ strongest, identity, limitRank }) =>
      limitRank < 0 ? [] : [{ identity, keptPersonId: this.personOf(strongest), otherPersonId: this.personOf(identity), limitRank }],
    )
  }

  /** After `assignNew`: who named an identity of somebody else, once per identity and person. */
  meetings(): IdentityMeeting[] {
    return this.#met().map(({ strongest, identity }) => ({ identity, personId: this.personOf(strongest) }))
  }

  /** Of each identity the first few people it met who are still others. */
  #met(): Refusal[] {
    const met = new Map<number, Set<number>>()
    return this.#refusals.filter(({ strongest, identity }) => {
      const personId = this.personOf(strongest)
      if (personId === this.personOf(identity)) return false
      const people = met.get(identity) ?? new Set()
      if (people.has(personId) || people.size >= peopleMetMax) return false
      met.set(identity, people.add(personId))
      return true
    })
  }

  /** An identity of nobody is a set of its own. */
  #begin(identity: number, rank: number): void {
    this.#isAnonymous[identity] = this.#limits.isWeak(rank) ? 1 : 0
    const slot = this.#limits.slotOf(rank)
    if (slot >= 0) this.#counts[identity * this.#limits.width + slot] = 1
  }

  /** All identities of one person are one set from the start. */
  #seat(identity: number, owner: number, roots: Map<number, number>): void {
    const root = roots.get(owner)
    if (root !== undefined) {
      this.#parents[identity] = root
      this.#sizes[root]! += 1
      return
    }
    roots.set(owner, identity)
    const person = this.#known.people.get(owner)
    if (!person) return
    this.#isAnonymous[identity] = this.#limits.isWeak(person.bestRank) ? 1 : 0
    this.#counts.set(person.counts, identity * this.#limits.width)
  }

  #join(): void {
    const { offsets, refs } = this.#table
    for (let item = 0; item + 1 < offsets.length; item++) {
      const strongest = refs[offsets[item]!]!
      for (let at = offsets[item]! + 1; at < offsets[item + 1]!; at++) this.#link(strongest, refs[at]!)
    }
  }

  #link(strongest: number, identity: number): void {
    const left = this.#find(strongest)
    const right = this.#find(identity)
    if (left === right) return
    const { shared } = this.#known
    if (shared[strongest] === 1 || shared[identity] === 1 || this.#areApart(left, right)) return
    const isWeak = this.#limits.isWeak(this.#table.ranks[identity]!)
    const limitRank = this.#brokenLimit({ strongest, identity, left, right })
    const isLinked = limitRank < 0 && (!isWeak || this.#isAnonymous[left] === 1 || this.#isAnonymous[right] === 1)
    if (isLinked) this.#unite(left, right, this.#table.ranks[identity]!)
    else this.#refusals.push({ strongest, identity, limitRank: isWeak ? -1 : limitRank })
  }

  /** Rank of the first namespace of which the two sets together have too many; −1 when of none. */
  #brokenLimit({ strongest, identity, left, right }: { strongest: number; identity: number; left: number; right: number }): number {
    const { width } = this.#limits
    const { ranks } = this.#table
    for (let slot = 0; slot < width; slot++) {
      const here = this.#counts[left * width + slot]!
      const there = this.#counts[right * width + slot]!
      if (here === 0 || there === 0 || here + there <= this.#limits.maxOf(slot)) continue
      const isNewAddress =
        this.#people[right] === 0 && this.#sizes[right] === 1 && this.#limits.slotOf(ranks[identity]!) === slot && this.#limits.isStrong(ranks[strongest]!)
      if (!isNewAddress || !this.#limits.mayChange(slot, here)) return this.#limits.rankOf(slot)
    }
    return -1
  }

  #areApart(left: number, right: number): boolean {
    if (this.#known.apart.size === 0) return false
    const others = this.#peopleOf(right)
    return this.#peopleOf(left).some((person) => {
      const apart = this.#known.apart.get(person)
      return apart !== undefined && others.some((other) => apart.has(other))
    })
  }

  #peopleOf(root: number): number[] {
    const person = this.#people[root]!
    return this.#joined.get(root) ?? (person === 0 ? [] : [person])
  }

  #unite(left: number, right: number, rank: number): void {
    this.#uniteNames(left, right, rank)
    this.#parents[right] = left
    this.#sizes[left]! += this.#sizes[right]!
    this.#people[left] = this.#keptOf(this.#people[left]!, this.#people[right]!)
    this.#isAnonymous[left] = this.#isAnonymous[left]! & this.#isAnonymous[right]!
    const { width } = this.#limits
    for (let slot = 0; slot < width; slot++) this.#counts[left * width + slot]! += this.#counts[right * width + slot]!
  }

  /** Who is in the united set; the longer list takes in the shorter. */
  #uniteNames(left: number, right: number, rank: number): void {
    const sides = [this.#peopleOf(left), this.#peopleOf(right)] as const
    const [short, long] = sides[0].length < sides[1].length ? sides : [sides[1], sides[0]]
    this.#joined.delete(right)
    if (short.length === 0) {
      if (long.length > 1) this.#joined.set(left, long)
      return
    }
    const people = long.length > 1 ? long : [...long]
    people.push(...short)
    this.#joined.set(left, people)
    for (const root of [left, right]) {
      const person = this.#people[root]!
      if (!this.#joinedBy.has(person)) this.#joinedBy.set(person, rank)
    }
  }

  #keptOf(left: number, right: number): number {
    if (left === 0 || right === 0) return left || right
    const { people } = this.#known
    const difference = (people.get(left)?.bestRank ?? 0) - (people.get(right)?.bestRank ?? 0)
    return difference === 0 ? Math.min(left, right) : difference < 0 ? left : right
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
