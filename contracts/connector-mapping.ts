import { z } from 'zod'

/**
 * How a message of another system becomes people, attributes, events and orders: data that a user edits, never code.
 *
 * A path names a value inside a message: `order.items[0].sku`, `items[*].price` (or `items.*.price`, a list), `["odd key"].x`. It starts
 * at the element in hand; `@message` starts at the whole message, `@body` at the whole body, `@headers`, `@query` and `@path` at
 * what the request says besides. `$` is the element itself.
 *
 * A template is text with paths between double braces: `youzan:{{yz_open_id}}`. A template with a path that holds nothing is nothing.
 */
export const Path = z.string().trim().min(1).max(200)
export const Template = z.string().min(1).max(500)

export const transformKinds = [
  'trim',
  'lower',
  'upper',
  'text',
  'number',
  'boolean',
  'fenToYuan',
  'epochSeconds',
  'epochMilliseconds',
  'date',
  'map',
  'sha256',
  'md5',
  'first',
  'join',
  'count',
  'sum',
] as const
/**
 * - date: a time as people and systems write it (ISO 8601, `2026-01-02 03:04:05`, `2026年1月2日`, `20260102030405`), by `timezone` when it
 *   names none (the workspace's zone when left out)
 * - epochSeconds, epochMilliseconds: a number since 1970 as an instant
 * - map: `table` by the value as text, else `otherwise`, else nothing
 * - first, join, count, sum: of a list that a path with `[*]` found
 */
export const Transform = z.object({
  kind: z.enum(transformKinds),
  timezone: z.string().max(60).optional(),
  table: z.record(z.string().max(200), z.string().max(200)).optional(),
  otherwise: z.string().max(200).optional(),
  separator: z.string().max(10).optional(),
})
export type Transform = z.infer<typeof Transform>

/** Where a value comes from, what is done to it, and what stands in when there is none. */
export const MappedValue = z.object({
  kind: z.enum(['path', 'template', 'constant']),
  text: z.string().max(500),
  transforms: z.array(Transform).max(10).default([]),
  fallback: z.string().max(500).optional(),
})
export type MappedValue = z.infer<typeof MappedValue>

export const conditionKinds = ['in', 'notIn', 'exists', 'missing'] as const
/** Every condition must hold. Values are compared as text. */
export const MappingCondition = z.object({ path: Path, kind: z.enum(conditionKinds), values: z.array(z.string().max(200)).max(200).default([]) })
export type MappingCondition = z.infer<typeof MappingCondition>

export const decodeKinds = ['json', 'urlEncodedJson', 'base64Json', 'form'] as const
/** Replaces the text at a path by what is written in it. A value that is no text any more is left as it is. */
export const Decoding = z.object({ path: Path, kind: z.enum(decodeKinds) })
export type Decoding = z.infer<typeof Decoding>

const NamespaceKey = z.string().regex(/^[a-z][a-z0-9_]{1,31}$/)
const FieldName = z.string().trim().min(1).max(64)

export const MappedEvent = z.object({
  name: MappedValue,
  time: MappedValue.nullable().default(null).describe('when it happened; when it was received, if nothing is given'),
  orderId: MappedValue.nullable().default(null),
  amount: z
    .object({ value: MappedValue, unit: z.enum(['yuan', 'fen']) })
    .nullable()
    .default(null),
  properties: z
    .array(z.object({ key: FieldName, value: MappedValue }))
    .max(100)
    .default([]),
  items: z
    .object({
      path: Path,
      fields: z
        .array(z.object({ key: FieldName, value: MappedValue }))
        .min(1)
        .max(30),
    })
    .nullable()
    .default(null)
    .describe('the lines of an order; they become the property `products`'),
})
export type MappedEvent = z.infer<typeof MappedEvent>

