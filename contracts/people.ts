import { z } from 'zod'
import { Instant, LocaleText, pageOf, PageQuery, Uuid, WorkspaceParams, WorkspacePersonParams } from './common.ts'
import { defineRoute, needs } from './http.ts'
import { LayerColour } from './layer-definitions.ts'
import { Namespace } from './namespaces.ts'
import { Rule } from './rule.ts'

export { Namespace }

export const AttributeType = z.enum(['text', 'number', 'date', 'boolean', 'list'])
export type AttributeType = z.infer<typeof AttributeType>
/** A list is short texts, each once. */
export const AttributeValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])
/** What a number (money in yuan, percent as a share of 1) or a text (region) means. */
export const attributeFormats = ['money', 'percent', 'region'] as const
export const AttributeFormat = z.enum(attributeFormats)
export type AttributeFormat = z.infer<typeof AttributeFormat>
export const Attribute = z.object({
  key: z.string(),
  type: AttributeType,
  format: AttributeFormat.nullable(),
  label: LocaleText,
  builtIn: z.boolean(),
  lastSeenAt: Instant.nullable(),
})
export type Attribute = z.infer<typeof Attribute>

/** In which layer of a model a person is. */
export const PersonLayer = z.object({ modelId: Uuid, model: z.string(), layer: z.string(), label: LocaleText, colour: LayerColour })
export type PersonLayer = z.infer<typeof PersonLayer>

