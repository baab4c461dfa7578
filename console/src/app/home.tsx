import { useQuery } from '@tanstack/react-query'
import { Navigate, useLocation } from 'react-router'
import { accessRoutes } from '../../../contracts/access.ts'
import { ProblemError } from '../../../contracts/client.ts'
import { client } from '../ui/api.ts'
import { ErrorView } from '../ui/error-view.tsx'
import { PageSkeleton } from '../ui/loading.tsx'
import { readPreferences } from '../ui/preferences.ts'
import { sessionQuery } from './session-query.ts'

/** `/`: the last workspace, or sign-in, or the first set-up. */
export function Home() {
  const session = useQuery(sessionQuery)
  if (session.data) {
    const { workspaces } = session.data
    const last = workspaces.find((workspace) => workspace.workspaceId === readPreferences().lastWorkspaceId) ?? workspaces[0]
    return last ? <Navigate to={`/w/${last.workspaceId}`} replace /> : <Navigate to="/sign-in" replace />
  }
  if (session.error) return <SignedOut error={session.error} retry={() => void session.refetch()} />
  return <PageSkeleton />
}

/** Where a visitor without a session goes: set-up while nobody exists, else sign-in, and back afterwards. */
export function SignedOut({ error, retry }: { error: Error; retry: () => void }) {
  const { pathname, search } = useLocation()
  const notSignedIn = error instanceof ProblemError && error.problem.status === 401
  const setup = useQuery({ queryKey: ['setup'], queryFn: () => client.call(accessRoutes.readSetup), enabled: notSignedIn, staleTime: 0 })
  if (!notSignedIn) {
    return (
      <div className="lone-page">
        <ErrorView error={error} retry={retry} />
      </div>
    )
  }
  if (setup.data) {
    const next = pathname === '/' ? '' : `?next=${encodeURIComponent(pathname + search)}`
    return <Navigate to={setup.data.needed ? '/setup' : `/sign-in${next}`} replace />
  }
  if (setup.error) {
    return (
      <div className="lone-page">
        <ErrorView error={setup.error} retry={() => void setup.refetch()} />
      </div>
    )
  }
  return <PageSkeleton />
}
