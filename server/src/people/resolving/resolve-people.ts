import type pg from 'pg'
import type { Platform } from '../../platform/platform.ts'
import type { Vault } from '../../platform/vault/vaults.ts'
import type { ChangeJournal } from './change-journal.ts'
import { copyPrepared, type PreparedCopy } from '../copy-rows.ts'
import { IdentityGroups } from './identity-groups.ts'
import type { IdentityTable, NamedItem } from './identity-table.ts'
import { mergePeople, type MergeOutcome } from '../merging/merge-people.ts'
import { lockResolving } from '../merging/resolve-lock.ts'
import { LineBuffers } from '../line-buffers.ts'
import { mirrorLine } from '../mirror/mirror-line.ts'
import { PersonDraft, type AttributeData, type DraftOperations, type Saying } from '../record/person-draft.ts'
import { mirrorLineOfRecord, type PersonRecord } from '../record/person-record.ts'
import { preparePeople, readPersonStates, updatePersonStates } from '../record/person-state.ts'
import { readKnownIdentities, readOwners } from './read-known-identities.ts'
import { writeConsents, type ConsentRecord } from '../record/record-consents.ts'
import { insertIdentities, writeRefusals } from './write-identities.ts'

/** An item that names a person and may say something about them. Phones and e-mail addresses are normalised. */
export interface PersonItem extends NamedItem {
  readonly type: 'identify' | 'track'
  readonly timeMs: number
  readonly traits?: Readonly<Record<string, AttributeData | null>>
  readonly createdAtMs?: number
  /** `fillEmpty`: what it says is taken only where nothing is known. */
  readonly attributeMode?: 'update' | 'fillEmpty'
  /** Not idempotent: whoever may come with the same item twice leaves them out the second time. */
  readonly operations?: DraftOperations
  readonly consent?: { channel: 'sms'; purpose: 'marketing'; state: 'granted' | 'withdrawn'; proof: string; timeMs?: number; originId?: string }
}

export interface ResolveBatch {
  platform: Platform
  workspaceId: number
  vault: Vault
  items: readonly PersonItem[]
  /** From `tabulateIdentities` over the same items. */
  table: IdentityTable
  /** Who says what each item says: `originNumber` by item; nobody in particular when left out. */
  origins?: ArrayLike<number>
  /** What consents in this batch name as their source. */
  source: string
  /** Writes down what is changed of people who were there before. */
  journal?: ChangeJournal
  now: Date
}

export interface Resolution {
  /** Person of each item. */
  personIds: Float64Array
  /** People that did not exist before this batch. */
  newPersonIds: ReadonlySet<number>
  /** JSON lines for the warehouse's mirror: everyone whose row changed visibly. */
  mirrorLines: LineBuffers
  /** People the batch showed to be one; whoever commits has it `mirror` then. */
  merged: MergeOutcome | null
}

/**
 * Finds or makes the person of every item and writes what the items say about them: identities, attributes, addresses, consents,
 * conflicts. Runs in the caller's transaction and holds the workspace's lock until that ends: two batches can never make two people for
 * one identity. A handful of statements for any number of items. Doing a batch again changes nothing.
 */
export async function resolvePeople(client: pg.ClientBase, batch: ResolveBatch): Promise<Resolution> {
  const { workspaceId, vault, items, table, now } = batch
  await lockResolving(client, workspaceId)
  const known = await readKnownIdentities(client, workspaceId, table)
  const groups = new IdentityGroups(table, known)
  const newIds = await reserveIds(client, groups.newRoots().length)
  groups.assignNew(newIds)
  const merged = await mergeLinked(client, batch, groups)
  const personIds = Float64Array.from({ length: items.length }, (_, item) => groups.personOf(table.refs[table.offsets[item]!]!))
  const newPersonIds = new Set(newIds)
  const { owners } = known
  const drafts = draftPeople(batch, { owners, groups, personIds, newPersonIds })
  const mirrorLines = new LineBuffers()
  const written = { workspaceId, vault, table, owners, groups, now, ...(batch.origins && { origins: batch.origins }) }
  // New people are drafted and sealed here while PostgreSQL writes the identities: each costs about as much as the other.
  const [born] = await bothOf(prepareNew(batch, drafts, { groups, newPersonIds, mirrorLines }), insertIdentities(client, written))
  if (born) await copyPrepared(client, born)
  await changeKnown(client, batch, drafts.drafts, { newPersonIds, mirrorLines })
  batch.journal?.recordIdentities(table, { owners, groups, newPersonIds })
  await writeRefusals(client, written)
  await writeConsents(client, workspaceId, consentsOf(batch, personIds))
  return { personIds, newPersonIds, mirrorLines, merged }
}

