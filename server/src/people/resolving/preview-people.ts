import type { Platform } from '../../platform/platform.ts'
import { IdentityGroups } from './identity-groups.ts'
import { tabulateIdentities, type IdentityTable } from './identity-table.ts'
import { PersonDraft, type AttributeData, type PersonState } from '../record/person-draft.ts'
import { readPersonStates } from '../record/person-state.ts'
import { runnerOf } from '../query-runner.ts'
import { readKnownIdentities } from './read-known-identities.ts'
import type { PersonItem } from './resolve-people.ts'

/** What resolving would make of an item. */
export interface ItemPreview {
  /** Who it would belong to; not above 0 for somebody who does not exist yet. */
  personId: number
  /** People who exist and whom the item would make one. */
  joined: readonly number[]
  /** Somebody who exists and to whom one of its identities belongs though the item is another's: a conflict for a person to decide. */
  conflictsWith: number | null
  /** What its attributes and addresses would change of somebody who exists; null when nothing. */
  changes: readonly { key: string; before: AttributeData | null; after: AttributeData | null }[] | null
  /** Identities that person would get. */
  identitiesAdded: number
  /** Blind indexes of its identities. */
  keys: readonly string[]
}

export interface PreviewBatch {
  workspaceId: number
  items: readonly PersonItem[]
  /** Who has keys that nobody has yet, by what came before this batch: an id, or any number below 0 for somebody who does not exist yet. */
  remembered(keys: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** Numbers below 0 for people who do not exist yet begin below this. */
  newBelow: number
}

/**
 * What `resolvePeople` would do with a batch, by the same rules, without locks and without writing: for whoever wants to know before. What
 * items of one batch say about one person is compared with the person as stored, item by item.
 */
export async function previewPeople(platform: Platform, batch: PreviewBatch): Promise<ItemPreview[]> {
  const { workspaceId, items } = batch
  const table = await tabulateIdentities(platform, workspaceId, items)
  const runner = runnerOf(platform.db)
  const known = await readKnownIdentities(runner, workspaceId, table)
  const stored = Float64Array.from(known.owners)
  const unknown = table.keys.filter((_, identity) => stored[identity] === 0)
  const remembered = await batch.remembered(unknown)
  for (const [identity, key] of table.keys.entries()) if (stored[identity] === 0) known.owners[identity] = remembered.get(key) ?? 0
  const groups = new IdentityGroups(table, known)
  groups.assignNew(groups.newRoots().map((_, index) => batch.newBelow - 1 - index))
  const conflicts = new Map(groups.conflicts().map(({ identity, keptPersonId, otherPersonId }) => [`${identity} ${keptPersonId}`, otherPersonId]))
  const personIds = items.map((_, item) => groups.personOf(table.refs[table.offsets[item]!]!))
  const vault = await platform.vaults.of(workspaceId)
  const states = await readPersonStates(runner, workspaceId, { personIds: new Set(personIds.filter((id) => id > 0)), lock: false })
  return items.map((item, index) => {
    const personId = personIds[index]!
    const refs = [...table.refs.subarray(table.offsets[index], table.offsets[index + 1])]
    const owners = new Set(refs.map((identity) => stored[identity]!).filter((owner) => owner > 0))
    const others = refs.map((identity) => conflicts.get(`${identity} ${personId}`) ?? 0).filter((other) => other > 0)
    const isOne = [...refs].every((identity) => groups.personOf(identity) === personId)
    const state = states.get(personId)
    const own = refs.filter((identity) => groups.personOf(identity) === personId)
    return {
      personId,
      joined: owners.size > 1 && isOne ? [...owners] : [],
      conflictsWith: others[0] ?? null,
      changes: state ? changesOf(item, { table, own, state, vault }) : null,
      identitiesAdded: personId > 0 ? own.filter((identity) => stored[identity] === 0).length : 0,
      keys: refs.map((identity) => table.keys[identity]!),
    }
  })
}

type Vault = Parameters<PersonDraft['born']>[0]

function changesOf(
  item: PersonItem,
  { table, own, state, vault }: { table: IdentityTable; own: readonly number[]; state: PersonState; vault: Vault },
): ItemPreview['changes'] {
  const saying = { timeMs: item.timeMs, source: 0, ...(item.attributeMode === 'fillEmpty' && { fill: true }) }
  const draft = new PersonDraft()
  if (item.traits) draft.setTraits(item.traits, saying)
  if (item.createdAtMs !== undefined) draft.setCreatedAt(item.createdAtMs, saying)
  for (const identity of own) {
    const given = { ...saying, value: table.values[identity]!, key: table.keys[identity]! }
    if (table.ranks[identity] === table.namespaces.rankOf('phone')) draft.setPhone(given)
    else if (table.ranks[identity] === table.namespaces.rankOf('email')) draft.setEmail(given)
  }
  const after = { ...state, attributes: { ...state.attributes }, attributeTimes: { ...state.attributeTimes }, attributeSources: { ...state.attributeSources } }
  if (draft.applyTo(after, vault) !== 'visible') return null
  const keys = Object.keys(after.attributes).filter((key) => after.attributes[key] !== state.attributes[key])
  const changes: { key: string; before: AttributeData | null; after: AttributeData | null }[] = keys.map((key) => ({
    key,
    before: state.attributes[key] ?? null,
    after: after.attributes[key] ?? null,
  }))
  if (after.phoneKey !== state.phoneKey)
    changes.push({ key: 'phone', before: openAddress(state.sealedPhone, vault), after: openAddress(after.sealedPhone, vault) })
  if (after.emailKey !== state.emailKey)
    changes.push({ key: 'email', before: openAddress(state.sealedEmail, vault), after: openAddress(after.sealedEmail, vault) })
  if (after.createdAtMs !== state.createdAtMs)
    changes.push({ key: 'created_at', before: new Date(state.createdAtMs).toISOString(), after: new Date(after.createdAtMs).toISOString() })
  return changes
}

function openAddress(sealed: Buffer | null, vault: Vault): string | null {
  return sealed === null ? null : vault.open(sealed)
}
