import { AppError } from '../../platform/errors.ts'
import type { Platform } from '../../platform/platform.ts'
import type { SourceRules } from './door-rules.ts'
import { takenAndUntold } from './source-counts.ts'

const hourMs = 3_600_000

interface Bucket {
  /** Messages that may come now; below nothing after a large batch, which is let in whole. */
  tokens: number
  atMs: number
}

const buckets = new WeakMap<Platform, Map<string, Bucket>>()

/** Throws `throttled`, with the time after which to send again, when `count` messages more are past a limit of their source. */
export function assertWithinLimits(platform: Platform, sourceId: string, { rules, count }: { rules: SourceRules; count: number }): void {
  const { perSecond, perDay } = rules
  if (perDay !== null && rules.takenLastDay + takenAndUntold(platform, sourceId) + count > perDay) {
    const intoHourMs = platform.clock.now().getTime() % hourMs
    throw new AppError('throttled', {
      zh: `该数据源 24 小时内最多 ${perDay} 条，请稍后重发，或在「数据 · 数据源」中调整上限`,
      en: `This source may send ${perDay} messages in 24 hours; send again later, or raise the limit under Data · Sources`,
      retryAfterSeconds: Math.ceil((hourMs - intoHourMs) / 1000),
    })
  }
  if (perSecond === null) return
  const waitSeconds = take(platform, sourceId, { perSecond, count })
  if (waitSeconds > 0)
    throw new AppError('throttled', {
      zh: `该数据源每秒最多 ${perSecond} 条，请稍后重发`,
      en: `This source may send ${perSecond} messages a second; send again later`,
      retryAfterSeconds: Math.ceil(waitSeconds),
    })
}

/** Takes from the source's bucket, which refills by the second; answers 0, or the seconds until it is no longer empty. */
function take(platform: Platform, sourceId: string, { perSecond, count }: { perSecond: number; count: number }): number {
  let known = buckets.get(platform)
  if (!known) buckets.set(platform, (known = new Map()))
  const nowMs = performance.now()
  const bucket = known.get(sourceId) ?? { tokens: perSecond, atMs: nowMs }
  known.set(sourceId, bucket)
  bucket.tokens = Math.min(perSecond, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * perSecond)
  bucket.atMs = nowMs
  if (bucket.tokens <= 0) return Math.max(0.001, (1 - bucket.tokens) / perSecond)
  bucket.tokens -= count
  return 0
}
