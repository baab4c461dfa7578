import { MoreOutlined, PlusOutlined } from '@ant-design/icons'
import { App, Button, Dropdown, Skeleton } from 'antd'
import { useState } from 'react'
import { proposedCategories, tagRoutes, type Tag, type TagCategory } from '../../../../contracts/tags.ts'
import { useAct } from '../../ui/api.ts'
import { Panel } from '../../ui/panel.tsx'
import { PermissionGate } from '../../ui/permission-gate.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { Count } from '../../ui/values.tsx'
import { CategoryName } from './category-name.tsx'
import { holdersOf } from './category-words.ts'
import { draggedTags } from './dragged-tags.ts'

interface CategoryTreeProps {
  categories: readonly TagCategory[]
  tags: readonly Tag[]
  chosen: string | undefined
  onChoose: (category: string | undefined) => void
  isLoading: boolean
}

/** What is being named: a new category in a place, or one that is there. */
type Naming = { parentId: string | null } | { category: TagCategory }

/** The categories as a tree; each takes tags that are dropped on it. */
export function CategoryTree({ categories, tags, chosen, onChoose, isLoading }: CategoryTreeProps) {
  const text = useText('tags')
  const [naming, setNaming] = useState<Naming>()
  const counts = countsOf(categories, tags)
  const withoutCategory = tags.filter((tag) => tag.categoryId === null).length
  const isMissingProposed = !isLoading && !categories.some((category) => category.key !== null)
  return (
    <Panel
      className="tag-categories"
      title={text('categories.title')}
      extra={
        <PermissionGate permission="audience.write">
          <Button type="text" size="small" icon={<PlusOutlined />} aria-label={text('categories.create')} onClick={() => setNaming({ parentId: null })} />
        </PermissionGate>
      }
    >
      {isLoading && <Skeleton active title={false} />}
      <ul className="category-list">
        <Place label={text('categories.all')} count={tags.length} isChosen={chosen === undefined} onChoose={() => onChoose(undefined)} />
        {categories.map((category) => (
          <Place
            key={category.id}
            label={category.name}
            depth={holdersOf(categories, category.id).length - 1}
            count={counts.get(category.id) ?? 0}
            isChosen={chosen === category.id}
            onChoose={() => onChoose(category.id)}
            dropId={category.id}
            menu={<CategoryMenu category={category} onName={setNaming} onGone={() => onChoose(undefined)} />}
          />
        ))}
        {withoutCategory > 0 && categories.length > 0 && (
          <Place label={text('categories.none')} count={withoutCategory} isChosen={chosen === 'none'} onChoose={() => onChoose('none')} dropId={null} />
        )}
      </ul>
      {isMissingProposed && <Proposed />}
      {naming && <CategoryName naming={naming} onClose={() => setNaming(undefined)} />}
    </Panel>
  )
}

interface PlaceProps {
  label: string
  count: number
  depth?: number
  isChosen: boolean
  onChoose: () => void
  /** Where tags dropped here go; absent: nowhere. */
  dropId?: string | null
  menu?: React.ReactNode
}

function Place({ label, count, depth = 0, isChosen, onChoose, dropId, menu }: PlaceProps) {
  const text = useText('tags')
  const [isOver, setOver] = useState(false)
  const move = useAct(tagRoutes.moveTags, { done: text('moved') })
  const drop =
    dropId === undefined
      ? {}
      : {
          onDragOver: (event: React.DragEvent) => {
            event.preventDefault()
            setOver(true)
          },
          onDragLeave: () => setOver(false),
          onDrop: (event: React.DragEvent) => {
            event.preventDefault()
            setOver(false)
            const tagIds = draggedTags(event.dataTransfer)
            if (tagIds.length > 0) move.mutate({ body: { tagIds, categoryId: dropId } })
          },
        }
  return (
    <li className={`category ${isChosen ? 'category-chosen' : ''} ${isOver ? 'category-over' : ''}`} {...drop}>
      <button type="button" aria-current={isChosen} onClick={onChoose} style={{ paddingInlineStart: 10 + depth * 16 }}>
        <span>{label}</span>
        <Count value={count} />
      </button>
      {menu}
    </li>
  )
}

function CategoryMenu({ category, onName, onGone }: { category: TagCategory; onName: (naming: Naming) => void; onGone: () => void }) {
  const text = useText('tags')
  const common = useText('common')
  const may = useMay()
  const { modal } = App.useApp()
  const remove = useAct(tagRoutes.deleteTagCategory, { onDone: onGone })
  if (!may('audience.write')) return null
  const ask = (): void => {
    modal.confirm({
      title: text('categories.deleteTitle', { name: category.name }),
      content: text('categories.deleteConsequence'),
      okText: text('categories.delete'),
      cancelText: common('cancel'),
      autoFocusButton: 'cancel',
      onOk: () => remove.mutateAsync({ params: { id: category.id } }).catch(() => undefined),
    })
  }
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'add', label: text('categories.createBelow'), onClick: () => onName({ parentId: category.id }) },
          { key: 'rename', label: text('categories.edit'), onClick: () => onName({ category }) },
          { key: 'delete', label: text('categories.delete'), danger: true, onClick: ask },
        ],
      }}
    >
      <Button type="text" size="small" icon={<MoreOutlined />} aria-label={text('categories.menu', { name: category.name })} />
    </Dropdown>
  )
}

/** The proposed categories with what belongs there, made with one press. */
function Proposed() {
  const text = useText('tags')
  const pick = useLocaleText()
  const adopt = useAct(tagRoutes.adoptTagCategories)
  return (
    <div className="proposed-categories">
      <p className="faint">{text('categories.proposedWhy')}</p>
      <dl>
        {proposedCategories.map(({ key, label, hint }) => (
          <div key={key}>
            <dt>{pick(label)}</dt>
            <dd>{pick(hint)}</dd>
          </div>
        ))}
      </dl>
      <PermissionGate permission="audience.write">
        <Button block loading={adopt.isPending} onClick={() => adopt.mutate({})}>
          {text('categories.adopt')}
        </Button>
      </PermissionGate>
    </div>
  )
}

/** Tags in each category and in those within it. */
function countsOf(categories: readonly TagCategory[], tags: readonly Tag[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const tag of tags) {
    if (tag.categoryId === null) continue
    for (const holder of holdersOf(categories, tag.categoryId)) counts.set(holder, (counts.get(holder) ?? 0) + 1)
  }
  return counts
}
