import type pg from 'pg'

interface Keyed {
  readonly key: string
}

/**
 * Which of the keyed items are repeats: their key stands earlier in the chunk, or another chunk has had it. Keys seen for the first
 * time are taken for `owner` (a chunk), so that the same chunk, done again, finds its own keys and drops nothing.
 */
export async function takeKeys(
  client: pg.ClientBase,
  workspaceId: number,
  { owner, items }: { owner: number; items: readonly (Keyed | null)[] },
): Promise<Uint8Array> {
  const { repeats, keys } = dropWithin(items)
  const { rows } = await client.query<{ known: string | null }>({
    name: 'collect-take-keys',
    // Taken in one order everywhere, so that two chunks with the same keys wait for each other and not in a circle.
    text: `
      with given as (select key from unnest($3::uuid[]) as key order by key),
      taken as (
        insert into event_keys (workspace_id, key, chunk_id) select $1, key, $2 from given
        on conflict do nothing returning key)
      select string_agg(given.key::text, ' ') as known from given left join taken using (key) where taken.key is null`,
    values: [workspaceId, owner, `{${keys.join(',')}}`],
  })
  const known = rows[0]?.known
  if (known) await markOthers(client, workspaceId, { owner, items, repeats, keys: known.split(' ') })
  return repeats
}

/** The same answer for a chunk whose keys were taken before; takes nothing. */
export async function findRepeats(
  client: pg.ClientBase,
  workspaceId: number,
  { owner, items }: { owner: number; items: readonly (Keyed | null)[] },
): Promise<Uint8Array> {
  const { repeats, keys } = dropWithin(items)
  await markOthers(client, workspaceId, { owner, items, repeats, keys })
  return repeats
}

/** Repeats inside the chunk, and its distinct keys. */
function dropWithin(items: readonly (Keyed | null)[]): { repeats: Uint8Array; keys: string[] } {
  const repeats = new Uint8Array(items.length)
  const seen = new Set<string>()
  for (const [index, item] of items.entries()) {
    if (item === null) continue
    const size = seen.size
    seen.add(item.key)
    if (seen.size === size) repeats[index] = 1
  }
  return { repeats, keys: [...seen] }
}

/** Marks the items whose key, one of `keys`, belongs to another chunk. */
async function markOthers(
  client: pg.ClientBase,
  workspaceId: number,
  { owner, items, repeats, keys }: { owner: number; items: readonly (Keyed | null)[]; repeats: Uint8Array; keys: readonly string[] },
): Promise<void> {
  const { rows } = await client.query<{ foreign: string | null }>({
    name: 'collect-foreign-keys',
    text: `select string_agg(key::text, ' ') as foreign from event_keys where workspace_id = $1 and key = any($2::uuid[]) and chunk_id <> $3`,
    values: [workspaceId, `{${keys.join(',')}}`, owner],
  })
  const foreign = new Set(rows[0]?.foreign?.split(' '))
  if (foreign.size === 0) return
  for (const [index, item] of items.entries()) if (item !== null && foreign.has(item.key)) repeats[index] = 1
}
