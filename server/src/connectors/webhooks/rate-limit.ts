import { AppError } from '../../platform/errors.ts'
import type { Platform } from '../../platform/platform.ts'

interface Window {
  minute: number
  count: number
}

const windows = new WeakMap<Platform, Map<string, Window>>()
const windowsMax = 10_000

/** Counts a request of a connector in the minute that it came in, on this process. Throws `throttled` past the limit. */
export function takeShare(platform: Platform, connectorId: string, perMinuteMax: number): void {
  let known = windows.get(platform)
  if (!known) windows.set(platform, (known = new Map()))
  const nowMs = platform.clock.now().getTime()
  const minute = Math.floor(nowMs / 60_000)
  const window = known.get(connectorId)
  if (window?.minute !== minute) {
    if (known.size > windowsMax) known.clear()
    known.set(connectorId, { minute, count: 1 })
    return
  }
  if (window.count >= perMinuteMax)
    throw new AppError('throttled', {
      zh: `该连接器每分钟最多接收 ${perMinuteMax} 次，请稍后重发`,
      en: `This connector takes at most ${perMinuteMax} requests a minute; send it again later`,
      retryAfterSeconds: Math.max(1, Math.ceil(((minute + 1) * 60_000 - nowMs) / 1000)),
    })
  window.count += 1
}
