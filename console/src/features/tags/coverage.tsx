import type { Tag } from '../../../../contracts/tags.ts'
import { Link } from '../../ui/link.tsx'
import { useText } from '../../ui/text.ts'
import { Count, Percent } from '../../ui/values.tsx'

/** How many people have the tag, as a number that opens them and as a bar of their share. */
export function Coverage({ tag }: { tag: Tag }) {
  const text = useText('tags')
  if (tag.countedAt === null) return <span className="faint">{text('counting')}</span>
  return (
    <div className="coverage">
      <div className="coverage-bar" aria-hidden>
        <i style={{ width: `${tag.people === 0 ? 0 : Math.max(1, tag.share * 100)}%` }} />
      </div>
      <Link to={`/people?tagId=${tag.id}`}>
        <Count value={tag.people} />
      </Link>
      <small className="faint">
        <Percent value={tag.share} digits={1} />
      </small>
    </div>
  )
}
