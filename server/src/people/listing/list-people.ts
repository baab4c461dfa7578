import { sql, type RawBuilder } from 'kysely'
import type { ListedPerson, PeopleQuery } from '../../../../contracts/people.ts'
import type { Context } from '../../access/index.ts'
import { idCursor } from '../../platform/paging.ts'
import { personalAttributes, withoutPersonal } from '../attributes/personal-data.ts'
import { countPeople } from './count-people.ts'
import { findByIdentity } from './find-by-identity.ts'
import { listColumnsOf } from './list-columns.ts'
import { readListedTags, readShownLayerModels } from './listed-parts.ts'
import { maskAttribute } from '../masking/mask-addresses.ts'
import type { AttributeData } from '../record/person-draft.ts'
import { personLayer, toPersonRow, type StoredPerson } from './person-row.ts'
import { populationOf, type PopulationQuery, type PopulationResolver } from './population.ts'
import { readActivity } from './read-activity.ts'

export interface PeoplePage {
  items: ListedPerson[]
  nextCursor?: string
  total: number | null
  /** The moment that stored people are of. */
  asOf?: string
}

/** People of a population are read in pages of ids, and filtered; so many pages at most for one answer. */
const idsPerPage = 1_000
const pagesMax = 20
/**
 * People of a name who are fetched by the index of names. Of ten million, a page of those of a more frequent name is met within some 40,000
 * rows from the newest: both ways cost about the same there.
 */
const namesakesMax = 5_000

export type PeopleList = PopulationQuery & Pick<PeopleQuery, 'limit'> & { columns?: string | readonly string[] | undefined }

/**
 * People, newest first, by key and never by offset: as fast on the last page as on the first, with ten million people.
 * A page may be short and still have a cursor when a filter lets few of a population through. Layers, attributes and tags that are asked for as columns cost a statement
 * for the page, never one a person.
 */
export async function listPeople(ctx: Context, query: PeopleList): Promise<PeoplePage> {
  const columns = listColumnsOf(query.columns)
  const resolver = populationOf(query)
  const before = beforeOf(query.cursor)
  const filter = await filterOf(ctx, query)
  const page = resolver ? await populationPage(ctx, resolver, { query, before, filter }) : await plainPage(ctx, { query, before, filter })
  const personIds = page.people.map((person) => person.id)
  const [activity, tags, vault, personal] = await Promise.all([
    readShownLayerModels(ctx, columns.modelIds).then((models) => readActivity(ctx, personIds, models)),
    columns.hasTags ? readListedTags(ctx, personIds) : new Map<number, ListedPerson['tags']>(),
    ctx.platform.vaults.of(ctx.workspaceId),
    personalAttributes(ctx),
  ])
  const items = page.people.map((person): ListedPerson => {
    const attributes = withoutPersonal(person.attributes, personal)
    const known = activity.get(person.id)
    return {
      ...toPersonRow(vault, { ...person, attributes }, known),
      layers: known?.places.filter(({ model }) => columns.modelIds.includes(model.id)).map(personLayer) ?? [],
      attributes: Object.fromEntries(columns.attributes.flatMap((key) => shownAttribute(key, attributes))),
      tags: tags.get(person.id) ?? [],
    }
  })
  return { items, total: page.total, ...(page.next !== null && { nextCursor: String(page.next) }), ...(page.asOf && { asOf: page.asOf.toISOString() }) }
}

function shownAttribute(key: string, attributes: StoredPerson['attributes']): [key: string, value: AttributeData][] {
  const value = attributes[key]
  if (value === undefined || !Object.hasOwn(attributes, key)) return []
  return [[key, maskAttribute(value)]]
}

/** The cursor is the id of the last person that was looked at. */
function beforeOf(cursor: string | undefined): number | null {
  const before = idCursor(cursor)
  return before === null ? null : Number(before)
}

interface Filter {
  conditions: RawBuilder<unknown>[]
  /** Conditions that the list was asked for; without any, everyone is counted. */
  isPlain: boolean
}

