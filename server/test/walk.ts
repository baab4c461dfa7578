import { randomBytes, randomUUID } from 'node:crypto'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { sql } from 'kysely'
import { api } from '../../contracts/api.ts'
import type { Route } from '../../contracts/http.ts'
import { hashSecret, newSecret, openSession, sessionCookie, type Context } from '../src/access/index.ts'
import { sealRequest } from '../src/connectors/webhooks/kept-request.ts'
import type { TestKit } from './kit.ts'
import { fillOneId, type OneIdBelongings } from './walk-one-id.ts'

export interface RouteEntry {
  capability: keyof typeof api
  name: string
  route: Route
}

/** Every route of the product. The walking tests ask the same of all of them, so that a new one cannot be forgotten. */
export const everyRoute: RouteEntry[] = Object.entries(api).flatMap(([capability, routes]) =>
  Object.entries(routes as Record<string, Route>).map(([name, route]) => ({ capability: capability as keyof typeof api, name, route })),
)

export const workspaceRoutes = everyRoute.filter(({ route }) => route.access.kind === 'workspace')

export function routeNamed(name: string): Route {
  const found = everyRoute.find((entry) => entry.name === name)
  if (!found) throw new Error(`No route is called ${name}`)
  return found.route
}

/** Params that a path names, in order: `/api/workspaces/:workspaceId/people/:personId` has `workspaceId` and `personId`. */
export function paramNames(route: Route): string[] {
  return [...route.path.matchAll(/:([A-Za-z]+)/g)].map((match) => match[1] ?? '')
}

export interface Ask {
  params?: Record<string, string | number>
  query?: Record<string, string>
  body?: unknown
  /** A file for routes that take a form. */
  file?: { name: string; bytes: string }
}

/** A caller with one kind of proof of who they are. */
export type Credentials = { cookies: Record<string, string> } | { headers: Record<string, string> } | Record<string, never>

export async function ask(
  app: FastifyInstance,
  route: Route,
  credentials: Credentials,
  { params = {}, query, body, file }: Ask = {},
): Promise<LightMyRequestResponse> {
  const url = route.path.replace(/:([A-Za-z]+)/g, (_, name: string) => encodeURIComponent(String(params[name] ?? anyValueOf(name))))
  const { headers = {}, ...rest } = credentials as { headers?: Record<string, string> }
  if (file) {
    const payload = `--x\r\nContent-Disposition: form-data; name="file"; filename="${file.name}"\r\nContent-Type: text/csv\r\n\r\n${file.bytes}\r\n--x--\r\n`
    return app.inject({ method: route.method, url, query, ...rest, headers: { ...headers, 'content-type': 'multipart/form-data; boundary=x' }, payload })
  }
  return app.inject({ method: route.method, url, query, headers, ...rest, ...(body === undefined ? {} : { payload: body as object }) })
}

function anyValueOf(name: string): string {
  if (name === 'id' || name === 'accountId') return randomUUID()
  if (name === 'message') return 'track'
  if (name === 'layer') return 'importantValue'
  return name === 'key' ? 'city' : name === 'token' ? 'none' : '999999999'
}

/** The session cookie of a context's user. */
export async function cookiesOf(ctx: Context): Promise<{ cookies: Record<string, string> }> {
  if (ctx.actor.kind !== 'user') throw new Error('The context has no user')
  return { cookies: { [sessionCookie]: await openSession(ctx.platform, ctx.actor.userId, { ip: null, userAgent: null }) } }
}

/** One of everything that has an id, written straight into the workspace's tables. */
export interface Belongings {
  /** By the segment of the path before `:id`, e.g. `segments`. */
  id: Record<string, string>
  personId: number
  suppressionId: number
  deliveryId: number
  oneId: OneIdBelongings
}

