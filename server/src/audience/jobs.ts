import { registerLayerModels, registerPopulation, registerUsables, registerUsage } from '../people/index.ts'
import type { Platform } from '../platform/platform.ts'
import { announceChanges } from './layers/announce-changes.ts'
import { computeDueLayers } from './layers/compute-due-layers.ts'
import { readShownModels } from './layers/layer-model-row.ts'
import { stepLookalikes } from './lookalike/run-lookalikes.ts'
import { audiencePopulation } from './population.ts'
import { refreshDueSegments } from './refresh-segments.ts'
import { setPopulation } from './segments/set-population.ts'
import { listUsableLayerModels, listUsableSegments, readAudienceUses } from './rule-uses.ts'
import { startTagRules } from './tag-rules/jobs.ts'

/** Makes audiences known to the people list and keeps counts and layers fresh. */
export function startAudience(platform: Platform): void {
  registerPopulation(audiencePopulation)
  registerPopulation(setPopulation)
  registerLayerModels(readShownModels)
  registerUsage('audience', readAudienceUses)
  registerUsables('segments', listUsableSegments)
  registerUsables('layer models', listUsableLayerModels)
  startTagRules(platform)
  platform.jobs.every('audience.segments', 15, (signal) => refreshDueSegments(platform, signal))
  platform.jobs.loop('audience.layerChanges', 5_000, () => announceChanges(platform))
  platform.jobs.loop('lookalikes', 5_000, (signal) => stepLookalikes(platform, signal))
  platform.jobs.every('audience.layers', 60, (signal) => computeDueLayers(platform, signal))
}
