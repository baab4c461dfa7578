import { CloseOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import type { AttributeType } from '../../../../../contracts/people.ts'
import { amountProperty, isPropertyFilter, type EventRule, type Filter, type PropertyFilter } from '../../../../../contracts/rule.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useNow } from '../../../ui/now.ts'
import { useZone } from '../../../ui/session-context.ts'
import { useText } from '../../../ui/text.ts'
import { newTest } from './new-nodes.ts'
import { renderOption } from './option-label.tsx'
import { TestFields } from './test-fields.tsx'
import { useEventProperties } from './use-event-properties.ts'
import { dayOf } from './zone-days.ts'

/** Which of the events count, one line for each property. */
export function EventFilters({ node, onChange }: { node: EventRule; onChange: (node: EventRule) => void }) {
  const set = (filters: Filter[]) => onChange({ ...node, filters })
  return node.filters.map(
    (filter, index) =>
      isPropertyFilter(filter) && (
        <FilterLine
          // oxlint-disable-next-line react/no-array-index-key -- the place of a filter is its only identity
          key={index}
          event={node.event}
          filter={filter}
          onChange={(next) => set(node.filters.map((each, at) => (at === index ? next : each)))}
          onRemove={() => set(node.filters.filter((_, at) => at !== index))}
        />
      ),
  )
}

interface FilterLineProps {
  event: string
  filter: PropertyFilter
  onChange: (filter: PropertyFilter) => void
  onRemove: () => void
}

function FilterLine({ event, filter, onChange, onRemove }: FilterLineProps) {
  const text = useText('audience')
  const zone = useZone()
  const now = useNow()
  const seen = useEventProperties(event).filter(({ key }) => key !== amountProperty)
  const properties: { key: string; type: AttributeType }[] = [{ key: amountProperty, type: 'number' }, ...seen]
  const isMoney = filter.property === amountProperty
  const name = isMoney ? text('event.amount') : filter.property
  const choose = (property: string) => onChange({ property, test: newTest(properties.find(({ key }) => key === property)?.type ?? 'text', dayOf(now, zone)) })
  return (
    <div className="rule-filter" role="group" aria-label={text('event.filter')}>
      <span className="faint">{text('event.where')}</span>
      <NamedSelect
        showSearch={{ optionFilterProp: 'value' }}
        className="rule-property"
        value={filter.property === '' ? undefined : filter.property}
        placeholder={text('event.chooseProperty')}
        label={text('event.property')}
        options={properties.map(({ key, type }) => ({ value: key, label: key === amountProperty ? text('event.amount') : key, note: text(`types.${type}`) }))}
        optionRender={renderOption}
        onChange={choose}
        popupMatchSelectWidth={220}
      />
      {filter.property !== '' && (
        <TestFields
          test={filter.test}
          name={name}
          source={{ event, property: filter.property }}
          unit={isMoney ? text('event.yuan') : undefined}
          onChange={(test) => onChange({ ...filter, test })}
        />
      )}
      <Button type="text" size="small" icon={<CloseOutlined />} aria-label={text('event.removeFilter')} onClick={onRemove} />
    </div>
  )
}
