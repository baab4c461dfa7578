import { createContext, use } from 'react'
import type { z } from 'zod'
import type { Me, WorkspaceAccess } from '../../../contracts/access.ts'
import type { Permission } from '../../../contracts/permissions.ts'

/** Who is signed in and in which workspace the console stands. */
export interface Session {
  me: Me
  workspace: z.infer<typeof WorkspaceAccess> | undefined
}

export const SessionContext = createContext<Session | undefined>(undefined)

export const useMaybeSession = (): Session | undefined => use(SessionContext)

/** The session of a page inside the shell. */
export function useSession(): Session & { workspace: z.infer<typeof WorkspaceAccess> } {
  const session = use(SessionContext)
  if (!session?.workspace) throw new Error('a page outside the shell has no session')
  return { me: session.me, workspace: session.workspace }
}

/** Whether the user may do this in this workspace. */
export function useMay(): (permission: Permission | undefined) => boolean {
  const permissions = use(SessionContext)?.workspace?.permissions
  return (permission) => permission === undefined || permissions?.includes(permission) === true
}

/** Zone in which times are shown: the workspace's. */
export const useZone = (): string => use(SessionContext)?.workspace?.timezone ?? 'Asia/Shanghai'
