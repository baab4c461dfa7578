import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Access, Route } from '../../../contracts/http.ts'
import { rolePermissions, type Permission } from '../../../contracts/permissions.ts'
import { assertNever, AppError, notFound } from '../platform/errors.ts'
import { assertSameSite, type Guard } from '../platform/http/index.ts'
import type { Platform } from '../platform/platform.ts'
import type { Actor, Context } from './context.ts'
import { findApiKey, findCallbackAccount, findHook, findWriteKey } from './find-keys.ts'
import { findSession, sessionCookie } from './find-session.ts'
import type { Call, WriteKeySource } from './handlers.ts'
import type { Session } from './lookups.ts'
import { setSessionCookie } from './session-cookie.ts'
import { admitSource } from './source-admission.ts'

type Caller = Pick<Call<Route>, 'platform'> & Partial<Pick<Call<Route>, 'ctx' | 'user' | 'source' | 'claimSource' | 'account' | 'hook'>>

/** What to do about a change that left no audit row: `fail` in tests, `log` where people work (the change is already committed). */
export type MissingAudit = 'fail' | 'log'

/** Proves by a route's access rule who calls, and that a change has left its audit row. The only maker of contexts for requests. */
export function accessGuard(platform: Platform, missingAudit: MissingAudit): Guard {
  const unaudited = platform.metrics.counter({
    name: 'hongyan_changes_without_audit_total',
    help: 'Changes that left no audit row; must stay 0',
    labels: ['route'],
  })
  return {
    enter: async (route, request, reply) => enter(platform, route.access, request, reply),
    leave: (route, caller) => {
      if (!owesAudit(route) || ((caller as Caller).ctx?.trail?.rows ?? 0) > 0) return
      const message = `${route.method} ${route.path} changed something and left no audit row`
      unaudited.inc({ route: route.path })
      if (missingAudit === 'fail') throw new Error(message)
      platform.log.error({ route: route.path }, message)
    },
  }
}

/** Every route that changes something in a workspace writes an audit row. */
export function owesAudit(route: Route): boolean {
  return route.access.kind === 'workspace' && route.method !== 'GET' && route.readOnly !== true
}

async function enter(platform: Platform, access: Access, request: FastifyRequest, reply: FastifyReply): Promise<Caller> {
  switch (access.kind) {
    case 'public':
      assertSameSite(request)
      return { platform }
    case 'session':
      return { platform, user: (await requireSession(platform, request, reply)).user }
    case 'workspace':
      return { platform, ctx: await enterWorkspace(platform, access.permission, request, reply) }
    case 'writeKey': {
      const given = basicUser(request) ?? writeKeyInQuery(request)
      if (access.inBody !== true) return { platform, source: await requireSource(platform, given) }
      const proved = given === null ? null : await requireSource(platform, given)
      return { platform, claimSource: async (writeKey) => proved ?? requireSource(platform, writeKey) }
    }
    case 'callbackToken': {
      const { accountId = '', token = '' } = request.params as { accountId?: string; token?: string }
      const account = await findCallbackAccount(platform, accountId, token)
      if (!account) throw new AppError('not-found')
      return { platform, account }
    }
    case 'hookToken': {
      const hook = await findHook(platform, (request.params as { token?: string }).token ?? '')
      if (!hook) throw new AppError('not-found')
      return { platform, hook }
    }
    default:
      return assertNever(access)
  }
}

async function requireSession(platform: Platform, request: FastifyRequest, reply: FastifyReply): Promise<Session> {
  const token = request.cookies[sessionCookie]
  const found = token ? await findSession(platform, token) : null
  if (!token || !found) throw new AppError('not-signed-in')
  assertSameSite(request)
  if (found.renewed) setSessionCookie(platform, { request, reply, token })
  request.userLocale = found.session.user.locale
  return found.session
}

/** Whoever does not belong to the workspace gets the same answer as for a workspace that does not exist. */
async function enterWorkspace(platform: Platform, permission: Permission, request: FastifyRequest, reply: FastifyReply): Promise<Context> {
  const { workspaceId: text = '' } = request.params as { workspaceId?: string }
  const workspaceId = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0
  const { actor, permissions } = await identify(platform, workspaceId, request, reply)
  if (!permissions.has(permission)) {
    throw new AppError('forbidden', {
      zh: `您没有权限执行此操作（需要 ${permission}），请联系管理员`,
      en: `You do not have permission (${permission}); ask an administrator`,
    })
  }
  return { platform, workspaceId, actor, permissions, ip: request.ip, trail: { rows: 0 } }
}

async function identify(
  platform: Platform,
  workspaceId: number,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<{ actor: Actor; permissions: ReadonlySet<Permission> }> {
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (bearer !== undefined) {
    const key = await findApiKey(platform, bearer)
    if (!key) throw new AppError('not-signed-in', { zh: 'API 密钥无效或已吊销', en: 'The API key is not valid or was revoked' })
    if (key.workspaceId !== workspaceId) throw noWorkspace()
    return { actor: { kind: 'apiKey', apiKeyId: key.apiKeyId, name: key.name }, permissions: new Set(key.permissions) }
  }
  const { user, roles } = await requireSession(platform, request, reply)
  const role = roles.get(workspaceId)
  if (!role) throw noWorkspace()
  return { actor: { kind: 'user', userId: user.userId, name: user.name, role }, permissions: new Set(rolePermissions[role]) }
}

function noWorkspace(): AppError {
  return notFound({ zh: '工作区', en: 'workspace' })
}

async function requireSource(platform: Platform, writeKey: unknown): Promise<WriteKeySource> {
  const source = typeof writeKey === 'string' && writeKey !== '' ? await findWriteKey(platform, writeKey) : null
  if (!source) throw new AppError('wrong-write-key')
  await admitSource(platform, source)
  return source
}

/** The user name of Basic authentication (RFC 7617), where a write key stands; null without such a header. */
function basicUser(request: FastifyRequest): string | null {
  const encoded = /^Basic ([\w+/=-]+)$/i.exec(request.headers.authorization ?? '')?.[1]
  return encoded === undefined ? null : (Buffer.from(encoded, 'base64').toString('utf8').split(':')[0] ?? '')
}

/** Where SDKs without headers of their own put the key: `token`, else `project`; null when there is none. */
function writeKeyInQuery(request: FastifyRequest): string | null {
  const { token, project } = request.query as { token?: unknown; project?: unknown }
  if (typeof token === 'string' && token !== '') return token
  return typeof project === 'string' && project !== '' ? project : null
}
