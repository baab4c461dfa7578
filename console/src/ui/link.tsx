import { useCallback, type ComponentProps } from 'react'
import { Link as RouterLink, useNavigate, type NavigateOptions } from 'react-router'
import { useMaybeSession } from './session-context.ts'

/** A path inside the workspace (`/people?city=杭州`) as a path of the console (`/w/1/people?city=杭州`). */
export function useWorkspacePath(): (to: string) => string {
  const workspaceId = useMaybeSession()?.workspace?.workspaceId
  return useCallback((to) => (workspaceId === undefined ? to : `/w/${workspaceId}${to.startsWith('/') ? to : `/${to}`}`), [workspaceId])
}

/** Goes to a path inside the workspace. */
export function useGo(): (to: string, options?: NavigateOptions) => void {
  const path = useWorkspacePath()
  const navigate = useNavigate()
  return useCallback((to, options) => void navigate(path(to), options), [navigate, path])
}

/** A link to a path inside the workspace. */
export function Link({ to, ...rest }: Omit<ComponentProps<typeof RouterLink>, 'to'> & { to: string }) {
  const path = useWorkspacePath()
  return <RouterLink to={path(to)} {...rest} />
}

/** `/people` with the given filters: how a number opens its people. */
export function peoplePath(filters: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(filters)) if (value !== undefined) search.set(key, String(value))
  return `/people?${search.toString()}`
}
