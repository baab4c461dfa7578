import type pg from 'pg'
import {
  ChangeJournal,
  findPeople,
  LineBuffers,
  lockResolving,
  mirrorLinesOf,
  originNumber,
  readNamespaces,
  resolvePeople,
  tabulateIdentities,
  type IdentityTable,
  type Resolution,
} from '../people/index.ts'
import type { Platform } from '../platform/platform.ts'
import type { Vault } from '../platform/vault/vaults.ts'
import { applyItemTags } from './apply-item-tags.ts'
import { keyOwner, type Chunk, type ChunkRow } from './chunk.ts'
import type { ChunkItems } from './chunk-items.ts'
import { findRepeats, takeKeys } from './drop-repeats.ts'
import { keepJournal, settleImportItems, type ImportOutcome } from './imports/index.ts'
import { inTransaction } from '../platform/postgres/in-transaction.ts'
import type { IncomingItem, KnownEvent } from './inbox-item.ts'
import { needsPlacing, placeIds } from './tracking/place-ids.ts'

/** What is known of a chunk when PostgreSQL has it. */
export interface ResolvedChunk {
  /** Person of each item. */
  personIds: Float64Array
  /** 1 for each item that is dropped because its key was seen before. */
  repeats: Uint8Array
  /** JSON lines for the warehouse's table `people`. */
  mirrorLines: LineBuffers
}

/** The lease ran out and another worker has the chunk: what this one was doing is undone, and nothing is wrong. */
export class LeaseLost extends Error {}

/**
 * Resolves a chunk's items to people and writes what they say, all in one transaction that marks the chunk `resolved`. A chunk that was
 * resolved before a crash is only read: the same people, the same repeats, and the mirror's lines of everyone in it.
 */
export async function resolveChunk(platform: Platform, chunk: Chunk, read: ChunkItems<IncomingItem>): Promise<ResolvedChunk> {
  const { workspaceId } = chunk
  const vault = await platform.vaults.of(workspaceId)
  const tabulate = await tabulator(platform, { workspaceId, vault, items: read.items })
  if (chunk.state === 'resolved') return readResolved(platform, chunk, { read, tabulate })
  const origins = await originsOf(platform, chunk, read)
  const { merged, ...resolved } = await inTransaction(platform.pool, (client) => writeResolved(client, { platform, vault, chunk }, { read, tabulate, origins }))
  await merged?.mirror()
  return resolved
}

type Tabulate = (client: pg.PoolClient) => Promise<IdentityTable>

/** Identities are hashed before any lock is held, except where what an id is can only be said under the lock. */
async function tabulator(platform: Platform, batch: { workspaceId: number; vault: Vault; items: readonly IncomingItem[] }): Promise<Tabulate> {
  const { workspaceId, items } = batch
  if (!(await needsPlacing(platform.pool, batch))) {
    const table = await tabulateIdentities(platform, workspaceId, items)
    return async () => table
  }
  const namespaces = await readNamespaces(platform, workspaceId)
  return async (client) => {
    await lockResolving(client, workspaceId)
    await placeIds(client, { ...batch, namespaces })
    return tabulateIdentities(platform, workspaceId, items)
  }
}

interface Untabulated {
  read: ChunkItems<IncomingItem>
  tabulate: Tabulate
}

/** Who says what each item says, by number: the import, or the source that sent it. */
async function originsOf(platform: Platform, chunk: Chunk, { rowOf }: ChunkItems<IncomingItem>): Promise<number[]> {
  const kind = chunk.kind === 'import' ? 'import' : 'tracking'
  const numbers = new Map<ChunkRow, number>()
  for (const row of new Set(rowOf)) {
    numbers.set(row, await originNumber(platform, chunk.workspaceId, { kind, originId: (kind === 'import' ? row.originId : row.sourceId) ?? '' }))
  }
  return rowOf.map((row) => numbers.get(row)!)
}

async function writeResolved(
  client: pg.PoolClient,
  { platform, vault, chunk }: { platform: Platform; vault: Vault; chunk: Chunk },
  { read, tabulate, origins }: Untabulated & { origins: readonly number[] },
): Promise<ResolvedChunk & Pick<Resolution, 'merged'>> {
  const { workspaceId } = chunk
  await holdChunk(client, chunk)
  const source = chunk.kind === 'import' ? 'import' : 'tracking'
  // Keys always before the lock of the workspace: two chunks with keys in common then never wait for each other in a circle.
  const repeats = await takeKeys(client, workspaceId, { owner: keyOwner(chunk), items: keyedItems(read.items) })
  const table = await tabulate(client)
  const items = withoutRepeatedChanges(read.items, repeats)
  const journal = chunk.kind === 'import' ? new ChangeJournal() : undefined
  const resolution = await resolvePeople(client, {
    platform,
    workspaceId,
    vault,
    items,
    table,
    origins,
    source,
    ...(journal && { journal }),
    now: platform.clock.now(),
  })
  await markResolved(client, chunk)
  await applyItemTags(client, { chunk, read, personIds: resolution.personIds, now: platform.clock.now() })
  if (journal) {
    await keepJournal(client, workspaceId, { journal, importOf: importsOf(read, origins) })
    await settleImportItems(client, workspaceId, outcomesOf(read, { ...resolution, repeats }))
  }
  return { personIds: resolution.personIds, repeats, mirrorLines: resolution.mirrorLines, merged: resolution.merged }
}

