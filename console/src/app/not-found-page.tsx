import { EmptyState } from '../ui/empty-state.tsx'
import { Link } from '../ui/link.tsx'
import { useText } from '../ui/text.ts'

export function NotFoundPage() {
  const text = useText('common')
  return <EmptyState title={text('notFound.title')} why={text('notFound.why')} action={<Link to="/">{text('error.home')}</Link>} />
}
