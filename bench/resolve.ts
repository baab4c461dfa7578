import type pg from 'pg'
import { tabulateIdentities, type IdentityTable } from '../server/src/people/resolving/identity-table.ts'
import { resolvePeople, type PersonItem } from '../server/src/people/resolving/resolve-people.ts'
import { seedPeople, type SeededPeople } from './data/seed-people.ts'
import { median, say, seededRandom, type Bench } from './support/bench.ts'
import { startProduct, type RunningProduct } from './support/product.ts'
import { measure } from './support/usage.ts'

const sizes = { small: { people: 200_000, batches: 6 }, full: { people: 10_000_000, batches: 20 } }
const batchItems = 10_000

/**
 * Who is who, with many people present: batches of items as they come from a shop (mostly people who are known by two or three identities,
 * some new devices, some new people, some who turn out to be the same), each resolved and committed; beside it the bare look-up of the same keys.
 */
export const bench: Bench = async (size) => {
  const { people, batches } = sizes[size]
  const product = await startProduct({ background: false })
  try {
    const startedAt = performance.now()
    const seeded = await seedPeople(product, people)
    const seedSeconds = (performance.now() - startedAt) / 1000
    say(`${people} people seeded in ${seedSeconds.toFixed(0)} s`)
    const random = seededRandom(3)
    const given = Array.from({ length: batches }, () => Array.from({ length: batchItems }, () => itemOf(seeded, random)))
    const mixed = await resolveAll(product, given)
    const known = await resolveAll(
      product,
      given.map((items) => items.filter(({ kind }) => kind === 'known')),
    )
    return {
      conditions: {
        people,
        askedPeople: seeded.asked,
        identitiesPerPerson: 4,
        batches,
        batchItems,
        seedSeconds: Math.round(seedSeconds),
        node: process.version,
      },
      metrics: {
        batchesPerSecond: mixed.batchesPerSecond,
        identitiesPerSecond: mixed.identitiesPerSecond,
        cpuMicrosecondsPerIdentity: mixed.cpuMicrosecondsPerIdentity,
        knownIdentitiesPerSecond: known.identitiesPerSecond,
        knownCpuMicrosecondsPerIdentity: known.cpuMicrosecondsPerIdentity,
        merged: mixed.merged,
        peakRssMb: mixed.peakRssMb,
      },
      beside: { bareLookUpIdentitiesPerSecond: mixed.bareIdentitiesPerSecond, bareLookUpOfKnownPerSecond: known.bareIdentitiesPerSecond },
    }
  } finally {
    await product.stop()
  }
}

type Asked = PersonItem & { kind: 'known' | 'device' | 'new' | 'linked' }
let fresh = 0

/** 88 % known people, 5 % known people on a new device, 5 % new people, 2 % who are shown to be one with a visitor. */
function itemOf(seeded: SeededPeople, random: () => number): Asked {
  const identities = seeded.identitiesOf(Math.floor(random() * seeded.asked))
  const shown = identities.filter(() => random() < 0.6)
  const named = shown.length > 0 ? shown : identities.slice(0, 1)
  const item = { type: 'track' as const, timeMs: 1_790_000_000_000 }
  const dice = random()
  if (dice < 0.88) return { ...item, kind: 'known', identities: named }
  const id = fresh++
  if (dice < 0.93) return { ...item, kind: 'device', identities: [...named, ['device_id', `d${id}`]] }
  if (dice < 0.98)
    return {
      ...item,
      kind: 'new',
      identities: [
        ['anonymous_id', `a${id}`],
        ['device_id', `n${id}`],
      ],
    }
  return { ...item, kind: 'linked', identities: [named[0]!, ['anonymous_id', `a${Math.floor(random() * id)}`]] }
}

interface Outcome {
  batchesPerSecond: number
  identitiesPerSecond: number
  cpuMicrosecondsPerIdentity: number
  bareIdentitiesPerSecond: number
  merged: number
  peakRssMb: number
}

async function resolveAll({ platform, ctx }: RunningProduct, batches: readonly (readonly PersonItem[])[]): Promise<Outcome> {
  const { workspaceId } = ctx
  const client = await platform.pool.connect()
  const rates: { batches: number; identities: number }[] = []
  const bareRates: number[] = []
  const tables: IdentityTable[] = []
  let identities = 0
  let merged = 0
  try {
    const { cpuSeconds, peakRssMb } = await measure(async () => {
      for (const items of batches) {
        const startedAt = performance.now()
        const table = await tabulateIdentities(platform, workspaceId, items)
        merged += await resolveOne(client, { platform, ctx }, { items, table })
        const seconds = (performance.now() - startedAt) / 1000
        identities += table.size
        rates.push({ batches: 1 / seconds, identities: table.size / seconds })
        tables.push(table)
      }
    })
    for (const table of tables) bareRates.push(table.size / (await lookUp(client, workspaceId, table)))
    const of = (pick: (rate: (typeof rates)[number]) => number) => median(rates.map(pick))
    return {
      batchesPerSecond: of((rate) => rate.batches),
      identitiesPerSecond: of((rate) => rate.identities),
      cpuMicrosecondsPerIdentity: (cpuSeconds * 1e6) / identities,
      bareIdentitiesPerSecond: median(bareRates),
      merged,
      peakRssMb,
    }
  } finally {
    client.release()
  }
}

/** A batch in a transaction of its own; answers how many people became one with others. */
async function resolveOne(
  client: pg.PoolClient,
  { platform, ctx }: Pick<RunningProduct, 'platform' | 'ctx'>,
  { items, table }: { items: readonly PersonItem[]; table: IdentityTable },
): Promise<number> {
  const { workspaceId } = ctx
  const vault = await platform.vaults.of(workspaceId)
  await client.query('begin')
  const resolution = await resolvePeople(client, { platform, workspaceId, vault, items, table, source: 'bench', now: new Date() })
  await client.query('commit')
  if (resolution.personIds.some((personId) => !(personId > 0))) throw new Error('An item has no person')
  return resolution.merged?.mergeIds.length ?? 0
}

/** The same keys by the primary key alone: seconds. */
async function lookUp(client: pg.PoolClient, workspaceId: number, { namespaces, ranks, keys }: IdentityTable): Promise<number> {
  const startedAt = performance.now()
  const { rows } = await client.query<{ found: string }>(
    `select count(person_id) as found from unnest($2::text[], $3::uuid[]) as asked (namespace, key)
     join identities on identities.workspace_id = $1 and identities.namespace = asked.namespace and identities.key = asked.key`,
    [workspaceId, ranks.map((rank) => namespaces.all[rank]!.key), keys],
  )
  if (Number(rows[0]!.found) !== keys.length) throw new Error(`${rows[0]!.found} of ${keys.length} identities were found`)
  return (performance.now() - startedAt) / 1000
}
