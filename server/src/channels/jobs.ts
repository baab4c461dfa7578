import type { Platform } from '../platform/platform.ts'
import { keepConnections } from './keep-connections.ts'

const everyMs = 5000

/** Keeps the connections of this process in step with the accounts. */
export function startChannels(platform: Platform): void {
  platform.jobs.loop('channels.connections', everyMs, async () => {
    await keepConnections(platform)
    return false
  })
}
