import { z } from 'zod'
import { Instant, WorkspaceParams } from './common.ts'
import { WorkspaceAccess } from './access.ts'
import { defineRoute, needs, signedIn } from './http.ts'

const ClockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM')

/** Rules of contact that hold for every campaign of the workspace. */
export const ContactPolicy = z.object({
  quietHours: z.object({
    enabled: z.boolean(),
    from: ClockTime.describe('no marketing from this local time'),
    to: ClockTime.describe('until this local time; may be on the next day'),
  }),
  frequencyCap: z.object({ enabled: z.boolean(), messagesMax: z.int().min(1).max(100), days: z.int().min(1).max(365) }),
  smsPartCostFen: z.number().min(0).max(1000).describe('price of one SMS part when the account gives none, in fen; may have decimals'),
})
export type ContactPolicy = z.infer<typeof ContactPolicy>

export const Workspace = z.object({ workspaceId: z.int(), name: z.string(), timezone: z.string(), contactPolicy: ContactPolicy, createdAt: Instant })
export type Workspace = z.infer<typeof Workspace>

export const defaultContactPolicy: ContactPolicy = {
  quietHours: { enabled: true, from: '20:00', to: '09:00' },
  frequencyCap: { enabled: true, messagesMax: 4, days: 30 },
  smsPartCostFen: 5.5,
}

export const workspaceRoutes = {
  createWorkspace: defineRoute({
    method: 'POST',
    path: '/api/workspaces',
    access: signedIn,
    summary: 'Create a workspace; only owners of a workspace may',
    body: z.object({ name: z.string().min(1).max(80), timezone: z.string().max(60).default('Asia/Shanghai') }),
    answer: WorkspaceAccess,
  }),
  readWorkspace: defineRoute({
    method: 'GET',
    path: '/api/workspaces/:workspaceId',
    access: needs('workspace.read'),
    summary: 'Settings of the workspace',
    params: WorkspaceParams,
    answer: Workspace,
  }),
  updateWorkspace: defineRoute({
    method: 'PATCH',
    path: '/api/workspaces/:workspaceId',
    access: needs('workspace.manage'),
    summary: 'Change settings of the workspace',
    params: WorkspaceParams,
    body: z.object({ name: z.string().min(1).max(80).optional(), timezone: z.string().max(60).optional(), contactPolicy: ContactPolicy.optional() }),
    answer: Workspace,
  }),
}