export async function filterOf(ctx: Context, query: PopulationQuery): Promise<Filter> {
  const conditions: RawBuilder<unknown>[] = []
  if (query.search) conditions.push(await searchCondition(ctx, query.search))
  if (query.city) conditions.push(sql`people.attributes ? 'city' and people.attributes ->> 'city' = ${query.city}`)
  if (query.gender) conditions.push(sql`people.attributes ->> 'gender' = ${query.gender}`)
  if (query.hasPhone !== undefined) conditions.push(query.hasPhone === 'true' ? sql`people.phone_key is not null` : sql`people.phone_key is null`)
  return { conditions, isPlain: conditions.length === 0 }
}

/** Somebody's exact identity, else the start of a name. */
async function searchCondition(ctx: Context, search: string): Promise<RawBuilder<unknown>> {
  const personIds = await findByIdentity(ctx, search)
  if (personIds.length > 0) return sql`people.id = any(${personIds}::bigint[])`
  return nameCondition(ctx, search)
}

/**
 * A rare name is looked up in the index of names; the start of very many is met often enough on the way down from the newest. PostgreSQL
 * cannot tell the two apart by itself: it has no statistics of what stands inside an attribute.
 */
async function nameCondition(ctx: Context, search: string): Promise<RawBuilder<unknown>> {
  const prefix = `${search.replace(/[\\%_]/g, (character) => `\\${character}`)}%`
  const startsSo = sql`people.attributes ? 'name' and people.attributes ->> 'name' like ${prefix}`
  const { rows } = await sql<{ id: number }>`
    select id from people where workspace_id = ${ctx.workspaceId} and ${startsSo}
    order by workspace_id, attributes ->> 'name' using ~<~ limit ${namesakesMax + 1}`.execute(ctx.platform.db)
  return rows.length > namesakesMax ? startsSo : sql`people.id = any(${rows.map((row) => row.id)}::bigint[])`
}

interface PageRead {
  people: StoredPerson[]
  /** Where the next page begins; null at the end. */
  next: number | null
  total: number | null
  asOf?: Date | null
}

interface PageAsk {
  query: PeopleList
  before: number | null
  filter: Filter
}

async function plainPage(ctx: Context, { query, before, filter }: PageAsk): Promise<PageRead> {
  const conditions = before === null ? filter.conditions : [...filter.conditions, sql`people.id < ${before}`]
  const found = await selectPeople(ctx, conditions, query.limit + 1)
  const people = found.slice(0, query.limit)
  return { people, next: found.length > query.limit ? people.at(-1)!.id : null, total: filter.isPlain ? await countPeople(ctx) : null }
}

async function populationPage(ctx: Context, resolver: PopulationResolver, { query, before, filter }: PageAsk): Promise<PageRead> {
  const people: StoredPerson[] = []
  let total: number | null = null
  let asOf: Date | null = null
  let from = before
  for (let pages = 0; pages < pagesMax; pages++) {
    const limit = filter.isPlain ? query.limit + 1 : idsPerPage
    const page = await resolver.page(ctx, query, { before: from, limit })
    total ??= filter.isPlain ? page.total : null
    asOf ??= page.asOf ?? null
    const found = await selectPeople(ctx, [...filter.conditions, sql`people.id = any(${page.personIds}::bigint[])`], page.personIds.length)
    people.push(...found)
    if (people.length > query.limit) return { people: people.slice(0, query.limit), next: people[query.limit - 1]!.id, total, asOf }
    if (page.personIds.length < limit) return { people, next: null, total, asOf }
    from = page.personIds.at(-1)!
  }
  return { people, next: from, total, asOf }
}

async function selectPeople(ctx: Context, conditions: readonly RawBuilder<unknown>[], limit: number): Promise<StoredPerson[]> {
  if (limit === 0) return []
  const all = [sql`people.workspace_id = ${ctx.workspaceId}`, ...conditions]
  const { rows } = await sql<StoredPerson>`
    with page as (
      select id, attributes, sealed_phone, sealed_email, created_at, updated_at from people
      where ${sql.join(all, sql` and `)} order by id desc limit ${limit}
    )
    select page.*, (
      select value from identities
      where identities.person_id = page.id and identities.workspace_id = ${ctx.workspaceId} and identities.namespace = 'member_no' order by created_at, value limit 1
    ) as member_no
    from page order by id desc`.execute(ctx.platform.db)
  return rows
}
