import { z } from 'zod'
import { Instant, LocaleText, Uuid, WorkspaceParams } from './common.ts'
import { Problem } from './errors.ts'
import { defineRoute, needs } from './http.ts'

export const SchemaState = z.enum(['visible', 'hidden', 'blocked'])
export type SchemaState = z.infer<typeof SchemaState>
export const PropertyType = z.enum(['text', 'number', 'boolean', 'date', 'list'])
export type PropertyType = z.infer<typeof PropertyType>
export const ViolationRule = z.enum(['flag', 'quarantine'])
export type ViolationRule = z.infer<typeof ViolationRule>

/** Words given by people; empty where nobody has. */
const Words = z.object({ zh: z.string().trim().max(60), en: z.string().trim().max(60) })

const confirmUsed = z.boolean().default(false).describe('blocks it also where segments, layers, tags or campaigns go by it')

export const EventProperty = z.object({
  key: z.string(),
  type: PropertyType,
  label: LocaleText.describe('empty texts when nobody has named it'),
  description: z.string(),
  unit: z.string(),
  isTypeSet: z.boolean().describe('the type was said by a person and is expected'),
  isRequired: z.boolean(),
  isPii: z.boolean().describe('masked for whoever may not see personal data'),
  state: SchemaState.describe('blocked: taken out of every event at the door'),
  firstSeenAt: Instant,
  lastSeenAt: Instant,
})
export type EventProperty = z.infer<typeof EventProperty>

export const EventSchema = z.object({
  event: z.string(),
  label: LocaleText.describe('what people read in place of the name; empty texts when nobody has named it'),
  description: z.string(),
  state: SchemaState.describe('blocked: dropped at the door and counted'),
  onViolation: ViolationRule,
  violations: z.int(),
  count: z.int(),
  people: z.int(),
  firstAt: Instant.nullable(),
  lastAt: Instant.nullable(),
  properties: z.array(EventProperty),
})
export type EventSchema = z.infer<typeof EventSchema>

/** Names past the limit: counted and not listed, because somebody seems to put values into names. */
export const SchemaOverflow = z.object({
  event: z.string().nullable().describe('whose properties; null for names of events'),
  namesMax: z.int(),
  count: z.int(),
  examples: z.array(z.string()),
  lastAt: Instant,
})
export type SchemaOverflow = z.infer<typeof SchemaOverflow>

export const EventDetail = EventSchema.extend({
  sources: z.array(z.object({ id: Uuid, name: z.string(), count: z.int(), firstAt: Instant, lastAt: Instant })),
  lastViolation: z.object({ at: Instant, problems: z.array(Problem) }).nullable(),
})
export type EventDetail = z.infer<typeof EventDetail>

/** What a source sent: its events, each with its properties, by how often. */
export const SourceEvent = z.object({
  event: z.string(),
  label: LocaleText,
  state: SchemaState,
  count: z.int(),
  firstAt: Instant,
  lastAt: Instant,
  properties: z.array(z.object({ key: z.string(), type: PropertyType, count: z.int(), firstAt: Instant, lastAt: Instant })),
})
export type SourceEvent = z.infer<typeof SourceEvent>

const base = '/api/workspaces/:workspaceId'
/** What events look like: named, described, typed, hidden or blocked. */
export const eventSchemaRoutes = {
  listEventSchemas: defineRoute({
    method: 'GET',
    path: `${base}/event-schemas`,
    access: needs('data.read'),
    summary: 'Events seen, with their properties, the most frequent first; without what is hidden unless asked for',
    params: WorkspaceParams,
    query: z.object({ hidden: z.enum(['include']).optional() }),
    answer: z.object({ items: z.array(EventSchema), overflows: z.array(SchemaOverflow) }),
  }),
  listEventNames: defineRoute({
    method: 'GET',
    path: `${base}/event-names`,
    access: needs('workspace.read'),
    summary: 'What people call the events and properties that were given a name',
    params: WorkspaceParams,
    answer: z.object({
      events: z.array(z.object({ event: z.string(), label: LocaleText })),
      properties: z.array(z.object({ event: z.string(), key: z.string(), label: LocaleText, unit: z.string() })),
    }),
  }),
  readEventSchema: defineRoute({
    method: 'GET',
    path: `${base}/event-schema`,
    access: needs('data.read'),
    summary: 'One event: what is known of it and where it comes from',
    params: WorkspaceParams,
    query: z.object({ event: z.string().min(1).max(128) }),
    answer: EventDetail,
  }),
  updateEventSchema: defineRoute({
    method: 'PATCH',
    path: `${base}/event-schema`,
    access: needs('data.manage'),
    summary: 'Name, describe, hide or block an event, or say what happens when it is not as expected',
    params: WorkspaceParams,
    body: z.object({
      event: z.string().min(1).max(128),
      label: Words.optional(),
      description: z.string().trim().max(500).optional(),
      state: SchemaState.optional(),
      onViolation: ViolationRule.optional(),
      confirmUsed,
    }),
    answer: EventDetail,
  }),
  updateEventProperty: defineRoute({
    method: 'PATCH',
    path: `${base}/event-property`,
    access: needs('data.manage'),
    summary: 'Name, describe, type, hide or block a property of an event, or mark it as required or personal',
    params: WorkspaceParams,
    body: z.object({
      event: z.string().min(1).max(128),
      key: z.string().min(1).max(64),
      label: Words.optional(),
      description: z.string().trim().max(500).optional(),
      unit: z.string().trim().max(20).optional(),
      type: PropertyType.nullable().optional().describe('the type that is expected; null expects none'),
      isRequired: z.boolean().optional(),
      isPii: z.boolean().optional(),
      state: SchemaState.optional(),
      confirmUsed,
    }),
    answer: EventDetail,
  }),
  listPropertyValues: defineRoute({
    method: 'GET',
    path: `${base}/event-values`,
    access: needs('data.read'),
    summary: 'Most frequent values of an event property',
    params: WorkspaceParams,
    query: z.object({ event: z.string().max(128), property: z.string().max(64), search: z.string().max(60).optional() }),
    answer: z.object({ items: z.array(z.object({ value: z.string(), count: z.int() })) }),
  }),
}
