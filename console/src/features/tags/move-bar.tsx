import { Button } from 'antd'
import { tagRoutes, type TagCategory } from '../../../../contracts/tags.ts'
import { useAct } from '../../ui/api.ts'
import { NamedSelect } from '../../ui/named-select.tsx'
import { useText } from '../../ui/text.ts'
import { pathOf } from './category-words.ts'

const top = 'top'

/** Puts the chosen tags into a category: for keyboards and fingers what dragging is for a mouse. */
export function MoveBar({ tagIds, categories, onDone }: { tagIds: string[]; categories: readonly TagCategory[]; onDone: () => void }) {
  const text = useText('tags')
  const move = useAct(tagRoutes.moveTags, { done: text('moved'), onDone })
  return (
    <div className="move-bar">
      <span>{text('chosen', { count: tagIds.length })}</span>
      <NamedSelect<string>
        label={text('moveTo')}
        placeholder={text('moveTo')}
        style={{ minWidth: 180 }}
        value={null}
        loading={move.isPending}
        onChange={(place) => move.mutate({ body: { tagIds, categoryId: place === top ? null : place } })}
        options={[
          ...categories.map((category) => ({ value: category.id, label: pathOf(categories, category.id) })),
          { value: top, label: text('categories.none') },
        ]}
      />
      <Button type="text" size="small" onClick={onDone}>
        {text('chooseNone')}
      </Button>
    </div>
  )
}
