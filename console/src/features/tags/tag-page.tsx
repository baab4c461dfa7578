import { Button, Skeleton, Tag as AntdTag } from 'antd'
import { useState } from 'react'
import { useParams } from 'react-router'
import { tagRoutes, type Tag } from '../../../../contracts/tags.ts'
import { useRead } from '../../ui/api.ts'
import { ErrorView } from '../../ui/error-view.tsx'
import { formatList } from '../../ui/format.ts'
import { Link } from '../../ui/link.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Facts, Panel } from '../../ui/panel.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useLocale, useText } from '../../ui/text.ts'
import { Count, DateTime, Percent, StateTag } from '../../ui/values.tsx'
import { pathOf } from './category-words.ts'
import { colourName } from './colour-name.ts'
import { Coverage } from './coverage.tsx'
import { RemoveButtons } from './remove-buttons.tsx'
import { TagDrawer } from './tag-drawer.tsx'
import { TagDays } from './tag-days.tsx'
import { TagHistory } from './tag-history.tsx'
import { TagRulePanel } from './tag-rule-panel.tsx'
import './tags.css'

/** One tag: whom it reaches, its values, who got and lost it. */
export function TagPage() {
  const text = useText('tags')
  const { id = '' } = useParams()
  const may = useMay()
  const [isEditing, setEditing] = useState(false)
  const tag = useRead(tagRoutes.readTag, { params: { id }, refetchSeconds: 10 })
  const parent = { label: text('title'), to: '/tags' }
  if (tag.error) return <ErrorView error={tag.error} retry={() => void tag.refetch()} />
  if (!tag.data) return <Skeleton active />
  return (
    <>
      <PageHeader
        title={tag.data.name}
        lead={tag.data.description || undefined}
        parent={parent}
        aside={tag.data.retiredAt !== null && <StateTag tone="neutral" text={text('states.retired')} />}
        actions={
          may('audience.write') && (
            <>
              <RemoveButtons tag={tag.data} />
              <Button type="primary" onClick={() => setEditing(true)}>
                {text('edit')}
              </Button>
            </>
          )
        }
      />
      <div className="panel-grid">
        <div className="span-5 tag-side">
          <TagFacts tag={tag.data} />
          <TagRulePanel tag={tag.data} />
          <TagDays id={id} />
          {tag.data.kind === 'value' && <Values tag={tag.data} />}
        </div>
        <Panel className="span-7" title={text('history.title')}>
          <TagHistory id={id} />
        </Panel>
      </div>
      {isEditing && <TagDrawer tag={tag.data} onClose={() => setEditing(false)} />}
    </>
  )
}

function TagFacts({ tag }: { tag: Tag }) {
  const text = useText('tags')
  const categories = useRead(tagRoutes.listTagCategories)
  return (
    <Panel title={text('about')}>
      <Facts
        rows={[
          [text('fields.coverage'), <Coverage key="coverage" tag={tag} />],
          [text('fields.kind'), text(`kinds.${tag.kind}`)],
          ...(tag.kind === 'value' ? [[text('fields.single'), text(tag.many ? 'no' : 'yes')] as const] : []),
          [text('fields.category'), pathOf(categories.data?.items ?? [], tag.categoryId) || text('categories.none')],
          [
            text('fields.colour'),
            <AntdTag key="colour" color={colourName(tag.colour)}>
              {text(`colours.${tag.colour}`)}
            </AntdTag>,
          ],
          [text('fields.expiry'), tag.expiresAfterDays === null ? text('never') : text('days', { count: tag.expiresAfterDays })],
          [text('fields.owner'), tag.ownerName ?? '–'],
          [text('fields.createdAt'), <DateTime key="created" at={tag.createdAt} />],
        ]}
      />
    </Panel>
  )
}

/** The most frequent values as bars that open their people; allowed ones that nobody has stand below. */
function Values({ tag }: { tag: Tag }) {
  const text = useText('tags')
  const locale = useLocale()
  const most = tag.topValues[0]?.people ?? 0
  const unused = tag.values.filter((value) => !tag.topValues.some((top) => top.value === value))
  return (
    <Panel title={text('fields.values')}>
      {tag.topValues.length === 0 && <p className="faint">{text('noValues')}</p>}
      <ul className="value-bars">
        {tag.topValues.map(({ value, people }) => (
          <li key={value}>
            <Link to={`/people?tagId=${tag.id}&tagValue=${encodeURIComponent(value)}`}>{value}</Link>
            <div className="coverage-bar" aria-hidden>
              <i style={{ width: `${(people / most) * 100}%` }} />
            </div>
            <span>
              <Count value={people} /> <small className="faint">{tag.people > 0 && <Percent value={people / tag.people} digits={0} />}</small>
            </span>
          </li>
        ))}
      </ul>
      {unused.length > 0 && tag.topValues.length < 20 && (
        <p className="faint">
          {text('unusedValues')} {formatList(unused.slice(0, 20), locale)}
        </p>
      )}
    </Panel>
  )
}
