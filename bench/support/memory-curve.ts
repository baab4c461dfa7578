import { allocatedMb } from './usage.ts'

const tenths = 10

/** The most memory allocated in each tenth of some work, to see whether it grows with the work. Whole megabytes. */
export class MemoryCurve {
  readonly own = Array.from({ length: tenths }, () => 0)
  readonly started = Array.from({ length: tenths }, () => 0)
  readonly #total: number

  constructor(total: number) {
    this.#total = total
  }

  sample(done: number): void {
    const tenth = Math.min(tenths - 1, Math.floor((done * tenths) / this.#total))
    const { own, started } = allocatedMb()
    this.own[tenth] = Math.max(this.own[tenth]!, Math.round(own))
    this.started[tenth] = Math.max(this.started[tenth]!, Math.round(started))
    // A step may be longer than a tenth.
    for (let before = tenth - 1; before >= 0 && this.own[before] === 0; before--) {
      this.own[before] = this.own[tenth]!
      this.started[before] = this.started[tenth]!
    }
  }
}
