import { z } from 'zod'
import { defineRoute } from './http.ts'

/* ---------- Segment's HTTP tracking API ---------- */

const Json = z.record(z.string(), z.unknown())
const Id = z.union([z.string(), z.number()]).nullish()
const trackingBase = {
  messageId: z.string().max(256).optional().describe('a message with the same id of the same source counts once'),
  userId: Id,
  anonymousId: Id,
  timestamp: z.string().optional(),
  originalTimestamp: z.string().optional(),
  sentAt: z.string().optional().describe('by the clock of the sender, whose error is taken off `timestamp`'),
  context: Json.nullish(),
  integrations: Json.nullish(),
}
/** Documentation of one tracked message; the collector checks it by hand, faster, to the same rules. */
export const TrackingMessage = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('identify'), traits: Json.nullish(), ...trackingBase }),
  z.looseObject({ type: z.literal('track'), event: z.string().min(1).max(128), properties: Json.nullish(), ...trackingBase }),
  z.looseObject({ type: z.literal('page'), name: z.string().nullish(), category: z.string().nullish(), properties: Json.nullish(), ...trackingBase }),
  z.looseObject({ type: z.literal('screen'), name: z.string().nullish(), category: z.string().nullish(), properties: Json.nullish(), ...trackingBase }),
  z.looseObject({ type: z.literal('group'), groupId: z.union([z.string(), z.number()]), traits: Json.nullish(), ...trackingBase }),
  z.looseObject({ type: z.literal('alias'), previousId: z.union([z.string(), z.number()]), ...trackingBase }),
])
export const TrackingBatch = z.looseObject({
  batch: z.array(TrackingMessage).min(1).max(2500),
  sentAt: z.string().optional(),
  writeKey: z.string().optional().describe('where Basic authentication is not possible'),
})
export const TrackingAnswer = z.object({
  success: z.literal(true),
  accepted: z.int().describe('messages that are stored now and cannot be lost any more'),
  quarantined: z.int().describe('messages at fault, kept aside with the reason'),
})

/** The message paths of the tracking API, long and short, and the type each stands for. */
export const trackingPaths = {
  identify: 'identify',
  track: 'track',
  page: 'page',
  screen: 'screen',
  group: 'group',
  alias: 'alias',
  i: 'identify',
  t: 'track',
  p: 'page',
  s: 'screen',
  g: 'group',
  a: 'alias',
} as const
export const TrackingPath = z.enum(Object.keys(trackingPaths) as [keyof typeof trackingPaths, ...(keyof typeof trackingPaths)[]])

/* ---------- Sensors Analytics' wire format ---------- */

/** The source's write key is `token` (or `project`): this protocol knows no other proof. */
const SensorsQuery = z.looseObject({
  token: z.string().max(200).optional().describe('the write key of the source'),
  project: z.string().max(200).optional().describe('read as the write key when there is no `token`'),
})
const SensorsImageQuery = SensorsQuery.extend({
  data: z.string().optional().describe('Base64 of one JSON object, of a gzip of it with `gzip=1`'),
  data_list: z.string().optional().describe('the same of a JSON array'),
  gzip: z.string().optional(),
  ext: z.string().optional().describe('`crc=<Java hash of the Base64 text>`'),
})
const SensorsForm = z.looseObject({ data: z.string().optional(), data_list: z.string().optional(), gzip: z.string().optional(), ext: z.string().optional() })
export const SensorsAnswer = z.object({
  code: z.literal(0),
  accepted: z.int(),
  quarantined: z.int(),
  ignored: z.int().describe('dimension items (`item_set`, `item_delete`)'),
})

const writeKey = { kind: 'writeKey' } as const
const writeKeyAnywhere = { kind: 'writeKey', inBody: true } as const

export const trackingRoutes = {
  trackBatch: defineRoute({
    method: 'POST',
    path: '/v1/batch',
    access: writeKeyAnywhere,
    summary: 'Segment-shaped batch of messages; answered after the commit',
    body: TrackingBatch,
    answer: TrackingAnswer,
    transport: 'raw',
    cors: true,
  }),
  trackImport: defineRoute({
    method: 'POST',
    path: '/v1/import',
    access: writeKeyAnywhere,
    summary: 'The same as /v1/batch, under the name that older SDKs use',
    body: TrackingBatch,
    answer: TrackingAnswer,
    transport: 'raw',
    cors: true,
  }),
  trackMessage: defineRoute({
    method: 'POST',
    path: '/v1/:message',
    access: writeKeyAnywhere,
    summary: 'One Segment-shaped message, of the type that the path says',
    params: z.object({ message: TrackingPath }),
    body: z.looseObject({ type: z.string().optional(), writeKey: z.string().optional(), ...trackingBase }),
    answer: TrackingAnswer,
    transport: 'raw',
    cors: true,
  }),

  sensorsPost: defineRoute({
    method: 'POST',
    path: '/sa',
    access: writeKey,
    summary: 'Sensors Analytics SDKs: a form with `data` or `data_list`; answered after the commit',
    query: SensorsQuery,
    body: SensorsForm,
    answer: SensorsAnswer,
    transport: 'raw',
    cors: true,
  }),
  sensorsPostGif: defineRoute({
    method: 'POST',
    path: '/sa.gif',
    access: writeKey,
    summary: 'The same under the path that the web SDK makes of /sa',
    query: SensorsQuery,
    body: SensorsForm,
    answer: SensorsAnswer,
    transport: 'raw',
    cors: true,
  }),
  sensorsDebug: defineRoute({
    method: 'POST',
    path: '/debug',
    access: writeKey,
    summary: 'Debug mode of the Sensors Analytics SDKs: 400 with every fault; with `Dry-Run: true` nothing is stored',
    query: SensorsQuery,
    body: SensorsForm,
    answer: SensorsAnswer,
    transport: 'raw',
    cors: true,
  }),
  sensorsDebugImage: defineRoute({
    method: 'GET',
    path: '/debug',
    access: writeKey,
    summary: 'Debug mode of the web SDK: an empty object is its sign of success',
    query: SensorsImageQuery,
    answer: z.object({}),
    cors: true,
  }),
  sensorsImage: defineRoute({
    method: 'GET',
    path: '/sa.gif',
    access: writeKey,
    summary: 'The web SDK by image: the data stands in the address, a 1×1 GIF is the answer',
    query: SensorsImageQuery,
    answer: z.string(),
    transport: 'file',
    cors: true,
  }),
  sensorsImagePlain: defineRoute({
    method: 'GET',
    path: '/sa',
    access: writeKey,
    summary: 'The same under the path without a suffix',
    query: SensorsImageQuery,
    answer: z.string(),
    transport: 'file',
    cors: true,
  }),
}
