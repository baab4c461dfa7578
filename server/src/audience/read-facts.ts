import { anyEvent, productEvents, type EventWindow } from '../../../contracts/rule.ts'
import type { Context } from '../access/index.ts'
import { allIdsOf, currentPersonId } from '../people/index.ts'
import { assertNever, notFound } from '../platform/errors.ts'
import { answerEvents, messageEvents } from './rule/messages.ts'
import type { ConsentFact, EventFact, LayerFact, PersonFacts, TagFact } from './rule/evaluate-rule.ts'
import type { ResolvedRule } from './rule/resolved-rule.ts'

/** The newest events of the names a rule asks for; nobody's history of one kind is longer, short of a robot's. */
const eventsMax = 100_000

/** Everything a rule asks of one person, also by a former id, from the same tables that the compiled rule reads. @throws `not-found` */
export async function readFacts(ctx: Context, askedId: number, rule: ResolvedRule): Promise<PersonFacts> {
  const personId = await currentPersonId(ctx, askedId)
  const asked: Asked = { events: new Set(), runs: new Map(), sets: new Map(), tags: new Set(), hasConsents: false }
  collect(rule, asked)
  const [person, events, layers, members, tags, consents] = await Promise.all([
    readPerson(ctx, personId),
    readEvents(ctx, personId, [...asked.events]),
    readLayers(ctx, personId, asked.runs),
    readMembers(ctx, personId, asked.sets),
    readTags(ctx, personId, [...asked.tags]),
    asked.hasConsents ? readConsents(ctx, personId) : [],
  ])
  if (!person) throw notFound({ zh: '客户', en: 'person' })
  return {
    attributes: person.attributes,
    createdAt: new Date(person.createdAtMs),
    hasPhone: person.hasPhone === 1,
    hasEmail: person.hasEmail === 1,
    events,
    layers,
    members,
    tags,
    consents,
  }
}

interface Asked {
  events: Set<string>
  runs: Map<string, number>
  /** Runs of static segments' sets. */
  sets: Map<string, number>
  tags: Set<string>
  hasConsents: boolean
}

function collect(rule: ResolvedRule, asked: Asked): void {
  if ('window' in rule) collectWindow(rule.window, asked)
  switch (rule.kind) {
    case 'all':
    case 'any':
      for (const child of rule.rules) collect(child, asked)
      return
    case 'not':
    case 'segment':
      return collect(rule.rule, asked)
    case 'event':
    case 'eventValue':
      asked.events.add(rule.event)
      return
    case 'sequence':
      for (const step of rule.steps) for (const { event } of [step, ...step.without]) asked.events.add(event)
      return
    case 'message':
      for (const event of rule.behaviour === 'ignored' ? [messageEvents.ignored, ...answerEvents] : [messageEvents[rule.behaviour]]) asked.events.add(event)
      return
    case 'tag':
      asked.tags.add(rule.tagId)
      return
    case 'consent':
      asked.hasConsents = true
      return
    case 'layer':
      if (rule.run !== null) asked.runs.set(rule.modelId, rule.run)
      return
    case 'members':
      if (rule.run !== null) asked.sets.set(rule.segmentId, rule.run)
      return
    case 'attribute':
    case 'hasAddress':
      return
    default:
      assertNever(rule)
  }
}

function collectWindow(window: EventWindow, asked: Asked): void {
  if (window.kind === 'sinceCampaign') asked.events.add(messageEvents.sent)
}

interface PersonRow {
  attributes: Record<string, unknown>
  createdAtMs: number
  hasPhone: number
  hasEmail: number
}

async function readPerson(ctx: Context, personId: number): Promise<PersonRow | undefined> {
  const rows = await ctx.platform.warehouse.rows<Omit<PersonRow, 'attributes'> & { attributes: string }>({
    sql: `
      select toJSONString(attributes) as attributes, toUnixTimestamp64Milli(created_at) as createdAtMs, has_phone as hasPhone, has_email as hasEmail
      from people final where workspace_id = {workspaceId:UInt32} and person_id = {personId:UInt32}`,
    params: { workspaceId: ctx.workspaceId, personId },
  })
  return rows[0] && { ...rows[0], attributes: JSON.parse(rows[0].attributes) as Record<string, unknown> }
}

async function readEvents(ctx: Context, personId: number, names: string[]): Promise<EventFact[]> {
  if (names.length === 0) return []
  const personIds = await allIdsOf(ctx, personId)
  const rows = await ctx.platform.warehouse.rows<Omit<EventFact, 'properties'> & { properties: string }>({
    sql: `
      select toString(event_id) as id, event, toUnixTimestamp64Milli(time) as timeMs, amount_fen as amountFen, properties
      from events_by_person where workspace_id = {workspaceId:UInt32} and person_id in {personIds:Array(UInt32)} and (event in {names:Array(String)} or ({any:Bool} and event not in {productEvents:Array(String)}))
      order by time desc limit ${eventsMax}`,
    params: { workspaceId: ctx.workspaceId, personIds, names, any: names.includes(anyEvent), productEvents },
  })
  return rows.map((row) => ({ ...row, properties: JSON.parse(row.properties) as Record<string, unknown> }))
}

async function readLayers(ctx: Context, personId: number, runs: ReadonlyMap<string, number>): Promise<LayerFact[]> {
  if (runs.size === 0) return []
  return ctx.platform.warehouse.rows<LayerFact>({
    sql: `
      select toString(model_id) as modelId, run, layer, recency_score as recencyScore, frequency_score as frequencyScore
      from layer_assignments
      where workspace_id = {workspaceId:UInt32} and model_id in {models:Array(UUID)} and run in {runs:Array(UInt64)} and person_id = {personId:UInt32}`,
    params: { workspaceId: ctx.workspaceId, personId, models: [...runs.keys()], runs: [...runs.values()] },
  })
}

async function readMembers(ctx: Context, personId: number, sets: ReadonlyMap<string, number>): Promise<Set<number>> {
  if (sets.size === 0) return new Set()
  const rows = await ctx.platform.warehouse.rows<{ run: number }>({
    sql: `
      select run from segment_sets
      where workspace_id = {workspaceId:UInt32} and segment_id in {segments:Array(UUID)} and run in {runs:Array(UInt64)}
        and arrayExists(id -> bitmapContains(people, id), {personIds:Array(UInt32)})`,
    params: { workspaceId: ctx.workspaceId, segments: [...sets.keys()], runs: [...sets.values()], personIds: await allIdsOf(ctx, personId) },
  })
  return new Set(rows.map((row) => row.run))
}

async function readTags(ctx: Context, personId: number, tags: readonly string[]): Promise<TagFact[]> {
  if (tags.length === 0) return []
  return ctx.platform.warehouse.rows<TagFact>({
    sql: `
      select toString(tag_id) as tagId, value, toUnixTimestamp64Milli(set_at) as setAtMs, toUnixTimestamp64Milli(expires_at) as expiresAtMs
      from person_tags final where workspace_id = {workspaceId:UInt32} and tag_id in {tags:Array(UUID)} and person_id = {personId:UInt32}
      order by set_at desc`,
    params: { workspaceId: ctx.workspaceId, personId, tags },
  })
}

async function readConsents(ctx: Context, personId: number): Promise<ConsentFact[]> {
  return ctx.platform.warehouse.rows<ConsentFact>({
    sql: `
      select channel, state from person_consents final
      where workspace_id = {workspaceId:UInt32} and channel in ('sms') and purpose = 'marketing' and person_id = {personId:UInt32}`,
    params: { workspaceId: ctx.workspaceId, personId },
  })
}
