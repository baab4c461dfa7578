import { sql } from 'kysely'
import type { AttributeDefinition } from '../../../../contracts/catalogue.ts'
import type { LocaleText } from '../../../../contracts/common.ts'
import { productEvents, registeredAttribute } from '../../../../contracts/rule.ts'
import type { Context } from '../../access/index.ts'
import { readEventLabels } from '../../collect/index.ts'
import { listAttributeDefinitions } from '../../people/index.ts'
import { isPathKey, listValue, textValue } from '../../platform/warehouse/json-path.ts'
import { backgroundLimits } from '../audience-statement.ts'
import type { FeatureScope, PartOf } from './features.ts'
import {
  addressFeatures,
  daysAgo,
  eventPart,
  historyDays,
  measuredSql,
  peoplePart,
  rhythmPart,
  tagLabel,
  tagPart,
  workspaceOf,
  type ChosenAttribute,
  type ChosenEvent,
  type ChosenTag,
} from './feature-parts.ts'
import { everyEvent } from './seed-sources.ts'

const attributesMax = 40
const valuesMax = 8
const eventsMax = 14
const tagsMax = 40
const tagValuesMax = 6
/** What fewer of the seed's and of the others' sample have is not worth a feature. */
const shareMin = 0.01
const quantiles = [0.2, 0.4, 0.6, 0.8]
/** Who they are, and never what they are like. */
const namesNot = new Set(['name', 'first_name', 'last_name', 'nickname', 'address'])

export interface Chosen {
  parts: PartOf[]
  /** Sources that would have been features. */
  leftOut: { source: string; label: LocaleText }[]
}

type Seen = { value: string; seeds: number; others: number }

export interface ChooseInput {
  /** Of the sample, for one statement: its rows alone are looked at, so that nothing of the held-out people is. */
  scopeOf(): FeatureScope
  /** A condition that ids of the sample's seed pass. */
  isSeed(id: string): string
  sizes: { trainedSeed: number; trainedOthers: number }
  leftOut: ReadonlySet<string>
  signal: AbortSignal
}

/** Chooses what the model may weigh: what is in use among the sampled people, most frequent first. The same sample gives the same features. */
export async function chooseFeatures(ctx: Context, input: ChooseInput): Promise<Chosen> {
  const [attributes, events, tags] = await Promise.all([attributesInUse(ctx, input), eventsInUse(ctx, input), tagsInUse(ctx, input)])
  const { leftOut } = input
  const noEvents = leftOut.has(everyEvent)
  const isOut = (source: string) => leftOut.has(source) || (noEvents && (source.startsWith('event:') || source === 'rhythm'))
  const named = [
    ...attributes.map(({ attribute }) => ({ source: `attribute:${attribute.key}`, label: attribute.label })),
    ...events.map(({ event, label }) => ({ source: `event:${event}`, label })),
    ...tags.map(({ tagId, name }) => ({ source: `tag:${tagId}`, label: tagLabel(name) })),
    { source: 'rhythm', label: { zh: '活跃时段与活跃天数', en: 'When and how often they are active' } },
    ...addressFeatures.map(({ source, label }) => ({ source, label })),
  ]
  const kept = {
    attributes: attributes.filter(({ attribute }) => !isOut(`attribute:${attribute.key}`)),
    events: events.filter(({ event }) => !isOut(`event:${event}`)).slice(0, eventsMax),
    tags: tags.filter(({ tagId }) => !isOut(`tag:${tagId}`)).slice(0, tagsMax),
  }
  const parts: PartOf[] = [peoplePart(kept.attributes, leftOut), ...kept.events.map(eventPart)]
  const eventsOut = [...leftOut].filter((source) => source.startsWith('event:')).map((source) => source.slice('event:'.length))
  if (!isOut('rhythm') && kept.events.length > 0) parts.push(rhythmPart(eventsOut))
  if (kept.tags.length > 0) parts.push(tagPart(kept.tags))
  const out = named.filter(({ source }) => isOut(source))
  return { parts, leftOut: out.filter(({ source }, index) => out.findIndex((each) => each.source === source) === index) }
}