/** People whom the batch shows to be one become one before anything is written. */
async function mergeLinked(client: pg.ClientBase, { platform, workspaceId, table, now }: ResolveBatch, groups: IdentityGroups): Promise<MergeOutcome | null> {
  const pairs = groups
    .links()
    .map(({ keptId, mergedId, rank }) => ({ keptId, mergedId, reason: 'linked' as const, namespace: table.namespaces.all[rank]!.key }))
  return pairs.length === 0 ? null : mergePeople(client, { platform, workspaceId, pairs, decidedBy: null, now })
}

/** The person of every item of a batch that was resolved before; 0 for one that was not. Changes nothing. */
export async function findPeople(client: Pick<pg.ClientBase, 'query'>, batch: { workspaceId: number; table: IdentityTable }): Promise<Float64Array> {
  const { offsets, refs } = batch.table
  const { owners } = await readOwners(client, batch.workspaceId, batch.table)
  return Float64Array.from({ length: offsets.length - 1 }, (_, item) => owners[refs[offsets[item]!]!]!)
}

async function reserveIds(client: pg.ClientBase, count: number): Promise<number[]> {
  if (count === 0) return []
  const { rows } = await client.query<{ ids: string }>({
    name: 'people-reserve-ids',
    text: `select string_agg(nextval('people_id_seq')::text, ' ') as ids from generate_series(1, $1)`,
    values: [count],
  })
  return rows[0]!.ids.split(' ').map(Number)
}

interface Decided {
  owners: Float64Array
  groups: IdentityGroups
  personIds: Float64Array
  newPersonIds: ReadonlySet<number>
}

/** What a batch says about the people it may change. */
interface Drafts {
  /** Of everybody but `onlyItems`. */
  drafts: Map<number, PersonDraft>
  /** New people whom one item alone names, and that item: their drafts are made when they are written, for a file of new people is nothing else. */
  onlyItems: Map<number, number>
}

function draftPeople(batch: ResolveBatch, decided: Decided): Drafts {
  const { items, table } = batch
  const drafts = new Map<number, PersonDraft>()
  const onlyItems = findOnlyItems(decided)
  for (const [index, item] of items.entries()) {
    const personId = decided.personIds[index]!
    if (onlyItems.has(personId)) continue
    const isNew = decided.newPersonIds.has(personId)
    const says = item.traits !== undefined || item.createdAtMs !== undefined || item.operations !== undefined
    if (!isNew && !says && !bringsAddress(table, { index, isIdentify: item.type === 'identify', owners: decided.owners })) continue
    let draft = drafts.get(personId)
    if (!draft) drafts.set(personId, (draft = new PersonDraft()))
    draftItem(draft, batch, { index, personId, groups: decided.groups })
  }
  draftBystanders(batch, decided, { drafts, onlyItems })
  return { drafts, onlyItems }
}

function findOnlyItems({ personIds, newPersonIds }: Decided): Map<number, number> {
  const onlyItems = new Map<number, number>()
  const several = new Set<number>()
  for (const [index, personId] of personIds.entries()) {
    if (!newPersonIds.has(personId) || several.has(personId)) continue
    if (onlyItems.delete(personId)) several.add(personId)
    else onlyItems.set(personId, index)
  }
  return onlyItems
}

interface ItemOfPerson {
  index: number
  personId: number
  groups: IdentityGroups
}

function draftItem(draft: PersonDraft, batch: ResolveBatch, { index, personId, groups }: ItemOfPerson): PersonDraft {
  const { timeMs, traits, operations, createdAtMs } = batch.items[index]!
  draft.firstSeenMs = Math.min(draft.firstSeenMs, timeMs)
  const saying = sayingOf(batch, index)
  if (traits) draft.setTraits(traits, saying)
  if (operations) draft.operate(operations, saying)
  if (createdAtMs !== undefined) draft.setCreatedAt(createdAtMs, saying)
  draftAddresses(draft, batch.table, { index, personId, groups }, saying)
  return draft
}

function sayingOf({ items, origins }: ResolveBatch, index: number): Saying {
  const { timeMs, attributeMode } = items[index]!
  const source = origins?.[index] ?? 0
  return attributeMode === 'fillEmpty' ? { timeMs, source, fill: true } : { timeMs, source }
}

/** New people who have an identity that an item names and could not be linked to the item's person: all that is known of them is that identity. */
function draftBystanders(batch: ResolveBatch, { groups, personIds, newPersonIds }: Decided, { drafts, onlyItems }: Drafts): void {
  if ([...newPersonIds].every((personId) => onlyItems.has(personId) || drafts.has(personId))) return
  const { items, table } = batch
  for (const [index, { timeMs }] of items.entries()) {
    for (let at = table.offsets[index]!; at < table.offsets[index + 1]!; at++) {
      const personId = groups.personOf(table.refs[at]!)
      if (personId === personIds[index] || !newPersonIds.has(personId)) continue
      let draft = drafts.get(personId)
      if (!draft) drafts.set(personId, (draft = new PersonDraft()))
      const onlyItem = onlyItems.get(personId)
      if (onlyItem !== undefined) draftItem(draft, batch, { index: onlyItem, personId, groups })
      onlyItems.delete(personId)
      draft.firstSeenMs = Math.min(draft.firstSeenMs, timeMs)
      // What people say of themselves outweighs what a stranger's item names.
      draftAddresses(draft, table, { index, personId, groups }, { ...sayingOf(batch, index), fill: true })
    }
  }
}