async function readResolved(platform: Platform, chunk: Chunk, { read, tabulate }: Untabulated): Promise<ResolvedChunk> {
  const { workspaceId } = chunk
  const { personIds, repeats } = await inTransaction(platform.pool, async (client) => ({
    personIds: await findPeople(client, { workspaceId, table: await tabulate(client) }),
    repeats: await findRepeats(client, workspaceId, { owner: keyOwner(chunk), items: keyedItems(read.items) }),
  }))
  const distinct = [...new Set(personIds)].toSorted((left, right) => left - right)
  const mirrorLines = new LineBuffers()
  for (const line of await mirrorLinesOf(platform, { workspaceId, personIds: distinct })) mirrorLines.add(line)
  return { personIds, repeats, mirrorLines }
}

/** The same for events of people who are known already. */
export async function resolveKnownEvents(platform: Platform, chunk: Chunk, items: readonly KnownEvent[]): Promise<ResolvedChunk> {
  const personIds = Float64Array.from(items, (item) => item.personId)
  const owner = keyOwner(chunk)
  const repeats = await inTransaction(platform.pool, async (client) => {
    if (chunk.state === 'resolved') return findRepeats(client, chunk.workspaceId, { owner, items })
    await holdChunk(client, chunk)
    const taken = await takeKeys(client, chunk.workspaceId, { owner, items })
    await markResolved(client, chunk)
    return taken
  })
  return { personIds, repeats, mirrorLines: new LineBuffers() }
}

/** Only events can be repeats, and changes that add to what is there; who somebody is may be said as often as one likes, so that costs no key. */
function keyedItems(items: readonly IncomingItem[]): (IncomingItem | null)[] {
  return items.map((item) => (item.type === 'track' || item.operations ? item : null))
}

/** A repeat still names a person, and changes nothing about them. */
function withoutRepeatedChanges(items: readonly IncomingItem[], repeats: Uint8Array): readonly IncomingItem[] {
  if (!items.some((item, index) => item.operations && repeats[index] === 1)) return items
  return items.map((item, index) => {
    if (!item.operations || repeats[index] !== 1) return item
    const { operations: _, ...rest } = item
    return rest
  })
}

async function holdChunk(client: pg.ClientBase, chunk: Chunk): Promise<void> {
  const { rowCount } = await client.query({
    name: 'collect-hold-chunk',
    text: 'select from inbox_chunks where id = $1 and lease_owner = $2 for update',
    values: [chunk.id, chunk.leaseOwner],
  })
  if (rowCount === 0) throw new LeaseLost()
}

async function markResolved(client: pg.ClientBase, chunk: Chunk): Promise<void> {
  await client.query({ name: 'collect-mark-resolved', text: `update inbox_chunks set state = 'resolved' where id = $1`, values: [chunk.id] })
}

/** The import of an item, and of the number it stands under in people's rows. */
function importsOf({ rowOf }: ChunkItems<IncomingItem>, origins: readonly number[]) {
  const byOrigin = new Map(rowOf.map((row, item) => [origins[item]!, row.originId]))
  return { item: (item: number) => rowOf[item]?.originId ?? null, origin: (origin: number) => byOrigin.get(origin) ?? null }
}

/** What each import that has items in the chunk is told. A new person counts for the import that named it first. */
function outcomesOf(
  read: ChunkItems<IncomingItem>,
  resolved: { personIds: Float64Array; newPersonIds: ReadonlySet<number>; repeats: Uint8Array },
): ImportOutcome[] {
  const outcomes = new Map<string, ImportOutcome & { identifiedPersonIds: number[]; createdPersonIds: number[] }>()
  const counted = new Set<number>()
  for (const [index, item] of read.items.entries()) {
    const importId = read.rowOf[index]!.originId
    if (importId === null) continue
    let outcome = outcomes.get(importId)
    if (!outcome) outcomes.set(importId, (outcome = { importId, items: 0, eventsDuplicate: 0, createdPersonIds: [], identifiedPersonIds: [] }))
    const personId = resolved.personIds[index]!
    outcome.items++
    outcome.eventsDuplicate += resolved.repeats[index]!
    if (item.type === 'identify') outcome.identifiedPersonIds.push(personId)
    if (!resolved.newPersonIds.has(personId) || counted.has(personId)) continue
    counted.add(personId)
    outcome.createdPersonIds.push(personId)
  }
  return [...outcomes.values()]
}
