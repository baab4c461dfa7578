import type { ReactNode } from 'react'

/** A sheet of paper with a hairline: the one container of pages. `flush` lets a table reach its edges. */
export function Panel({
  title,
  extra,
  children,
  flush = false,
  className = '',
}: {
  title?: ReactNode
  extra?: ReactNode
  children: ReactNode
  flush?: boolean
  className?: string
}) {
  return (
    <section className={`panel ${flush ? 'panel-flush' : ''} ${className}`}>
      {(title !== undefined || extra !== undefined) && (
        <div className="panel-head">
          {title !== undefined && <h2>{title}</h2>}
          {extra !== undefined && <div className="panel-extra">{extra}</div>}
        </div>
      )}
      <div className="panel-body">{children}</div>
    </section>
  )
}

/** Facts in two columns: `[label, value]`. */
export function Facts({ rows }: { rows: readonly (readonly [label: ReactNode, value: ReactNode])[] }) {
  return (
    <dl className="facts">
      {rows.map(([label, value], index) => (
        <div key={index}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
