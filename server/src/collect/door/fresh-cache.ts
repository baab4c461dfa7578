interface Kept<Value> {
  value: Value
  readAtMs: number
}

interface Ages {
  /** Younger than this it is used without a question. */
  freshMs: number
  /** Older than this it is used no more: the caller waits for a newer one. */
  staleMaxMs: number
}

/**
 * Keeps what is read for every request: a value a little old is used while a newer one is read in the background, one too old is not.
 * Ages run by the process's own clock, which never jumps.
 */
export class FreshCache<Key, Value> {
  readonly #load: (key: Key, previous: Value | undefined) => Promise<Value>
  readonly #ages: Ages
  readonly #kept = new Map<Key, Kept<Value>>()
  readonly #loading = new Map<Key, Promise<Value>>()

  constructor(load: (key: Key, previous: Value | undefined) => Promise<Value>, ages: Ages) {
    this.#load = load
    this.#ages = ages
  }

  async read(key: Key): Promise<Value> {
    const kept = this.#kept.get(key)
    const ageMs = kept ? performance.now() - kept.readAtMs : Infinity
    if (!kept || ageMs > this.#ages.staleMaxMs) return this.#reload(key)
    // A refresh that fails is tried again by the next caller, until the value is too old.
    if (ageMs > this.#ages.freshMs && !this.#loading.has(key)) this.#reload(key).catch(() => undefined)
    return kept.value
  }

  /** The next caller waits for a new one. */
  forget(key: Key): void {
    this.#kept.delete(key)
    this.#loading.delete(key)
  }

  #reload(key: Key): Promise<Value> {
    const running = this.#loading.get(key)
    if (running) return running
    const loading: Promise<Value> = this.#load(key, this.#kept.get(key)?.value)
      .then((value) => {
        // What was forgotten meanwhile is not kept.
        if (this.#loading.get(key) === loading) this.#kept.set(key, { value, readAtMs: performance.now() })
        return value
      })
      .finally(() => {
        if (this.#loading.get(key) === loading) this.#loading.delete(key)
      })
    this.#loading.set(key, loading)
    return loading
  }
}
