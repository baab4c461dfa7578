import { tagLimits } from '../../../contracts/tags.ts'

/** One thing to do to one person's tags. For a flag `value` is the empty text. */
export interface TagEntry {
  personId: number
  tagId: string
  value: string
  /** Null: never; left out: as the tag itself says. */
  expiresAt?: Date | null | undefined
  /** Take the tag away instead; with `anyValue` whatever its value. */
  remove?: boolean
  anyValue?: boolean
}

export interface TagBatch {
  workspaceId: number
  entries: readonly TagEntry[]
  /** `manual`, `action`, `import`, `event`, or the capability that does it. */
  source: string
  /** What it came with (an import, a change to many people): what `undoTags` is asked by. */
  originId: string | null
  /** The user who did it; null when nobody did it by hand. */
  setBy?: string | null
  now: Date
}

export interface TagsApplied {
  /** Changes of a tag of a person; what held already is none. */
  changed: number
  /** Entries that were left out: no such tag, a value that the tag does not allow, or none where it wants one. */
  refused: number
}

/**
 * What statements on tags run on: a client of the pool, or a transaction of Kysely through `runnerOf`. Unnamed, so that each is planned
 * for as many entries as it has: a plan for ten of them is a disaster for ten thousand.
 */
export interface TagClient {
  query<Row>(query: { text: string; values: unknown[] }): Promise<{ rows: Row[] }>
}

const dayMs = 86_400_000

/**
 * Gives people tags and takes them away, in the caller's transaction and in a handful of statements for thousands of entries. Later
 * entries win over earlier ones. Every change is in the history; the warehouse follows within a second of the commit. Doing a batch
 * again changes nothing. Holds the lock of the workspace's tags until the transaction ends, as merges do: what is for a person who was merged
 * meanwhile goes to the one they are part of, and what is for one who is gone is left out. A retired tag still takes entries (its
 * people stay, so does what feeds it); the id of a tag that was merged means the tag it was merged into. What a rule gave becomes the tag of
 * whoever gives it again: the rule takes it away no more.
 */
export async function applyTags(client: TagClient, batch: TagBatch): Promise<TagsApplied> {
  if (batch.entries.length === 0) return { changed: 0, refused: 0 }
  await lockTags(client, batch.workspaceId)
  const tags = await readDefinitions(client, batch)
  const wanted = fold({ ...batch, entries: await ofPeopleOfToday(client, batch) }, tags)
  const removed = (await removeOthers(client, batch, wanted)) + (await removeExactly(client, batch, wanted))
  const set = await setTags(client, batch, wanted)
  return { changed: removed + set, refused: wanted.refused }
}

async function ofPeopleOfToday(client: TagClient, { workspaceId, entries }: TagBatch): Promise<TagEntry[]> {
  const { rows } = await client.query<{ asked: number; today: number }>({
    text: `
      select asked::float8 as asked, people.id::float8 as today from unnest($2::bigint[]) as asked
      left join person_aliases as former on former.workspace_id = $1 and former.alias_id = asked
      join people on people.workspace_id = $1 and people.id = coalesce(former.person_id, asked)`,
    values: [workspaceId, [...new Set(entries.map((entry) => entry.personId))]],
  })
  const today = new Map(rows.map((row) => [row.asked, row.today]))
  return entries.flatMap((entry) => {
    const personId = today.get(entry.personId)
    return personId === undefined ? [] : [{ ...entry, personId }]
  })
}

/** One writer of a workspace's tags at a time: no two wait for each other in a circle, and changes get their ids in the order they happen. */
export async function lockTags(client: TagClient, workspaceId: number): Promise<void> {
  await client.query({ text: `select pg_advisory_xact_lock(hashtextextended('person tags', $1))`, values: [workspaceId] })
}

interface Definition {
  id: string
  isFlag: boolean
  many: boolean
  values: ReadonlySet<string>
  expiresAfterDays: number | null
}

