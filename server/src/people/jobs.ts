import type { Platform } from '../platform/platform.ts'
import { stepConversions } from './attributes/convert-attributes.ts'
import { startMergeMirror } from './merging/mirror-merges.ts'
import { searchForDuplicates } from './merging/suggestions/find-suggestions.ts'
import { suggestionLoop } from './merging/suggestions/search-row.ts'
import { mirrorConsents } from './mirror/mirror-consents.ts'
import { startMirror } from './mirror/mirror-people.ts'

/** Registers what people do in the background. */
export function startPeople(platform: Platform): void {
  startMirror(platform)
  platform.jobs.loop('attribute conversions', 5_000, () => stepConversions(platform))
  platform.jobs.loop('consents to the warehouse', 1_000, () => mirrorConsents(platform))
  startMergeMirror(platform)
  platform.jobs.every(suggestionLoop, 20, (signal) => searchForDuplicates(platform, signal))
}
