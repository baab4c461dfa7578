import type { workspaceRoutes } from '../../../contracts/workspaces.ts'
import type { Handlers } from '../access/index.ts'
import { createWorkspace } from './create-workspace.ts'
import { updateWorkspace } from './update-workspace.ts'
import { workspaceRow } from './workspace-row.ts'

export const workspacesHandlers: Handlers<typeof workspaceRoutes> = {
  createWorkspace: async ({ platform, user, body, request }) => createWorkspace(platform, user, { ...body, ip: request.ip }),
  readWorkspace: async ({ ctx }) => workspaceRow(ctx.platform.db, ctx.workspaceId),
  updateWorkspace: async ({ ctx, body }) => updateWorkspace(ctx, body),
}