/** Whether an item may change the phone or e-mail of its person: it says who they are, or names an address not seen before. */
function bringsAddress(table: IdentityTable, item: { index: number; isIdentify: boolean; owners: Float64Array }): boolean {
  const phoneRank = table.namespaces.rankOf('phone')
  const emailRank = table.namespaces.rankOf('email')
  for (let at = table.offsets[item.index]!; at < table.offsets[item.index + 1]!; at++) {
    const identity = table.refs[at]!
    const rank = table.ranks[identity]
    if ((rank === phoneRank || rank === emailRank) && (item.isIdentify || item.owners[identity] === 0)) return true
  }
  return false
}

/** An address that belongs to somebody else (a conflict) is not taken over. */
function draftAddresses(draft: PersonDraft, table: IdentityTable, { index, personId, groups }: ItemOfPerson, saying: Saying): void {
  const phoneRank = table.namespaces.rankOf('phone')
  const emailRank = table.namespaces.rankOf('email')
  for (let at = table.offsets[index]!; at < table.offsets[index + 1]!; at++) {
    const identity = table.refs[at]!
    const rank = table.ranks[identity]
    if ((rank !== phoneRank && rank !== emailRank) || groups.personOf(identity) !== personId) continue
    // NOTE: not spread, which is many times slower, and everybody has an address or two.
    const { timeMs, source, fill = false } = saying
    const given = { timeMs, source, fill, value: table.values[identity]!, key: table.keys[identity]! }
    if (rank === phoneRank) draft.setPhone(given)
    else draft.setEmail(given)
  }
}

/** Waits for both even when one fails: nothing of a batch goes on behind the back of whoever rolls it back. */
async function bothOf<Left, Right>(left: Promise<Left>, right: Promise<Right>): Promise<[Left, Right]> {
  await Promise.allSettled([left, right])
  return Promise.all([left, right])
}

interface Written {
  newPersonIds: ReadonlySet<number>
  /** Gets a line for everybody who is new or changed visibly. */
  mirrorLines: LineBuffers
}

/** The rows of everybody who did not exist; null when all did. */
async function prepareNew(
  batch: ResolveBatch,
  { drafts, onlyItems }: Drafts,
  { groups, newPersonIds, mirrorLines }: Written & { groups: IdentityGroups },
): Promise<PreparedCopy | null> {
  const { workspaceId, vault, now } = batch
  return newPersonIds.size === 0 ? null : preparePeople(workspaceId, { people: born(), now })

  function* born(): Generator<[number, PersonRecord]> {
    for (const personId of newPersonIds) {
      const index = onlyItems.get(personId)
      const draft = index === undefined ? drafts.get(personId)! : draftItem(new PersonDraft(), batch, { index, personId, groups })
      const record = draft.born(vault, now.getTime())
      mirrorLines.add(mirrorLineOfRecord(workspaceId, personId, record))
      yield [personId, record]
    }
  }
}

/** Changes whoever was there before, as far as the batch says something new. */
async function changeKnown(
  client: pg.ClientBase,
  { workspaceId, vault, now, journal }: ResolveBatch,
  drafts: ReadonlyMap<number, PersonDraft>,
  { newPersonIds, mirrorLines }: Written,
): Promise<void> {
  const known = [...drafts.keys()].filter((personId) => !newPersonIds.has(personId))
  if (known.length === 0) return
  const changed = await readPersonStates(client, workspaceId, { personIds: known, lock: true })
  for (const [personId, state] of changed) {
    const before = journal?.snapshot(state)
    const outcome = drafts.get(personId)!.applyTo(state, vault)
    if (before && outcome === 'visible') journal!.record(personId, before, state)
    if (outcome === 'nothing') changed.delete(personId)
    if (outcome === 'visible') mirrorLines.add(mirrorLine(workspaceId, personId, state))
  }
  await updatePersonStates(client, workspaceId, { people: changed, now })
}

function consentsOf(batch: ResolveBatch, personIds: Float64Array): ConsentRecord[] {
  const records: ConsentRecord[] = []
  for (const [index, item] of batch.items.entries()) {
    if (item.consent) records.push({ personId: personIds[index]!, ...item.consent, source: batch.source, timeMs: item.consent.timeMs ?? item.timeMs })
  }
  return records
}
