import { registerListedTags, registerPersonTable, registerPopulation } from '../people/index.ts'
import type { Platform } from '../platform/platform.ts'
import { countCoverage } from './count-coverage.ts'
import { expireTags } from './expire-tags.ts'
import { personTagsTable } from './follow-merges.ts'
import { listTagsOfPeople } from './list-tags-of-people.ts'
import { mirrorTags } from './mirror-tags.ts'
import { tagPopulation } from './population.ts'
import { stepActions } from './run-actions.ts'

/** Makes tags known to the people list, and mirrors, expires, counts and works off changes to many in the background. */
export function startTags(platform: Platform): void {
  registerPopulation(tagPopulation)
  registerPersonTable(personTagsTable)
  registerListedTags(listTagsOfPeople)
  platform.jobs.loop('tags mirror', 500, () => mirrorTags(platform))
  platform.jobs.loop('tag actions', 1_000, () => stepActions(platform))
  platform.jobs.every('tags.expire', 60, async (signal) => {
    await expireTags(platform, signal)
  })
  platform.jobs.every('tags.coverage', 5, (signal) => countCoverage(platform, signal))
}
