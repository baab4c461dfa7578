import type { ContactPolicy } from '../../../contracts/workspaces.ts'
import type { Context } from '../access/index.ts'
import { cachedWorkspace } from './workspace-row.ts'

/** The rules of contact that hold for every campaign of the workspace. */
export async function readContactPolicy(ctx: Pick<Context, 'platform' | 'workspaceId'>): Promise<ContactPolicy> {
  return (await cachedWorkspace(ctx.platform, ctx.workspaceId)).contactPolicy
}

/** IANA name of the zone in which the workspace's people live, e.g. `Asia/Shanghai`. */
export async function workspaceTimezone(ctx: Pick<Context, 'platform' | 'workspaceId'>): Promise<string> {
  return (await cachedWorkspace(ctx.platform, ctx.workspaceId)).timezone
}
