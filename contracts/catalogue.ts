import { z } from 'zod'
import { Instant, LocaleText, WorkspaceParams } from './common.ts'
import { defineRoute, needs } from './http.ts'
import { Attribute, AttributeFormat, attributeFormats, AttributeType } from './people.ts'
import { FieldKey } from './rule.ts'

export { AttributeFormat, attributeFormats }
/** The type that values of a format have. */
export const formatTypes: Readonly<Record<AttributeFormat, AttributeType>> = { money: 'number', percent: 'number', region: 'text' }

/** Whether something is used, and by what. */
export const FieldUser = z.object({
  kind: z.enum(['segment', 'layerModel', 'template', 'campaign', 'connector', 'importMapping', 'tag', 'mainLayers', 'lookalike']),
  id: z.string(),
  name: z.string(),
})
export type FieldUser = z.infer<typeof FieldUser>

export const AttributeConversion = z.object({
  toType: AttributeType,
  state: z.enum(['running', 'finished']),
  peopleDone: z.int(),
  peopleTotal: z.int(),
  converted: z.int(),
  misfits: z.int().describe('values that do not fit and stay as they are'),
})
/** An attribute as it is defined, retired ones included. */
export const AttributeDefinition = Attribute.extend({
  format: AttributeFormat.nullable(),
  unit: z.string(),
  pii: z.boolean().describe('masked everywhere; whole only with the permission to reveal'),
  options: z.array(z.string()),
  description: z.string(),
  visible: z.boolean(),
  retiredAt: Instant.nullable(),
  definedAt: Instant.nullable().describe('null: it came with data'),
  conversion: AttributeConversion.nullable(),
})
export type AttributeDefinition = z.infer<typeof AttributeDefinition>

const Words = z.object({ zh: z.string().trim().max(40), en: z.string().trim().max(60) })
export const AttributePatch = z.object({
  label: Words.optional(),
  format: AttributeFormat.nullable().optional(),
  unit: z.string().trim().max(20).optional(),
  pii: z.boolean().optional(),
  options: z.array(z.string().trim().min(1).max(100)).max(200).optional(),
  description: z.string().trim().max(500).optional(),
  visible: z.boolean().optional(),
})
export type AttributePatch = z.infer<typeof AttributePatch>
export const AttributeInput = AttributePatch.extend({ key: FieldKey, type: AttributeType, label: Words })
export type AttributeInput = z.infer<typeof AttributeInput>

/** How the values there are would fit another type. */
export const TypePreview = z.object({
  values: z.int().describe('people with a value'),
  fit: z.int(),
  misfit: z.int(),
  exact: z.boolean().describe('false: from a sample of people'),
  examples: z.array(z.object({ value: z.string(), becomes: z.string().nullable(), people: z.int() })).describe('masked; misfits first'),
})
export type TypePreview = z.infer<typeof TypePreview>

/* ---------- the inventory ---------- */

/** One bar of a distribution: numbers from `from` to `to`, or days as `YYYY-MM-DD`. */
export const HistogramBar = z.object({ from: z.union([z.number(), z.string()]), to: z.union([z.number(), z.string()]), share: z.number() })
export const AttributeFacts = z.object({
  key: z.string(),
  people: z.int().describe('with a value'),
  fillRate: z.number(),
  marginPoints: z.number().describe('95 % half width of the fill rate in percentage points; 0 when exact'),
  misfitRate: z.number().describe('of the values, those that are not of the attribute’s type'),
  distinct: z.int(),
  lastSetAt: Instant.nullable(),
  set30Days: z.number().describe('share of the values that were said in the last 30 days'),
  set90Days: z.number(),
  minimum: z.string().nullable(),
  maximum: z.string().nullable(),
  median: z.string().nullable(),
  histogram: z.array(HistogramBar),
  topValues: z.array(z.object({ value: z.string(), share: z.number() })).describe('most frequent ones, addresses and personal data masked'),
})
export type AttributeFacts = z.infer<typeof AttributeFacts>

export const EventFacts = z.object({
  event: z.string(),
  label: LocaleText.nullable(),
  count: z.int(),
  people: z.int(),
  lastAt: Instant,
  firstAt: Instant,
  last30Days: z.int(),
  days: z.array(z.int()).describe('how many on each of the last 30 days, today last'),
  properties: z.array(z.object({ key: z.string(), type: z.string(), fillRate: z.number() })),
})
export type EventFacts = z.infer<typeof EventFacts>

/** Whether a layer model has the data it needs. */
export const ModelReadiness = z.object({
  model: z.enum(['rfm', 'lifecycle', 'value', 'activity', 'spend']),
  label: LocaleText,
  state: z.enum(['ready', 'partly', 'missing']),
  covers: z.number().describe('share of people it would place'),
  needs: z.array(z.object({ met: z.boolean(), text: LocaleText, advice: LocaleText.nullable().describe('what to import, when it is not met') })),
})
export type ModelReadiness = z.infer<typeof ModelReadiness>

