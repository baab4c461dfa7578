import type { ReactNode } from 'react'
import { Flock } from './goose.tsx'

/** An empty list that teaches: what would stand here, why it is worth having, and the next step. */
export function EmptyState({ title, why, action }: { title: string; why?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty-state">
      <Flock width={132} />
      <h3>{title}</h3>
      {why !== undefined && <p>{why}</p>}
      {action !== undefined && <div className="empty-state-action">{action}</div>}
    </div>
  )
}
