import type { Database, Platform } from '../../platform/platform.ts'
import { notFound } from '../../platform/errors.ts'
import { mirrorPeopleLater } from '../mirror/mirror-people.ts'
import { originNumber } from './attribute-origins.ts'
import { PersonDraft, type AttributeData } from './person-draft.ts'
import { readPersonStates, updatePersonStates } from './person-state.ts'
import { runnerOf } from '../query-runner.ts'

/** What is set by hand on one person; null removes. Values are already of the attribute's type. */
export interface AttributeChange {
  personId: number
  attributes: Readonly<Record<string, AttributeData | null>>
}

/**
 * Sets attributes of one person now, in the caller's transaction, and has the warehouse's mirror follow after the commit.
 * A later import or event wins over it only when it is newer. Throws `not-found`.
 */
export async function setAttributes(
  tx: Database,
  { platform, workspaceId }: { platform: Platform; workspaceId: number },
  change: AttributeChange,
): Promise<void> {
  const runner = runnerOf(tx)
  const people = await readPersonStates(runner, workspaceId, { personIds: [change.personId], lock: true })
  const state = people.get(change.personId)
  if (!state) throw notFound({ zh: '客户', en: 'person' })
  const now = platform.clock.now()
  const draft = new PersonDraft()
  // A value said in the future by a clock that was wrong must not make the person's record unchangeable by hand.
  const timeMs = Math.max(now.getTime(), ...Object.keys(change.attributes).map((key) => state.attributeTimes[key] ?? 0))
  draft.setTraits(change.attributes, { timeMs, source: await originNumber(platform, workspaceId, { kind: 'console', originId: '' }) })
  if (draft.applyTo(state, await platform.vaults.of(workspaceId)) === 'nothing') return
  await updatePersonStates(runner, workspaceId, { people, now })
  await mirrorPeopleLater(tx, platform, { workspaceId, personIds: [change.personId] })
}
