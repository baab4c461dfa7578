/** Things that happen later, in order of their time, released by one timer however many there are. */
export class Timeline<Item> {
  readonly #stepMs: number
  readonly #release: (items: Item[]) => void
  readonly #buckets = new Map<number, Item[]>()
  #timer: NodeJS.Timeout | undefined
  #reached: number

  constructor(stepMs: number, release: (items: Item[]) => void) {
    this.#stepMs = stepMs
    this.#release = release
    this.#reached = this.#bucketOf(0)
  }

  add(afterMs: number, item: Item): void {
    const bucket = Math.max(this.#bucketOf(afterMs), this.#reached + 1)
    const items = this.#buckets.get(bucket)
    if (items) items.push(item)
    else this.#buckets.set(bucket, [item])
    this.#timer ??= setInterval(() => this.#tick(), this.#stepMs)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#buckets.clear()
  }

  #bucketOf(afterMs: number): number {
    return Math.floor((performance.now() + afterMs) / this.#stepMs)
  }

  #tick(): void {
    const now = this.#bucketOf(0)
    const due: Item[] = []
    for (; this.#reached < now; this.#reached++) {
      const items = this.#buckets.get(this.#reached + 1)
      this.#buckets.delete(this.#reached + 1)
      for (const item of items ?? []) due.push(item)
    }
    if (this.#buckets.size === 0) {
      clearInterval(this.#timer)
      this.#timer = undefined
    }
    if (due.length > 0) this.#release(due)
  }
}