/** Definitions by the ids asked for: a merged tag's id leads to the one it became. */
async function readDefinitions(client: TagClient, { workspaceId, entries }: TagBatch): Promise<Map<string, Definition>> {
  const asked = [...new Set(entries.map((entry) => entry.tagId.toLowerCase()))]
  const { rows } = await client.query<{ asked: string; id: string; kind: string; many: boolean; values: string[]; expires_after_days: number | null }>({
    text: `
      with recursive became as (
        select id as asked, id, merged_into, deleted_at, 0 as depth from tags where workspace_id = $1 and id = any($2::uuid[])
        union all
        select became.asked, tags.id, tags.merged_into, tags.deleted_at, became.depth + 1 from became
        join tags on tags.workspace_id = $1 and tags.id = became.merged_into where became.depth < 20
      )
      select became.asked, tags.id, tags.kind, tags.many, tags.values, tags.expires_after_days
      from became join tags using (id) where became.deleted_at is null`,
    values: [workspaceId, asked],
  })
  return new Map(
    rows.map((row) => [
      row.asked,
      { id: row.id, isFlag: row.kind === 'flag', many: row.many, values: new Set(row.values), expiresAfterDays: row.expires_after_days },
    ]),
  )
}

/** What is wanted of one tag of one person once all entries were read. */
interface Wish {
  tagId: string
  personId: number
  /** Every other value goes. */
  only: boolean
  sets: Map<string, Date | null>
  removes: Set<string>
}

interface Wanted {
  wishes: Wish[]
  refused: number
}

function fold({ entries, now }: TagBatch, tags: ReadonlyMap<string, Definition>): Wanted {
  const wishes = new Map<string, Wish>()
  let refused = 0
  for (const entry of entries) {
    const tag = tags.get(entry.tagId.toLowerCase())
    const value = tag && entry.anyValue !== true ? valueOf(tag, entry) : ''
    if (!tag || value === null) {
      refused++
      continue
    }
    const key = `${tag.id}${entry.personId}`
    let wish = wishes.get(key)
    if (!wish) wishes.set(key, (wish = { tagId: tag.id, personId: entry.personId, only: false, sets: new Map(), removes: new Set() }))
    if (entry.remove === true) take(wish, tag, entry, value)
    else give(wish, tag, { value, expiresAt: entry.expiresAt === undefined ? defaultExpiry(tag, now) : entry.expiresAt })
  }
  return { wishes: [...wishes.values()], refused }
}

function take(wish: Wish, tag: Definition, entry: TagEntry, value: string): void {
  if (tag.isFlag || entry.anyValue === true) {
    wish.only = true
    wish.sets.clear()
    wish.removes.clear()
    return
  }
  wish.sets.delete(value)
  wish.removes.add(value)
}

function give(wish: Wish, tag: Definition, { value, expiresAt }: { value: string; expiresAt: Date | null }): void {
  if (!tag.many && !tag.isFlag) {
    wish.only = true
    wish.sets.clear()
    wish.removes.clear()
  }
  wish.removes.delete(value)
  wish.sets.set(value, expiresAt)
}

/** The value as it is stored; null for one the tag cannot take. What is taken away may be a value that is allowed no longer. */
function valueOf(tag: Definition, entry: TagEntry): string | null {
  if (tag.isFlag) return ''
  const value = entry.value.trim()
  if (value === '' || value.length > tagLimits.valueLengthMax || /\p{Cc}/u.test(value)) return null
  return entry.remove === true || tag.values.size === 0 || tag.values.has(value) ? value : null
}

function defaultExpiry(tag: Definition, now: Date): Date | null {
  return tag.expiresAfterDays === null ? null : new Date(now.getTime() + tag.expiresAfterDays * dayMs)
}

/** The row of a person's tag as an undo puts it back. */
export const asPrevious = (row: string) =>
  `jsonb_build_object('setAt', ${row}.set_at, 'expiresAt', ${row}.expires_at, 'source', ${row}.source, 'originId', ${row}.origin_id, 'setBy', ${row}.set_by)`

/**
 * The end of a statement whose rows named `changes` (tag_id, person_id, value, expires_at, previous) become history and one batch for the
 * mirror; `$1` is the workspace, `$2` now, `$3` the source, `$4` the origin, `$5` who did it.
 */
export const recordChanges = (change: 'set' | 'removed' | 'expired') => `
  logged as (
    insert into person_tag_changes (workspace_id, tag_id, person_id, value, change, at, expires_at, source, origin_id, set_by, previous)
    select $1, tag_id, person_id, value, '${change}', $2::timestamptz, expires_at, $3, $4::uuid, $5::uuid, previous from changes returning id
  ), batch as (
    insert into person_tag_batches (workspace_id, first_change_id, last_change_id) select $1, min(id), max(id) from logged having count(*) > 0
  )
  select count(*)::int as changed from logged`