/** The larger of the shares that have it, of the seed's and of the others' sample. */
const weightOf = ({ trainedSeed, trainedOthers }: ChooseInput['sizes'], { seeds, others }: Omit<Seen, 'value'>): number =>
  Math.max(seeds / Math.max(1, trainedSeed), others / Math.max(1, trainedOthers))

/** What enough people have, the most frequent first. */
function worth<Row extends Omit<Seen, 'value'>>(rows: readonly Row[], sizes: ChooseInput['sizes'], nameOf: (row: Row) => string): Row[] {
  const order = (a: Row, b: Row) => weightOf(sizes, b) - weightOf(sizes, a) || (nameOf(a) < nameOf(b) ? -1 : 1)
  return rows.filter((row) => weightOf(sizes, row) >= shareMin).toSorted(order)
}

async function attributesInUse(ctx: Context, input: ChooseInput): Promise<ChosenAttribute[]> {
  const { items } = await listAttributeDefinitions(ctx)
  const usable = items.filter(({ key, pii, retiredAt }) => !pii && retiredAt === null && !namesNot.has(key) && (isPathKey(key) || key === registeredAttribute))
  const looked = usable.slice(0, attributesMax)
  const isMeasured = ({ type }: AttributeDefinition) => type === 'number' || type === 'date'
  const cuts = await readCuts(ctx, input, looked.filter(isMeasured))
  const values = await readValues(
    ctx,
    input,
    looked.filter((attribute) => !isMeasured(attribute)),
  )
  return looked.flatMap((attribute): ChosenAttribute[] => {
    const cut = cuts.get(attribute.key)
    if (cut) return cut.length === 0 ? [] : [{ attribute, cuts: cut }]
    const seen = worth(values.get(attribute.key) ?? [], input.sizes, ({ value }) => value).slice(0, valuesMax)
    return seen.length === 0 ? [] : [{ attribute, values: seen.map(({ value }) => value) }]
  })
}

/** Fifths of numbers and of ages; a number with few values is cut between them. */
async function readCuts(ctx: Context, { scopeOf, signal }: ChooseInput, attributes: readonly AttributeDefinition[]): Promise<Map<string, number[]>> {
  const scope = scopeOf()
  if (attributes.length === 0) return new Map()
  const columns = attributes.map((attribute, index) => {
    const value = measuredSql(scope, attribute)
    return `arrayFilter(each -> isNotNull(each) and isFinite(each), quantilesExact(${quantiles.join(', ')})(${value})) as q${index}, min(${value}) as l${index}`
  })
  const row = await ctx.platform.warehouse.row<Record<string, number[] | number | null>>({
    sql: `select ${columns.join(', ')} from people final where ${workspaceOf(scope)} and ${scope.among.holds('person_id')}`,
    params: scope.params.values,
    limits: backgroundLimits,
    signal,
  })
  return new Map(
    attributes.map(({ key }, index) => {
      const least = row[`l${index}`] as number | null
      const found = [...new Set((row[`q${index}`] as number[] | null) ?? [])].filter((cut) => least !== null && cut > least)
      return [key, found.toSorted((a, b) => a - b)]
    }),
  )
}

