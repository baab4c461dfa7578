import { Skeleton } from 'antd'
import type { ReactNode } from 'react'
import { ErrorView } from './error-view.tsx'

/** Lines where text will stand. */
export function PageSkeleton({ rows = 6 }: { rows?: number }) {
  return (
    <div className="page-skeleton" aria-busy="true">
      <Skeleton active title={{ width: 220 }} paragraph={{ rows }} />
    </div>
  )
}

interface Loadable<Data> {
  data: Data | undefined
  error: Error | null
  refetch: () => unknown
}

/** Shows a read: skeleton, error with retry, or its data. */
export function Loaded<Data>({ query, children, skeletonRows }: { query: Loadable<Data>; children: (data: Data) => ReactNode; skeletonRows?: number }) {
  if (query.data !== undefined) return children(query.data)
  if (query.error) return <ErrorView error={query.error} retry={() => void query.refetch()} />
  return <PageSkeleton rows={skeletonRows} />
}
