import type { WarehouseValue } from '../../platform/warehouse/warehouse.ts'

/** Collects a statement's values; every value becomes a typed slot, equal values share one. */
export class StatementParams {
  readonly values: Record<string, WarehouseValue> = {}
  readonly #slots = new Map<string, string>()

  /** The slot `{pN:Type}` that stands for `value`. `type` is a literal of ours, never a user's. */
  slot(value: WarehouseValue, type: string): string {
    const identity = `${type} ${JSON.stringify(value)}`
    const known = this.#slots.get(identity)
    if (known !== undefined) return known
    const name = `p${this.#slots.size}`
    const slot = `{${name}:${type}}`
    this.values[name] = value
    this.#slots.set(identity, slot)
    return slot
  }

  /** An instant with milliseconds, in UTC. */
  instant(at: Date): string {
    return this.slot(at.toISOString().replace('T', ' ').replace('Z', ''), "DateTime64(3, 'UTC')")
  }
}
