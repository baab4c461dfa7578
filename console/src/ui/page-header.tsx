import { useEffect, type ReactNode } from 'react'
import { Link } from './link.tsx'
import { useText } from './text.ts'

interface PageHeaderProps {
  title: string
  /** One sentence: what this page is for. */
  lead?: ReactNode
  /** Where this page hangs below, e.g. the list of a detail page. */
  parent?: { label: string; to: string }
  /** Beside the title: a state, a count. */
  aside?: ReactNode
  /** Buttons, the main one last. */
  actions?: ReactNode
}

/** Title of a page, its place and its actions; also names the browser tab. */
export function PageHeader({ title, lead, parent, aside, actions }: PageHeaderProps) {
  const text = useText('common')
  useEffect(() => {
    document.title = `${title} · ${text('product')}`
  }, [title, text])
  return (
    <header className="page-header">
      <div className="page-header-words">
        {parent && (
          <nav aria-label={text('breadcrumb')} className="page-header-parent">
            <Link to={parent.to}>{parent.label}</Link>
          </nav>
        )}
        <div className="page-header-title">
          <h1>{title}</h1>
          {aside}
        </div>
        {lead !== undefined && <p>{lead}</p>}
      </div>
      {actions !== undefined && <div className="page-header-actions">{actions}</div>}
    </header>
  )
}
