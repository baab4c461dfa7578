import type { ItemHit } from '../../../contracts/connector-trials.ts'
import type { Context } from '../access/index.ts'
import { previewPeople, readPersonNames, type ItemPreview } from '../people/index.ts'
import type { MappedItem } from './mapping/apply-mapping.ts'

/**
 * Whom mapped items would reach, by the rules that resolve people, in their order; nothing is written. Who may not see people learns how it
 * would end, and not with whom.
 */
export async function previewHits(ctx: Context, mapped: readonly MappedItem[]): Promise<ItemHit[]> {
  const items = mapped.map(({ item }) => item)
  if (items.length === 0) return []
  const previews = await previewPeople(ctx.platform, { workspaceId: ctx.workspaceId, items, remembered: async () => new Map(), newBelow: 0 })
  const shown = ctx.permissions.has('people.read') ? previews.map(peopleOf) : previews.map(() => [])
  const names = await readPersonNames(ctx, shown.flat())
  const newIds = [...new Set(previews.map(({ personId }) => personId).filter((id) => id < 0))]
  return previews.map((preview, index) => ({
    outcome: outcomeOf(preview),
    newPerson: preview.personId < 0 ? newIds.indexOf(preview.personId) + 1 : null,
    people: shown[index]!.map((personId) => ({ personId, name: names.get(personId)?.name ?? null, phone: names.get(personId)?.phone ?? null })),
  }))
}

function outcomeOf({ personId, joined, conflictsWith }: ItemPreview): ItemHit['outcome'] {
  if (joined.length > 1) return 'merged'
  if (conflictsWith !== null) return 'conflicting'
  return personId > 0 ? 'known' : 'new'
}

/** Whose it would be first, then who else is concerned. */
function peopleOf({ personId, joined, conflictsWith }: ItemPreview): number[] {
  return [...new Set([personId, ...joined, conflictsWith ?? 0])].filter((id) => id > 0)
}