export const MappingRule = z.object({
  name: z.string().trim().min(1).max(80),
  when: z.array(MappingCondition).max(20).default([]),
  each: Path.nullable().default(null).describe('makes one result for every element of this list inside the message'),
  identities: z
    .array(z.object({ namespace: NamespaceKey, value: MappedValue }))
    .max(20)
    .default([]),
  attributes: z
    .array(z.object({ key: FieldName, value: MappedValue }))
    .max(100)
    .default([]),
  attributesAt: MappedValue.nullable().default(null).describe('since when the attributes hold; newer ones are not overwritten'),
  registeredAt: MappedValue.nullable().default(null),
  event: MappedEvent.nullable().default(null),
  key: Template.nullable().default(null).describe('the same key again is the same event; the order number and event name when left out, else the content'),
  keyScope: z
    .enum(['connector', 'workspace'])
    .default('connector')
    .describe('workspace: another connector with the same key means the same event, e.g. a webhook and a nightly pull of one shop'),
  version: z
    .object({ key: Template, value: MappedValue })
    .nullable()
    .default(null)
    .describe('of results with the same key, one with a lower version than seen before is left out'),
})
export type MappingRule = z.infer<typeof MappingRule>

/** Rules are tried in order; every rule whose conditions hold makes its results, unless `stopAtFirst`. A message that no rule wants is left out. */
export const Mapping = z.object({
  bodyFormat: z.enum(['auto', 'json', 'form', 'jsonLines']).default('auto'),
  decode: z.array(Decoding).max(20).default([]).describe('applied to the body, in order'),
  each: Path.nullable().default(null).describe('the list of messages inside the body; `$` when the body is the list'),
  decodeMessage: z.array(Decoding).max(20).default([]).describe('applied to every message, in order'),
  stopAtFirst: z.boolean().default(false),
  rules: z.array(MappingRule).max(50).default([]),
})
export type Mapping = z.infer<typeof Mapping>

/* ---------- who may post ---------- */

const HeaderName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/)
const Place = z.enum(['header', 'query', 'form'])
/** A time in the request that must be near our clock. */
export const TimestampCheck = z.object({
  place: Place,
  name: HeaderName,
  format: z.enum(['seconds', 'milliseconds', 'datetime']).describe('datetime: yyyy-MM-dd HH:mm:ss in China'),
  toleranceSeconds: z.int().min(1).max(86_400),
})

/**
 * How a request proves where it comes from, besides the unguessable address:
 * - secretUrl: not at all
 * - token: a fixed text (secret `token`) in a header or in the query
 * - hmac: HMAC with the secret `secret` over `template`
 * - digest: a plain hash over `template`, which holds the secret
 * Templates know `{{id}}`, `{{secret}}`, `{{body}}` (the raw bytes), `{{timestamp}}`, `{{header:Name}}`, `{{query:name}}`, `{{form:name}}`,
 * `{{json:path}}`, and `{{sorted}}`: all form fields but the signature as name and value, by name; `{{sorted:-a,b}}` leaves out more.
 * The first template that fits counts.
 */
export const WebhookAuth = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('secretUrl') }),
  z.object({ kind: z.literal('token'), place: z.enum(['header', 'query']), name: HeaderName, prefix: z.string().max(20).default('') }),
  z.object({
    kind: z.literal('hmac'),
    algorithm: z.enum(['sha1', 'sha256', 'sha512', 'md5']),
    place: Place.default('header'),
    name: HeaderName,
    encoding: z.enum(['hex', 'base64']),
    prefix: z.string().max(20).default(''),
    templates: z.array(Template).min(1).max(3).default(['{{body}}']),
    timestamp: TimestampCheck.nullable().default(null),
  }),
  z.object({
    kind: z.literal('digest'),
    algorithm: z.enum(['md5', 'sha1', 'sha256']),
    place: Place.default('header'),
    name: HeaderName,
    encoding: z.enum(['hex', 'base64']),
    prefix: z.string().max(20).default(''),
    id: z.string().max(200).default('').describe('the public half of the credentials: client id, app key'),
    templates: z.array(Template).min(1).max(3),
    timestamp: TimestampCheck.nullable().default(null),
  }),
])
export type WebhookAuth = z.infer<typeof WebhookAuth>

/** What a sender gets for an answer. Between double braces stand paths, written as JSON. */
export const Acknowledgement = z.object({
  body: z.string().max(2000).default('{"success":true}'),
  challenge: z
    .object({ when: z.array(MappingCondition).min(1).max(5), body: z.string().max(2000) })
    .nullable()
    .default(null)
    .describe('the answer to a message that only proves the address'),
})
export type Acknowledgement = z.infer<typeof Acknowledgement>