export const Inventory = z.object({
  state: z.enum(['none', 'waiting', 'running', 'finished', 'failed']),
  fieldsDone: z.int(),
  fieldsTotal: z.int(),
  error: z.string().nullable(),
  computedAt: Instant.nullable(),
  tookSeconds: z.number().nullable(),
  exact: z.boolean(),
  people: z.int(),
  sampledPeople: z.int().describe('how many were looked at'),
  attributes: z.array(AttributeFacts),
  events: z.array(EventFacts),
  models: z.array(ModelReadiness),
})
export type Inventory = z.infer<typeof Inventory>

/* ---------- usage ---------- */

/** Nothing said about it for so long: stale. */
export const staleDays = 90

export const FieldUse = z.object({
  kind: z.enum(['attribute', 'event', 'tag', 'namespace', 'segment', 'layerModel', 'template']),
  key: z.string(),
  label: LocaleText,
  lastSeenAt: Instant.nullable().describe('when data last came for it'),
  people: z.int().nullable(),
  retired: z.boolean(),
  stale: z.boolean(),
  users: z.array(FieldUser),
})
export type FieldUse = z.infer<typeof FieldUse>

const base = '/api/workspaces/:workspaceId'
const KeyParams = WorkspaceParams.extend({ key: z.string().max(64) })
export const catalogueRoutes = {
  listAttributeDefinitions: defineRoute({
    method: 'GET',
    path: `${base}/attribute-definitions`,
    access: needs('people.read'),
    summary: 'Attributes with everything that is said about them, retired ones included',
    params: WorkspaceParams,
    answer: z.object({ items: z.array(AttributeDefinition) }),
  }),
  defineAttribute: defineRoute({
    method: 'POST',
    path: `${base}/attributes`,
    access: needs('data.manage'),
    summary: 'Define an attribute before any data comes for it',
    params: WorkspaceParams,
    body: AttributeInput,
    answer: AttributeDefinition,
  }),
  updateAttribute: defineRoute({
    method: 'PATCH',
    path: `${base}/attributes/:key`,
    access: needs('data.manage'),
    summary: 'Change what is said about an attribute; its type has a route of its own',
    params: KeyParams,
    body: AttributePatch,
    answer: AttributeDefinition,
  }),
  previewAttributeType: defineRoute({
    method: 'POST',
    path: `${base}/attributes/:key/type-preview`,
    access: needs('data.manage'),
    readOnly: true,
    summary: 'How the values of an attribute would fit another type',
    params: KeyParams,
    body: z.object({ type: AttributeType }),
    answer: TypePreview,
  }),
  changeAttributeType: defineRoute({
    method: 'POST',
    path: `${base}/attributes/:key/type`,
    access: needs('data.manage'),
    summary: 'Change the type and convert the values in the background; refused while values do not fit, unless they are to stay as they are',
    params: KeyParams,
    body: z.object({
      type: AttributeType,
      format: AttributeFormat.nullable().default(null),
      keepMisfits: z.boolean().default(false),
      confirmUsed: z.boolean().default(false),
    }),
    answer: AttributeDefinition,
  }),
  retireAttribute: defineRoute({
    method: 'POST',
    path: `${base}/attributes/:key/retire`,
    access: needs('data.manage'),
    summary: 'Hide an attribute from pickers; its values stay. Refused while something uses it, unless confirmed',
    params: KeyParams,
    body: z.object({ confirmUsed: z.boolean().default(false) }),
    answer: AttributeDefinition,
  }),
  restoreAttribute: defineRoute({
    method: 'POST',
    path: `${base}/attributes/:key/restore`,
    access: needs('data.manage'),
    summary: 'Bring a retired attribute back',
    params: KeyParams,
    answer: AttributeDefinition,
  }),
  readInventory: defineRoute({
    method: 'GET',
    path: `${base}/inventory`,
    access: needs('data.read'),
    summary: 'The data there is: fill rate, freshness and distribution of every field, and which layer models it supports',
    params: WorkspaceParams,
    answer: Inventory,
  }),
  computeInventory: defineRoute({
    method: 'POST',
    path: `${base}/inventory`,
    access: needs('data.read'),
    summary: 'Compute the inventory anew in the background; `exact` reads everyone instead of a sample',
    params: WorkspaceParams,
    body: z.object({ exact: z.boolean().default(false) }),
    answer: Inventory,
  }),
  listFieldUses: defineRoute({
    method: 'GET',
    path: `${base}/field-uses`,
    access: needs('data.read'),
    summary: 'Every attribute, event, tag, namespace and segment with what uses it',
    params: WorkspaceParams,
    answer: z.object({ items: z.array(FieldUse) }),
  }),
}
