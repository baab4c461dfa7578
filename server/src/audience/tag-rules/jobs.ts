import { onChunkDone } from '../../collect/index.ts'
import { registerUsage } from '../../people/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { LiveTags } from './live-tags.ts'
import { readTagRuleUses } from './rule-uses.ts'
import { stepTagRules } from './run-tag-rule.ts'
import { keepTagDays } from './tag-days.ts'

/** How soon tags follow what was just consumed: a moment is waited, so that chunks that come one after the other are looked at together. */
const liveIdleMs = 500
const dueIdleMs = 2_000

/** Runs the rules of tags when they are due and live ones as events come in, and keeps each day's coverage. */
export function startTagRules(platform: Platform): void {
  registerUsage('tag rules', readTagRuleUses)
  const live = new LiveTags()
  onChunkDone((of, chunk) => {
    if (of !== platform || chunk.events.size === 0) return
    live.note(chunk)
    platform.jobs.wake('live tags')
  })
  platform.jobs.loop('live tags', liveIdleMs, () => live.step(platform))
  platform.jobs.loop('tag rules', dueIdleMs, (signal) => stepTagRules(platform, signal))
  platform.jobs.every('tags.days', 300, () => keepTagDays(platform))
}
