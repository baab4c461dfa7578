import type { TagRule } from '../../../../../contracts/rule.ts'
import { tagRoutes } from '../../../../../contracts/tags.ts'
import { useRead } from '../../../ui/api.ts'
import { formatCount } from '../../../ui/format.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useLocale, useText } from '../../../ui/text.ts'
import { EventWindowFields } from './event-window-fields.tsx'
import { renderOption } from './option-label.tsx'
import { ReferenceSelect } from './reference-select.tsx'

/** 「有标签」「偏好品类」「护肤、彩妆」· 打上的时间「不限时间」 */
export function TagCondition({ node, onChange }: { node: TagRule; onChange: (node: TagRule) => void }) {
  const text = useText('audience')
  const locale = useLocale()
  const tags = useRead(tagRoutes.listTags, { query: { state: 'all' } })
  const all = tags.data?.items ?? []
  const tag = all.find(({ id }) => id === node.tagId)
  const options = all
    .filter((each) => each.retiredAt === null || each.id === node.tagId)
    .map(({ id, name, people }) => ({ value: id, label: name, note: formatCount(people, locale) }))
  const peopleOf = (value: string): string => {
    const found = tag?.topValues.find((top) => top.value === value)
    return found ? formatCount(found.people, locale) : ''
  }
  const values = [...new Set([...(tag?.topValues.map(({ value }) => value) ?? []), ...(tag?.values ?? [])])]
  return (
    <>
      <span className="rule-clause">
        <span>{text('tag.has')}</span>
        <ReferenceSelect
          id={node.tagId}
          options={options}
          isLoading={tags.isPending}
          isRead={tags.data !== undefined}
          label={text('tag.name')}
          placeholder={text('tag.choose')}
          gone={text('tag.gone')}
          popupWidth={260}
          onChange={(tagId) => onChange({ ...node, tagId, values: [] })}
        />
        {(tag?.kind === 'value' || node.values.length > 0) && (
          <NamedSelect
            mode="tags"
            className="rule-values"
            value={node.values}
            label={text('tag.values')}
            placeholder={text('tag.anyValue')}
            options={values.map((value) => ({ value, label: value, note: peopleOf(value) }))}
            optionRender={renderOption}
            onChange={(next: string[]) => onChange({ ...node, values: next.map((value) => value.trim()).filter((value) => value !== '') })}
            popupMatchSelectWidth={240}
          />
        )}
      </span>
      {node.tagId !== '' && (
        <span className="rule-clause rule-clause-last">
          <span className="faint">{text('tag.setAt')}</span>
          <EventWindowFields label={text('tag.window')} window={node.window} onChange={(window) => onChange({ ...node, window })} />
        </span>
      )}
    </>
  )
}
