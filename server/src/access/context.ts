import type { Permission, Role } from '../../../contracts/permissions.ts'
import type { Platform } from '../platform/platform.ts'

/** Who acts: a signed-in user, an API key, or the product itself. */
export type Actor =
  | { kind: 'user'; userId: string; name: string; role: Role }
  | { kind: 'apiKey'; apiKeyId: string; name: string }
  | { kind: 'system'; name: string }

/** What every verb gets: one workspace, one actor, and the platform. Made by the access check, never by hand outside tests and jobs. */
export interface Context {
  platform: Platform
  workspaceId: number
  actor: Actor
  permissions: ReadonlySet<Permission>
  ip: string | null
  /** Audit rows written so far on behalf of this context: a changing route that ends with none has broken the rule. */
  trail?: { rows: number }
}

/** The context of background work in a workspace. */
export function systemContext(platform: Platform, workspaceId: number, name: string): Context {
  return { platform, workspaceId, actor: { kind: 'system', name }, permissions: new Set(), ip: null }
}