async function change(client: TagClient, { workspaceId, now, source, originId, setBy }: TagBatch, text: string, values: unknown[]): Promise<number> {
  const { rows } = await client.query<{ changed: number }>({ text, values: [workspaceId, now, source, originId, setBy ?? null, ...values] })
  return rows[0]!.changed
}

async function removeOthers(client: TagClient, batch: TagBatch, { wishes }: Wanted): Promise<number> {
  const only = wishes.filter((wish) => wish.only)
  if (only.length === 0) return 0
  const kept = only.flatMap((wish) => Array.from(wish.sets.keys(), (value) => ({ ...wish, value })))
  const text = `
    with gone as (
      delete from person_tags using unnest($6::uuid[], $7::bigint[]) as wish (tag_id, person_id)
      where person_tags.workspace_id = $1 and person_tags.tag_id = wish.tag_id and person_tags.person_id = wish.person_id
        and not exists (
          select from unnest($8::uuid[], $9::bigint[], $10::text[]) as kept (tag_id, person_id, value)
          where kept.tag_id = wish.tag_id and kept.person_id = wish.person_id and kept.value = person_tags.value)
      returning person_tags.*
    ), changes as (select tag_id, person_id, value, null::timestamptz as expires_at, ${asPrevious('gone')} as previous from gone),
    ${recordChanges('removed')}`
  return change(client, batch, text, [...columns(only), ...columns(kept), kept.map((row) => row.value)])
}

async function removeExactly(client: TagClient, batch: TagBatch, { wishes }: Wanted): Promise<number> {
  const removed = wishes.flatMap((wish) => Array.from(wish.removes, (value) => ({ ...wish, value })))
  if (removed.length === 0) return 0
  const text = `
    with gone as (
      delete from person_tags using unnest($6::uuid[], $7::bigint[], $8::text[]) as wish (tag_id, person_id, value)
      where person_tags.workspace_id = $1 and person_tags.tag_id = wish.tag_id and person_tags.person_id = wish.person_id and person_tags.value = wish.value
      returning person_tags.*
    ), changes as (select tag_id, person_id, value, null::timestamptz as expires_at, ${asPrevious('gone')} as previous from gone),
    ${recordChanges('removed')}`
  return change(client, batch, text, [...columns(removed), removed.map((row) => row.value)])
}

async function setTags(client: TagClient, batch: TagBatch, { wishes }: Wanted): Promise<number> {
  const set = wishes.flatMap((wish) => Array.from(wish.sets, ([value, expiresAt]) => ({ ...wish, value, expiresAt })))
  if (set.length === 0) return 0
  const text = `
    with given as (
      select * from unnest($6::uuid[], $7::bigint[], $8::text[], $9::timestamptz[]) as given (tag_id, person_id, value, expires_at)
    ), before as (
      select person_tags.* from person_tags join given using (tag_id, person_id, value) where person_tags.workspace_id = $1
    ), written as (
      insert into person_tags (workspace_id, tag_id, person_id, value, set_at, expires_at, source, origin_id, set_by)
      select $1, tag_id, person_id, value, $2::timestamptz, expires_at, $3, $4::uuid, $5::uuid from given order by tag_id, person_id, value
      on conflict (workspace_id, tag_id, person_id, value) do update set set_at = excluded.set_at, expires_at = excluded.expires_at,
        source = excluded.source, origin_id = excluded.origin_id, set_by = excluded.set_by
        where person_tags.expires_at is distinct from excluded.expires_at or (person_tags.source = 'rule' and excluded.source <> 'rule')
      returning tag_id, person_id, value, expires_at
    ), changes as (
      select written.*, case when before.tag_id is null then null else ${asPrevious('before')} end as previous
      from written left join before using (tag_id, person_id, value)
    ),
    ${recordChanges('set')}`
  return change(client, batch, text, [...columns(set), set.map((row) => row.value), set.map((row) => row.expiresAt)])
}

function columns(rows: readonly Wish[]): [string[], number[]] {
  return [rows.map((row) => row.tagId), rows.map((row) => row.personId)]
}