/** One row of the people list. Phone and e-mail are masked (`138****1234`, `z***@example.com`). */
export const PersonRow = z.object({
  personId: z.int(),
  name: z.string().nullable(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  memberNo: z.string().nullable(),
  city: z.string().nullable(),
  gender: z.string().nullable(),
  createdAt: Instant,
  updatedAt: Instant,
  orders: z.int(),
  amountFen: z.int(),
  lastOrderAt: Instant.nullable(),
  layer: PersonLayer.nullable().describe('of the workspace’s main model'),
})
export type PersonRow = z.infer<typeof PersonRow>

/** A row with what was asked for besides. */
export const ListedPerson = PersonRow.extend({
  layers: z.array(PersonLayer).describe('of the models that were asked for'),
  attributes: z.record(z.string(), AttributeValue).describe('those that were asked for; personal data masked'),
  tags: z.array(z.object({ tagId: Uuid, name: z.string(), value: z.string() })).describe('when asked for'),
})
export type ListedPerson = z.infer<typeof ListedPerson>

export const listColumnsMax = 20
/** What rows may hold besides: the layer of a model, an attribute, tags. */
export const ListColumn = z.string().regex(/^(?:tags|layer:[\da-fA-F-]{36}|attribute:.{1,64})$/)

export const Channel = z.enum(['sms'])
export type Channel = z.infer<typeof Channel>
export const ConsentState = z.enum(['granted', 'withdrawn'])
export const Consent = z.object({ channel: Channel, purpose: z.enum(['marketing']), state: ConsentState, proof: z.string(), source: z.string(), at: Instant })

/** Who said something about a person; `name` is null when the import or source is gone. */
export const AttributeSource = z.object({ kind: z.enum(['import', 'tracking', 'connector', 'console', 'form']), id: z.string(), name: z.string().nullable() })
export type AttributeSource = z.infer<typeof AttributeSource>

export const Identity = z.object({
  namespace: Namespace,
  label: LocaleText,
  value: z.string().describe('masked when the namespace is secret'),
  masked: z.boolean(),
  firstSeenAt: Instant,
  source: AttributeSource.nullable().describe('who named it first; of the phone and e-mail of today who says them'),
})
/** One attribute of a person, with when and by which source it was said. */
export const PersonAttribute = z.object({
  key: z.string(),
  label: LocaleText,
  type: AttributeType,
  value: AttributeValue,
  masked: z.boolean().describe('an address inside the text is not shown'),
  hidden: z.boolean().describe('not shown at first: so it was defined, or the attribute is retired'),
  at: Instant.nullable(),
  source: AttributeSource.nullable(),
})
export type PersonAttribute = z.infer<typeof PersonAttribute>
export const Person = PersonRow.extend({
  attributes: z.array(PersonAttribute),
  identities: z.array(Identity),
  consents: z.array(Consent),
  suppressions: z.array(z.object({ channel: Channel, reason: z.string(), at: Instant })),
  firstOrderAt: Instant.nullable(),
  events: z.int(),
  layers: z.array(
    PersonLayer.extend({
      recencyScore: z.int().nullable(),
      frequencyScore: z.int().nullable(),
      moneyScore: z.int().nullable(),
    }),
  ),
})
export type Person = z.infer<typeof Person>

export const timelineKinds = ['order', 'event', 'message', 'reply'] as const
export const TimelineKind = z.enum(timelineKinds)
export type TimelineKind = z.infer<typeof TimelineKind>

/** One line of a person's timeline: behaviour, orders, messages and replies in one list. */
export const TimelineItem = z.object({
  id: z.string(),
  at: Instant,
  kind: TimelineKind,
  event: z.string(),
  amountFen: z.int().nullable(),
  source: z.string().nullable(),
  properties: z.record(z.string(), z.unknown()),
})
export type TimelineItem = z.infer<typeof TimelineItem>

/** What a timeline may be narrowed to; all of it at once. */
export const TimelineQuery = PageQuery.extend({
  kind: TimelineKind.optional(),
  events: z.string().max(3000).optional().describe('names of events, one a line'),
  from: Instant.optional(),
  to: Instant.optional().describe('before this instant; also the way to jump to a date'),
  sourceId: Uuid.optional(),
  search: z.string().trim().min(1).max(100).optional().describe('text in the properties, as they are shown'),
})
export type TimelineQuery = z.infer<typeof TimelineQuery>

/** How busy a person was, by day of the workspace's zone, and what a timeline can be filtered by. */
export const PersonActivity = z.object({
  days: z
    .array(z.object({ date: z.string().describe('`2026-01-02`'), events: z.int(), orders: z.int(), messages: z.int() }))
    .describe('days with anything, oldest first; the newest 4,000'),
  events: z.array(z.object({ event: z.string(), kind: TimelineKind, count: z.int() })).describe('most frequent first; the first 200'),
  sources: z.array(z.object({ id: Uuid, name: z.string().nullable(), count: z.int() })),
})
export type PersonActivity = z.infer<typeof PersonActivity>

/**
 * Where a list of people comes from, so that every number can open its people.
 * `outcome` names a number of a campaign report (see insight).
 */
export const PeopleQuery = PageQuery.extend({
  search: z.string().trim().max(100).optional().describe('exact phone, e-mail, member number or user id, or the start of a name'),
  city: z.string().max(60).optional(),
  gender: z.string().max(20).optional(),
  hasPhone: z.enum(['true', 'false']).optional(),
  segmentId: Uuid.optional(),
  modelId: Uuid.optional(),
  layer: z.string().max(60).optional(),
  recencyScore: z.coerce.number().int().min(1).max(5).optional(),
  frequencyScore: z.coerce.number().int().min(1).max(5).optional(),
  layers: z
    .string()
    .regex(/^[\da-fA-F-]{36}:[\w-]{1,60}(?:,[\da-fA-F-]{36}:[\w-]{1,60}){0,99}$/)
    .optional()
    .describe('`model:layer`, separated by commas: in one of the layers of every model that is named'),
  campaignId: Uuid.optional(),
  outcome: z.string().max(60).optional(),
  importId: Uuid.optional(),
  importPart: z.enum(['new', 'known']).optional().describe('of an import: only people it brought, or only those who were there'),
  tagId: Uuid.optional(),
  tagValue: z.string().max(100).optional().describe('only people whose tag has this value'),
  event: z.string().max(128).optional().describe('did this event'),
  days: z.coerce.number().int().min(1).max(3650).optional().describe('in the last days'),
})
export type PeopleQuery = z.infer<typeof PeopleQuery>

const base = '/api/workspaces/:workspaceId'
export const peopleRoutes = {
  listPeople: defineRoute({
    method: 'GET',
    path: `${base}/people`,
    access: needs('people.read'),
    summary: 'People, newest first, by filter or as members of a segment, layer or report number',
    params: WorkspaceParams,
    query: PeopleQuery.extend({
      columns: z.string().max(2000).optional().describe('what rows hold besides, separated by commas: `layer:<model>`, `attribute:<key>`, `tags`'),
    }),
    answer: pageOf(ListedPerson).extend({
      total: z.int().nullable().describe('when it is cheap to know'),
      asOf: Instant.optional().describe('of a segment: the moment that its stored people are of'),
    }),
  }),
  searchPeople: defineRoute({
    method: 'POST',
    path: `${base}/people-searches`,
    access: needs('people.read'),
    readOnly: true,
    summary: 'People of an unsaved rule',
    params: WorkspaceParams,
    body: PageQuery.extend({ rule: Rule, columns: z.array(ListColumn).max(listColumnsMax).optional() }),
    answer: pageOf(ListedPerson).extend({ total: z.int().nullable() }),
  }),
  readPerson: defineRoute({
    method: 'GET',
    path: `${base}/people/:personId`,
    access: needs('people.read'),
    summary: 'One person',
    params: WorkspacePersonParams,
    answer: Person,
  }),
  readTimeline: defineRoute({
    method: 'GET',
    path: `${base}/people/:personId/timeline`,
    access: needs('people.read'),
    summary: 'Timeline, newest first',
    params: WorkspacePersonParams,
    query: TimelineQuery,
    answer: pageOf(TimelineItem),
  }),
  readPersonActivity: defineRoute({
    method: 'GET',
    path: `${base}/people/:personId/activity`,
    access: needs('people.read'),
    summary: 'How busy a person was by day, with the events and sources of the timeline',
    params: WorkspacePersonParams,
    answer: PersonActivity,
  }),
  revealPerson: defineRoute({
    method: 'POST',
    path: `${base}/people/:personId/reveal`,
    access: needs('people.reveal'),
    summary: 'Show phone, e-mail and personal data unmasked; leaves an audit row',
    params: WorkspacePersonParams,
    answer: z.object({
      phone: z.string().nullable(),
      email: z.string().nullable(),
      attributes: z.record(z.string(), AttributeValue).describe('personal data, whole'),
    }),
  }),
  updatePerson: defineRoute({
    method: 'PATCH',
    path: `${base}/people/:personId`,
    access: needs('people.write'),
    summary: 'Set attributes of a person by hand (null removes)',
    params: WorkspacePersonParams,
    body: z.object({ attributes: z.record(z.string().max(64), AttributeValue.nullable()) }),
    answer: Person,
  }),
  setConsent: defineRoute({
    method: 'PUT',
    path: `${base}/people/:personId/consents`,
    access: needs('people.write'),
    summary: 'Record consent or its withdrawal, with proof',
    params: WorkspacePersonParams,
    body: z.object({ channel: Channel, purpose: z.enum(['marketing']).default('marketing'), state: ConsentState, proof: z.string().trim().min(1).max(500) }),
    answer: Person,
  }),
  listAttributes: defineRoute({
    method: 'GET',
    path: `${base}/attributes`,
    access: needs('people.read'),
    summary: 'Attributes known in the workspace',
    params: WorkspaceParams,
    answer: z.object({ items: z.array(Attribute) }),
  }),
  listAttributeValues: defineRoute({
    method: 'GET',
    path: `${base}/attributes/:key/values`,
    access: needs('people.read'),
    summary: 'Most frequent values of a text attribute',
    params: WorkspaceParams.extend({ key: z.string().max(64) }),
    query: z.object({
      search: z.string().max(60).optional(),
      regions: z.enum(['true']).optional().describe('of a region: also the wider ones that values lie in, with everybody within'),
    }),
    answer: z.object({ items: z.array(z.object({ value: z.string(), count: z.int() })) }),
  }),
}
