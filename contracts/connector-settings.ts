import { z } from 'zod'
import { LocaleText } from './common.ts'
import { Acknowledgement, Mapping, Path, WebhookAuth } from './connector-mapping.ts'

export const connectorKinds = ['webhook', 'httpPull', 'sqlPull', 'accessLog'] as const
export const ConnectorKind = z.enum(connectorKinds)
export type ConnectorKind = z.infer<typeof ConnectorKind>

/* ---------- settings by kind ---------- */

export const WebhookSettings = z.object({
  auth: WebhookAuth.default({ kind: 'secretUrl' }),
  addresses: z.array(z.string().trim().max(50)).max(200).default([]).describe('IP addresses and CIDR blocks that may post; none: any'),
  deliveryId: z.string().max(200).nullable().default(null).describe('path of the sender’s own number of a delivery, e.g. `@headers.msg-id`'),
  acknowledgement: Acknowledgement.prefault({}),
  perMinuteMax: z.int().min(1).max(100_000).default(6_000),
  keepDays: z.int().min(1).max(90).default(14).describe('how long deliveries are kept for replay'),
})
export type WebhookSettings = z.infer<typeof WebhookSettings>

export const Schedule = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('manual') }),
  z.object({ kind: z.literal('every'), minutes: z.int().min(1).max(10_080) }),
  z.object({ kind: z.literal('daily'), at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/) }),
])
export type Schedule = z.infer<typeof Schedule>

/** Secrets of pulls: `token` (bearer, header), `password` (basic), `clientSecret` (oauth). */
export const PullAuth = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('bearer') }),
  z.object({ kind: z.literal('header'), name: z.string().min(1).max(64) }),
  z.object({ kind: z.literal('basic'), user: z.string().max(200) }),
  z.object({ kind: z.literal('oauth'), tokenUrl: z.url().max(500), clientId: z.string().max(200), scope: z.string().max(300).default('') }),
])
export type PullAuth = z.infer<typeof PullAuth>

export const Paging = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('page'), parameter: z.string().min(1).max(60), first: z.int().min(0).max(1).default(1) }),
  z.object({ kind: z.literal('offset'), parameter: z.string().min(1).max(60) }),
  z.object({ kind: z.literal('cursor'), parameter: z.string().min(1).max(60), path: Path }),
  z.object({ kind: z.literal('nextLink'), path: Path.nullable().default(null).describe('none: the Link header with rel="next" (RFC 8288)') }),
])
export type Paging = z.infer<typeof Paging>

export const HttpPullSettings = z.object({
  url: z.url().max(1000),
  method: z.enum(['GET', 'POST']).default('GET'),
  headers: z
    .array(z.object({ name: z.string().min(1).max(64), value: z.string().max(1000) }))
    .max(20)
    .default([]),
  body: z.string().max(10_000).default('').describe('POST: JSON; page and since go into it as fields, otherwise into the query'),
  auth: PullAuth.default({ kind: 'none' }),
  itemsPath: Path.default('$'),
  paging: Paging.default({ kind: 'none' }),
  pagesMax: z.int().min(1).max(100_000).default(1_000),
  since: z
    .object({
      parameter: z.string().min(1).max(60),
      path: Path.describe('in an item: the value that the next run starts from'),
      format: z.enum(['iso', 'seconds', 'milliseconds', 'datetime', 'number']),
      start: z.string().max(60).default('').describe('where the first run starts; empty sends nothing'),
      overlapSeconds: z.int().min(0).max(604_800).default(300),
    })
    .nullable()
    .default(null),
  schedule: Schedule.default({ kind: 'manual' }),
})
export type HttpPullSettings = z.infer<typeof HttpPullSettings>

/** The secret `password` goes with it. */
export const SqlPullSettings = z.object({
  engine: z.enum(['postgres', 'mysql']),
  host: z.string().trim().min(1).max(255),
  port: z.int().min(1).max(65_535),
  database: z.string().min(1).max(128),
  user: z.string().min(1).max(128),
  tls: z.enum(['off', 'encrypt', 'verify']).default('verify').describe('encrypt: without proof of who answers'),
  certificate: z.string().max(20_000).default('').describe('PEM of the authority that signed the server’s certificate'),
  statement: z.string().trim().min(1).max(20_000).describe('one SELECT; `:cursor` is bound, rows come in ascending order of the cursor column'),
  cursor: z
    .object({
      column: z.string().min(1).max(128),
      type: z.enum(['time', 'number']),
      start: z.string().min(1).max(60),
      overlapSeconds: z.int().min(0).max(604_800).default(0).describe('time: looks back this far for rows committed late'),
    })
    .nullable()
    .default(null)
    .describe('none: every run reads everything'),
  timeoutSeconds: z.int().min(5).max(3_600).default(300),
  schedule: Schedule.default({ kind: 'manual' }),
})
export type SqlPullSettings = z.infer<typeof SqlPullSettings>

