import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined, PlusOutlined } from '@ant-design/icons'
import { AutoComplete, Button } from 'antd'
import { tagRuleLimits } from '../../../../../contracts/tag-rules.ts'
import type { Tag } from '../../../../../contracts/tags.ts'
import { useText } from '../../../ui/text.ts'

interface PickedCase {
  key: number
  value: string
}

interface CasePickerProps {
  tag: Tag
  cases: readonly PickedCase[]
  chosen: number
  onChoose: (key: number) => void
  onAdd: () => void
  onRemove: (key: number) => void
  onValue: (key: number, value: string) => void
  /** The keys in their new order. */
  onMove: (keys: number[]) => void
}

/** The values of a tag from top to bottom: who fits several gets the first. The chosen one's rule stands below. */
export function CasePicker({ tag, cases, chosen, onChoose, onAdd, onRemove, onValue, onMove }: CasePickerProps) {
  const text = useText('audience')
  const known = [...new Set([...tag.values, ...tag.topValues.map(({ value }) => value)])]
  const move = (from: number, by: -1 | 1): void => {
    const keys = cases.map(({ key }) => key)
    onMove(keys.toSpliced(from, 1).toSpliced(from + by, 0, keys[from]!))
  }
  return (
    <div className="tag-cases">
      <p className="faint">{text('tagRules.firstHolds')}</p>
      <ol>
        {cases.map(({ key, value }, index) => (
          <li key={key} className={key === chosen ? 'tag-case-chosen' : undefined}>
            <span aria-hidden="true">{index + 1}</span>
            <AutoComplete
              value={value}
              maxLength={100}
              aria-label={text('tagRules.value', { number: index + 1 })}
              placeholder={text('tagRules.valuePlaceholder')}
              options={known.filter((each) => each.includes(value)).map((each) => ({ value: each }))}
              onChange={(next) => onValue(key, next)}
              onFocus={() => onChoose(key)}
            />
            <Button size="small" type={key === chosen ? 'primary' : 'default'} aria-pressed={key === chosen} onClick={() => onChoose(key)}>
              {text('tagRules.editRule')}
            </Button>
            <Button
              type="text"
              size="small"
              icon={<ArrowUpOutlined />}
              aria-label={text('tagRules.up')}
              disabled={index === 0}
              onClick={() => move(index, -1)}
            />
            <Button
              type="text"
              size="small"
              icon={<ArrowDownOutlined />}
              aria-label={text('tagRules.down')}
              disabled={index === cases.length - 1}
              onClick={() => move(index, 1)}
            />
            <Button
              type="text"
              size="small"
              icon={<CloseOutlined />}
              aria-label={text('tagRules.remove')}
              disabled={cases.length === 1}
              onClick={() => onRemove(key)}
            />
          </li>
        ))}
      </ol>
      {cases.length < tagRuleLimits.casesMax && (
        <Button size="small" type="dashed" icon={<PlusOutlined aria-hidden />} onClick={onAdd}>
          {text('tagRules.addValue')}
        </Button>
      )}
    </div>
  )
}
