import type { AttributeSource } from '../../../../contracts/people.ts'
import { Link } from '../../ui/link.tsx'
import { useText } from '../../ui/text.ts'

const pathOf: Partial<Record<AttributeSource['kind'], (id: string) => string>> = { import: (id) => `/data/imports/${id}`, tracking: () => '/data/sources' }

/** Who said it: the import or source by name, leading there. */
export function SourceName({ source }: { source: AttributeSource }) {
  const text = useText('people')
  const name = source.name ?? text(`sources.${source.kind}`)
  const path = source.name === null ? undefined : pathOf[source.kind]?.(source.id)
  return path === undefined ? <>{name}</> : <Link to={path}>{name}</Link>
}