export const AccessLogSettings = z.object({
  format: z.enum(['combined', 'json']),
  extraFields: z.array(z.string().min(1).max(64)).max(20).default([]).describe('combined: names of the quoted fields behind the user agent'),
  fields: z
    .object({
      time: z.string().max(64).default('time'),
      address: z.string().max(64).default('remote_addr'),
      request: z.string().max(64).default('request_uri').describe('path with query, or a whole request line'),
      host: z.string().max(64).default('host'),
      status: z.string().max(64).default('status'),
      referrer: z.string().max(64).default('http_referer'),
      userAgent: z.string().max(64).default('http_user_agent'),
    })
    .prefault({})
    .describe('json: names of the fields'),
  site: z.string().max(200).default('').describe('https://shop.example.com, put before paths when a line names no host'),
  identities: z
    .array(
      z.object({
        place: z.enum(['cookie', 'query', 'field']).describe('cookie: a cookie inside the field `http_cookie`; field: a field of the line by name'),
        name: z.string().min(1).max(64),
        namespace: z.string().regex(/^[a-z][a-z0-9_]{1,31}$/),
      }),
    )
    .max(10)
    .default([]),
  skipBots: z.boolean().default(true),
  skipExtensions: z
    .array(z.string().max(12))
    .max(100)
    .default(['css', 'js', 'map', 'png', 'jpg', 'jpeg', 'gif', 'webp', 'svg', 'ico', 'woff', 'woff2', 'ttf', 'mp4', 'json', 'xml', 'txt']),
  skipPaths: z.array(z.string().max(200)).max(100).default([]).describe('beginnings of paths, e.g. /api/'),
  address: z.enum(['drop', 'hash', 'keep']).default('drop').describe('what becomes of the visitor’s IP address'),
  perMinuteMax: z.int().min(1).max(100_000).default(600),
})
export type AccessLogSettings = z.infer<typeof AccessLogSettings>

const draftBase = { mapping: Mapping.prefault({}) }
/** What a connector is, by kind; presets are such documents, copied when a connector is made and edited from then on. */
export const ConnectorDraft = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('webhook'), settings: WebhookSettings.prefault({}), ...draftBase }),
  z.object({ kind: z.literal('httpPull'), settings: HttpPullSettings, ...draftBase }),
  z.object({ kind: z.literal('sqlPull'), settings: SqlPullSettings, ...draftBase }),
  z.object({ kind: z.literal('accessLog'), settings: AccessLogSettings }),
])
export type ConnectorDraft = z.infer<typeof ConnectorDraft>

/** Secrets are write-only: a key left out stays, null removes. */
export const ConnectorSecrets = z.partialRecord(z.enum(['token', 'secret', 'password', 'clientSecret']), z.string().max(2000).nullable())
export type ConnectorSecrets = z.infer<typeof ConnectorSecrets>

/** A request as it is pasted. */
export const Sample = z.object({
  headers: z.record(z.string().max(100), z.string().max(4000)).default({}),
  query: z.string().max(4000).default(''),
  path: z.string().max(200).default(''),
  body: z.string().max(500_000),
})
export type Sample = z.infer<typeof Sample>
export const ConnectorPreset = z.object({
  id: z.string(),
  label: LocaleText,
  description: LocaleText,
  group: z.enum(['shop', 'general', 'pull', 'log']),
  steps: z.array(LocaleText).describe('what to do at the vendor'),
  limits: z.array(LocaleText).describe('what this way can not do'),
  secrets: z.array(z.object({ key: z.string(), label: LocaleText })),
  draft: ConnectorDraft,
  sample: Sample.nullable(),
})
export type ConnectorPreset = z.infer<typeof ConnectorPreset>