async function readValues(ctx: Context, { scopeOf, isSeed, signal }: ChooseInput, attributes: readonly AttributeDefinition[]): Promise<Map<string, Seen[]>> {
  const scope = scopeOf()
  if (attributes.length === 0) return new Map()
  const pairs = attributes.map(({ key, type }, index) =>
    type === 'list'
      ? `arrayMap(each -> (toUInt16(${index}), each), ${listValue('attributes', key)})`
      : `[(toUInt16(${index}), ifNull(${textValue('attributes', key)}, ''))]`,
  )
  const rows = await ctx.platform.warehouse.rows<Seen & { attribute: number }>({
    sql: `
      select pair.1 as attribute, pair.2 as value, countIf(seed) as seeds, countIf(not seed) as others
      from (select arrayJoin(arrayConcat(${pairs.join(', ')}, []::Array(Tuple(UInt16, String)))) as pair, ${isSeed('person_id')} as seed
        from people final where ${workspaceOf(scope)} and ${scope.among.holds('person_id')})
      where value <> '' and length(value) <= 200
      group by attribute, value order by greatest(seeds, others) desc, attribute, value limit ${valuesMax * 4} by attribute`,
    params: scope.params.values,
    limits: backgroundLimits,
    signal,
  })
  const byKey = new Map<string, Seen[]>(attributes.map(({ key }) => [key, []]))
  for (const { attribute, ...seen } of rows) byKey.get(attributes[attribute]!.key)?.push(seen)
  return byKey
}

async function eventsInUse(ctx: Context, { scopeOf, isSeed, sizes, signal }: ChooseInput): Promise<ChosenEvent[]> {
  const scope = scopeOf()
  const rows = await ctx.platform.warehouse.rows<{ event: string; seeds: number; others: number; amounts: number }>({
    sql: `
      select event, uniqExactIf(person, seed) as seeds, uniqExactIf(person, not seed) as others, sum(amounts) as amounts
      from (
        select event, ${scope.among.person.of('person_id')} as person, countIf(isNotNull(amount_fen)) as amounts, any(${isSeed(scope.among.person.of('person_id'))}) as seed
        from events
        where ${workspaceOf(scope)} and event not in ${scope.params.slot(productEvents, 'Array(String)')} and ${scope.among.holds('person_id')}
          and time >= ${daysAgo(scope, historyDays)} and time < ${scope.params.instant(scope.now)}
        group by event, person)
      group by event`,
    params: scope.params.values,
    limits: backgroundLimits,
    signal,
  })
  const used = worth(rows, sizes, ({ event }) => event)
  const labels = await readEventLabels(
    ctx,
    used.map(({ event }) => event),
  )
  return used.map(({ event, amounts }) => ({ event, label: labels.get(event)!, hasAmount: amounts > 0 }))
}

async function tagsInUse(ctx: Context, { scopeOf, isSeed, sizes, signal }: ChooseInput): Promise<ChosenTag[]> {
  const scope = scopeOf()
  const { rows: tags } = await sql<{ id: string; name: string; kind: 'flag' | 'value' }>`
    select id, name, kind from tags where workspace_id = ${ctx.workspaceId} and retired_at is null and deleted_at is null order by id limit 5000`.execute(
    ctx.platform.db,
  )
  if (tags.length === 0) return []
  const byId = new Map(tags.map((tag) => [tag.id, tag]))
  const rows = await ctx.platform.warehouse.rows<Seen & { tagId: string }>({
    sql: `
      select toString(tag_id) as tagId, value, uniqExactIf(person_id, ${isSeed('person_id')}) as seeds, uniqExactIf(person_id, not ${isSeed('person_id')}) as others
      from person_tags final
      where ${workspaceOf(scope)} and ${scope.among.holds('person_id')} and (isNull(expires_at) or expires_at > ${scope.params.instant(scope.now)})
      group by tagId, value`,
    params: scope.params.values,
    limits: backgroundLimits,
    signal,
  })
  const known = rows.filter(({ tagId, value }) => byId.get(tagId)?.kind === (value === '' ? 'flag' : 'value'))
  const perTag = new Map<string, number>()
  return worth(known, sizes, ({ tagId, value }) => `${tagId} ${value}`).flatMap(({ tagId, value }) => {
    const taken = perTag.get(tagId) ?? 0
    perTag.set(tagId, taken + 1)
    return taken >= tagValuesMax ? [] : [{ tagId, name: byId.get(tagId)!.name, value: value === '' ? null : value }]
  })
}
