import { registerPopulation, registerUsables, registerUsage } from '../people/index.ts'
import type { Platform } from '../platform/platform.ts'
import { computeDueLayers } from './layers/compute-due-layers.ts'
import { audiencePopulation } from './population.ts'
import { refreshStaleSegments } from './refresh-segments.ts'
import { listUsableSegments, readAudienceUses } from './rule-uses.ts'
import { startTagRules } from './tag-rules/jobs.ts'

/** Makes audiences known to the people list and keeps counts and layers fresh. */
export function startAudience(platform: Platform): void {
  registerPopulation(audiencePopulation)
  registerUsage('audience', readAudienceUses)
  registerUsables('segments', listUsableSegments)
  startTagRules(platform)
  platform.jobs.every('audience.segments', 60, async (signal) => {
    await refreshStaleSegments(platform, signal)
  })
  platform.jobs.every('audience.layers', 60, (signal) => computeDueLayers(platform, signal))
}
