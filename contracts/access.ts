import { z } from 'zod'
import { Done, Instant, Locale, pageOf, PageQuery, Uuid, WorkspaceParams, WorkspaceUuidParams } from './common.ts'
import { defineRoute, needs, open, signedIn } from './http.ts'
import { Permission, Role } from './permissions.ts'

export const Email = z
  .email()
  .max(254)
  .transform((text) => text.toLowerCase())
export const Password = z.string().min(10, '至少 10 个字符 / at least 10 characters').max(200)

export const WorkspaceAccess = z.object({ workspaceId: z.int(), name: z.string(), timezone: z.string(), role: Role, permissions: z.array(Permission) })
export const Me = z.object({ userId: Uuid, email: z.string(), name: z.string(), locale: Locale, workspaces: z.array(WorkspaceAccess) })
export type Me = z.infer<typeof Me>

export const Member = z.object({
  id: Uuid.describe('user id'),
  email: z.string(),
  name: z.string(),
  role: Role,
  disabled: z.boolean(),
  lastSeenAt: Instant.nullable(),
  joinedAt: Instant,
})
export const ApiKey = z.object({
  id: Uuid,
  name: z.string(),
  prefix: z.string(),
  permissions: z.array(Permission),
  createdAt: Instant,
  lastUsedAt: Instant.nullable(),
  revokedAt: Instant.nullable(),
})
export const AuditRow = z.object({
  id: z.int(),
  at: Instant,
  actor: z.object({ kind: z.enum(['user', 'apiKey', 'system']), id: z.string().nullable(), name: z.string() }),
  action: z.string().describe('`<noun>.<verb>`, e.g. `campaign.launch`'),
  targetKind: z.string().nullable(),
  targetId: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
  ip: z.string().nullable(),
})

export const accessRoutes = {
  readSetup: defineRoute({
    method: 'GET',
    path: '/api/setup',
    access: open,
    summary: 'Whether the first owner still has to be created',
    answer: z.object({ needed: z.boolean(), demo: z.object({ email: z.string() }).optional() }),
  }),
  completeSetup: defineRoute({
    method: 'POST',
    path: '/api/setup',
    access: open,
    summary: 'Create the first owner and workspace; only while nobody exists',
    body: z.object({
      email: Email,
      password: Password,
      name: z.string().min(1).max(80),
      workspaceName: z.string().min(1).max(80),
      locale: Locale.default('zh'),
    }),
    answer: Me,
  }),
  signIn: defineRoute({
    method: 'POST',
    path: '/api/session',
    access: open,
    summary: 'Sign in; sets the session cookie',
    body: z.object({ email: Email, password: z.string().min(1).max(200) }),
    answer: Me,
  }),
  readSession: defineRoute({ method: 'GET', path: '/api/session', access: signedIn, summary: 'Who am I, and what may I do where', answer: Me }),
  signOut: defineRoute({ method: 'DELETE', path: '/api/session', access: signedIn, summary: 'Sign out', answer: Done }),
  updateMe: defineRoute({
    method: 'PATCH',
    path: '/api/me',
    access: signedIn,
    summary: 'Change own name, language or password',
    body: z.object({
      name: z.string().min(1).max(80).optional(),
      locale: Locale.optional(),
      currentPassword: z.string().max(200).optional(),
      newPassword: Password.optional(),
    }),
    answer: Me,
  }),

  listMembers: defineRoute({
    method: 'GET',
    path: '/api/workspaces/:workspaceId/members',
    access: needs('workspace.read'),
    summary: 'Members of the workspace',
    params: WorkspaceParams,
    answer: z.object({ items: z.array(Member) }),
  }),
  addMember: defineRoute({
    method: 'POST',
    path: '/api/workspaces/:workspaceId/members',
    access: needs('members.manage'),
    summary: 'Add a member; a new user gets the initial password given',
    params: WorkspaceParams,
    body: z.object({ email: Email, name: z.string().min(1).max(80), role: Role, initialPassword: Password.optional() }),
    answer: Member,
  }),
  updateMember: defineRoute({
    method: 'PATCH',
    path: '/api/workspaces/:workspaceId/members/:id',
    access: needs('members.manage'),
    summary: 'Change the role of a member',
    params: WorkspaceUuidParams,
    body: z.object({ role: Role }),
    answer: Member,
  }),
  removeMember: defineRoute({
    method: 'DELETE',
    path: '/api/workspaces/:workspaceId/members/:id',
    access: needs('members.manage'),
    summary: 'Remove a member from the workspace',
    params: WorkspaceUuidParams,
    answer: Done,
  }),

  listApiKeys: defineRoute({
    method: 'GET',
    path: '/api/workspaces/:workspaceId/api-keys',
    access: needs('apiKeys.manage'),
    summary: 'API keys of the workspace',
    params: WorkspaceParams,
    answer: z.object({ items: z.array(ApiKey) }),
  }),
  createApiKey: defineRoute({
    method: 'POST',
    path: '/api/workspaces/:workspaceId/api-keys',
    access: needs('apiKeys.manage'),
    summary: 'Create an API key; the secret is shown once',
    params: WorkspaceParams,
    body: z.object({ name: z.string().min(1).max(80), permissions: z.array(Permission).min(1) }),
    answer: ApiKey.extend({ secret: z.string() }),
  }),
  revokeApiKey: defineRoute({
    method: 'DELETE',
    path: '/api/workspaces/:workspaceId/api-keys/:id',
    access: needs('apiKeys.manage'),
    summary: 'Revoke an API key',
    params: WorkspaceUuidParams,
    answer: Done,
  }),

  listAudit: defineRoute({
    method: 'GET',
    path: '/api/workspaces/:workspaceId/audit',
    access: needs('audit.read'),
    summary: 'Audit rows, newest first',
    params: WorkspaceParams,
    query: PageQuery.extend({
      action: z.string().max(80).optional(),
      actor: z.string().max(100).optional(),
      targetKind: z.string().max(40).optional(),
      targetId: z.string().max(80).optional(),
    }),
    answer: pageOf(AuditRow),
  }),
}