export async function fillWorkspace(kit: TestKit, ctx: Context): Promise<Belongings> {
  const { db } = kit.platform
  const vault = await kit.platform.vaults.of(ctx.workspaceId)
  const workspace = ctx.workspaceId
  const mark = randomBytes(3).toString('hex')
  const insert = async <Id = string>(statement: ReturnType<typeof sql<{ id: Id }>>): Promise<Id> => {
    const { rows } = await statement.execute(db)
    return (rows[0] as { id: Id }).id
  }
  const phone = '+8613800001234'
  const rule = JSON.stringify({ kind: 'hasAddress', channel: 'sms' })
  const goal = JSON.stringify({ event: 'Order Completed', windowDays: 7, property: null })
  const segments = await insert(sql`insert into segments (workspace_id, name, rule) values (${workspace}, ${`分群 ${mark}`}, ${rule}::jsonb) returning id`)
  const templates = await insert(
    sql`insert into templates (workspace_id, name, channel, category, signature, body, opt_out_text) values (${workspace}, ${`模板 ${mark}`}, 'sms', 'marketing', '鸿雁', '您好', '拒收请回复R') returning id`,
  )
  const accounts = await insert(sql`
    insert into accounts (workspace_id, provider, channel, name, sealed_config, rate_per_second, callback_token_hash, sealed_callback_token)
    values (${workspace}, 'sandbox', 'sms', ${`通道 ${mark}`}, ${vault.seal('{}')}, 100, ${hashSecret(mark)}, ${vault.seal(mark)}) returning id`)
  const newTag = (name: string) =>
    insert(
      sql`insert into tags (workspace_id, name, kind, created_at, updated_at) values (${workspace}, ${`${name} ${mark}`}, 'flag', now(), now()) returning id`,
    )
  const tags = await newTag('标签')
  await sql`
    insert into tag_rules (workspace_id, tag_id, source, cases, leaving, refresh_minutes, created_at, updated_at)
    values (${workspace}, ${tags}, 'rule', ${`[{"value":"","rule":${rule}}]`}::jsonb, 'take', 60, now(), now())`.execute(db)
  const member = await kit.member(ctx, 'operator')
  const personId = await insert<number>(
    sql`insert into people (workspace_id, attributes, sealed_phone, phone_key) values (${workspace}, '{"name":"王小明"}', ${vault.seal(phone)}, ${vault.blindIndex('phone', phone)}) returning id`,
  )
  const sources = await insert(sql`insert into sources (workspace_id, name, kind) values (${workspace}, '网站', 'http') returning id`)
  const connectors = await insert(sql`
    insert into connectors (workspace_id, name, kind, draft, sealed_secrets, token_hash, sealed_token, source_id)
    values (${workspace}, ${`连接器 ${mark}`}, 'webhook', '{"kind":"webhook"}', ${vault.seal('{}')}, ${hashSecret(`hook ${mark}`)}, ${vault.seal(`hook ${mark}`)}, ${sources})
    returning id`)
  await sql`insert into event_definitions (workspace_id, event) values (${workspace}, 'Product Viewed')`.execute(db)
  return {
    id: {
      segments,
      templates,
      accounts,
      'layer-models': await insert(
        sql`insert into layer_models (workspace_id, kind, name, settings) values (${workspace}, 'rfm', ${`分层 ${mark}`}, '{"event":"Order Completed","days":365}') returning id`,
      ),
      lookalikes: await insert(
        sql`insert into lookalikes (workspace_id, name, seed_segment_id, seed_name, state, created_at) values (${workspace}, '相似人群', ${segments}, '分群', 'finished', now()) returning id`,
      ),
      campaigns: await insert(sql`
        insert into campaigns (workspace_id, code, name, goal, segment_id, template_id, account_id, control_percent)
        values (${workspace}, ${mark}, ${`活动 ${mark}`}, ${goal}::jsonb, ${segments}, ${templates}, ${accounts}, 10) returning id`),
      sources,
      connectors,
      'write-keys': await insert(
        sql`insert into source_keys (workspace_id, source_id, key_hash, hint) values (${workspace}, ${sources}, ${hashSecret(newSecret())}, 'abcd') returning id`,
      ),
      quarantine: await insert(sql`
        insert into quarantine (workspace_id, source_id, form, reason, problem, group_key, key, received_at, body)
        values (${workspace}, ${sources}, 'item', 'schema', '{"at":"event","zh":"缺少","en":"missing"}', gen_random_uuid(), gen_random_uuid(), now(), ${vault.sealBytes(Buffer.from('[{}]'))}) returning id`),
      'source-messages': await insert(sql`
        insert into source_messages (id, workspace_id, source_id, received_at, type, state, sealed_message)
        values (gen_random_uuid(), ${workspace}, ${sources}, now(), 'track', 'taken', ${vault.sealBytes(Buffer.from('[{}]'))}) returning id`),
      'import-mappings': await insert(sql`
        insert into import_mappings (workspace_id, name, target, fingerprint, columns) values (${workspace}, ${`方案 ${mark}`}, 'people', gen_random_uuid(), '[]') returning id`),
      imports: await insert(sql`
        insert into imports (workspace_id, file_name, file_path, bytes, encoding, delimiter, columns) values (${workspace}, 'a.csv', '/nowhere', 1, 'utf-8', ',', '[]') returning id`),
      'api-keys': await insert(
        sql`insert into api_keys (workspace_id, name, prefix, secret_hash, permissions) values (${workspace}, '密钥', 'hy_abcde', ${hashSecret(newSecret())}, '{workspace.read}') returning id`,
      ),
      tags,
      otherTag: await newTag('另一个标签'),
      'tag-categories': await insert(
        sql`insert into tag_categories (workspace_id, name, created_at) values (${workspace}, ${`分类 ${mark}`}, now()) returning id`,
      ),
      'tag-actions': await insert(sql`
        insert into tag_actions (workspace_id, tag_id, kind, state, people_changed, created_at) values (${workspace}, ${tags}, 'add', 'finished', 1, now()) returning id`),
      members: member.actor.kind === 'user' ? member.actor.userId : '',
    },
    personId,
    deliveryId: await insert<number>(sql`
      insert into connector_deliveries (workspace_id, connector_id, received_at, delivery_key, outcome, bytes, sealed_request)
      values (${workspace}, ${connectors}, now(), gen_random_uuid(), 'failed', 2, ${await sealRequest(vault, { headers: {}, query: '', path: '', body: Buffer.from('{}'), address: null })})
      returning id`),
    oneId: await fillOneId(ctx, personId),
    suppressionId: await insert<number>(sql`
      insert into suppressions (workspace_id, channel, address_key, sealed_address, reason, source)
      values (${workspace}, 'sms', ${vault.blindIndex('phone', phone)}, ${vault.seal(phone)}, 'manual', 'test') returning id`),
  }
}

/** The params of a route that point at what a workspace holds; null when the route points at nothing. */
export function paramsPointingAt(route: Route, belongings: Belongings): Record<string, string | number> | null {
  const { personId, suppressionId } = belongings
  const names = paramNames(route)
  if (names.includes('personId')) return { personId }
  if (names.includes('deliveryId')) return { id: belongings.id['connectors'] ?? '', deliveryId: belongings.deliveryId }
  if (names.includes('suppressionId')) return { suppressionId }
  for (const name of ['mergeId', 'conflictId', 'suggestionId'] as const) if (names.includes(name)) return { [name]: belongings.oneId[name] }
  const holder = /\/([a-z-]+)\/:id/.exec(route.path)?.[1]
  if (holder === undefined) return null
  const id = belongings.id[holder]
  if (id === undefined) throw new Error(`Say in fillWorkspace how to make one of ${holder}`)
  return { id }
}
