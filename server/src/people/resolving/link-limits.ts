import type { NamespaceRules } from '../namespaces/namespace-rules.ts'

/** So many addresses past its limit a person may come to by changing them; more is a name that many people use. */
const changesMax = 9

/** The rules of a workspace by number, for loops over a batch: rank is the position in `namespaces.all`, slot the number among the limited ones. */
export class LinkLimits {
  /** How many namespaces are limited. */
  readonly width: number
  readonly #slots: Int32Array
  readonly #ranks: number[]
  readonly #maxima: number[]
  readonly #weak: boolean[]
  readonly #strong: boolean[]

  constructor({ all }: NamespaceRules) {
    this.#slots = new Int32Array(all.length).fill(-1)
    this.#ranks = all.flatMap(({ perPersonMax }, rank) => (perPersonMax === null ? [] : [rank]))
    this.#ranks.forEach((rank, slot) => (this.#slots[rank] = slot))
    this.#maxima = this.#ranks.map((rank) => all[rank]!.perPersonMax!)
    this.#weak = all.map(({ strength }) => strength === 'weak')
    this.#strong = all.map(({ strength }) => strength === 'strong')
    this.width = this.#ranks.length
  }

  /** −1 for a namespace without a limit. */
  slotOf(rank: number): number {
    return this.#slots[rank]!
  }

  rankOf(slot: number): number {
    return this.#ranks[slot]!
  }

  maxOf(slot: number): number {
    return this.#maxima[slot]!
  }

  isWeak(rank: number): boolean {
    return this.#weak[rank]!
  }

  isStrong(rank: number): boolean {
    return this.#strong[rank]!
  }

  /** Whether somebody who has `count` of a medium namespace may get one more for a change of address. */
  mayChange(slot: number, count: number): boolean {
    const rank = this.#ranks[slot]!
    return !this.#weak[rank] && !this.#strong[rank] && count < this.#maxima[slot]! + changesMax
  }
}
