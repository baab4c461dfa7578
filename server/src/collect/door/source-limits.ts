import type { WriteKeySource } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { Platform } from '../../platform/platform.ts'
import type { SourceRules } from './door-rules.ts'
import { takenAndUntold } from './source-counts.ts'
import { takeShare } from './source-share.ts'

const hourMs = 3_600_000

/**
 * Throws `throttled`, with the time after which to send again, when `count` messages more are past a limit of their source, which holds for
 * all processes together. A batch that begins within the limit of a second goes in whole, and is worked off.
 */
export async function assertWithinLimits(
  platform: Platform,
  { workspaceId, sourceId }: WriteKeySource,
  { rules, count }: { rules: SourceRules; count: number },
): Promise<void> {
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
  const waitSeconds = await takeShare(platform, { workspaceId, sourceId, perSecond }, count)
  if (waitSeconds > 0)
    throw new AppError('throttled', {
      zh: `该数据源每秒最多 ${perSecond} 条，请稍后重发`,
      en: `This source may send ${perSecond} messages a second; send again later`,
      retryAfterSeconds: Math.ceil(waitSeconds),
    })
}
