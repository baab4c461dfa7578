import type { Platform } from '../platform/platform.ts'
import { stepInventory } from './compute-inventory.ts'
import { registerFields } from './usables.ts'

/** Makes fields known to the page on usage and computes inventories that were asked for. */
export function startCatalogue(platform: Platform): void {
  registerFields()
  platform.jobs.loop('inventory', 2_000, (signal) => stepInventory(platform, signal))
}
