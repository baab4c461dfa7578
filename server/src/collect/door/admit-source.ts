import type { WriteKeySource } from '../../access/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { readDoorRules } from './door-rules.ts'
import { refuseWhenFull } from './refuse-when-full.ts'
import { countAtDoor } from './source-counts.ts'
import { assertWithinLimits } from './source-limits.ts'

/**
 * Refuses a request of a source that is past a limit already, or while too much waits, before its body is read: a flood then costs next to
 * nothing. How many messages it held nobody knows, so it counts as one. @throws AppError `throttled`, `unavailable`.
 */
export async function admitSource(platform: Platform, source: WriteKeySource): Promise<void> {
  try {
    const rules = (await readDoorRules(platform, source.workspaceId)).sources.get(source.sourceId)
    if (rules) await assertWithinLimits(platform, source, { rules, count: 0 })
    await refuseWhenFull(platform, source.workspaceId)
  } catch (error) {
    countAtDoor(platform, source, { refused: 1 })
    throw error
  }
}
