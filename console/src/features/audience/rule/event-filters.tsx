import { CloseOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Segmented, Tooltip } from 'antd'
import type { AttributeType } from '../../../../../contracts/people.ts'
import { amountProperty, isPropertyFilter, ruleLimits, type Filter, type FilterGroup, type PropertyFilter } from '../../../../../contracts/rule.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useNow } from '../../../ui/now.ts'
import { useZone } from '../../../ui/session-context.ts'
import { placed } from '../../../ui/placed.ts'
import { useText } from '../../../ui/text.ts'
import { newTest } from './new-nodes.ts'
import { renderOption } from './option-label.tsx'
import { TestFields } from './test-fields.tsx'
import { useEventProperties } from './use-event-properties.ts'
import { dayOf } from './zone-days.ts'

const filtersMax = 10
const newFilter = (): PropertyFilter => ({ property: '', test: { type: 'text', operator: 'is', values: [] } })

interface EventFiltersProps {
  event: string
  filters: readonly Filter[]
  onChange: (filters: Filter[]) => void
  /** How deep in groups of filters. */
  depth?: number
  /** The most that may stand side by side. */
  max?: number
}

/** Which of the events count, one line for each property; groups of which all or any must hold may stand among them. */
export function EventFilters({ event, filters, onChange, depth = 1, max = filtersMax }: EventFiltersProps) {
  const text = useText('audience')
  const replace = (index: number, next: Filter | null) => onChange(filters.flatMap((each, at) => (at === index ? (next ? [next] : []) : [each])))
  return (
    <>
      {filters.length < max && (
        <span className="rule-add-filter">
          <Button size="small" type="text" icon={<PlusOutlined aria-hidden />} onClick={() => onChange([...filters, newFilter()])}>
            {text('event.addFilter')}
          </Button>
          {depth < ruleLimits.filterDepthMax && filters.length > 0 && (
            <Button size="small" type="text" onClick={() => onChange([...filters, { kind: 'any', filters: [newFilter(), newFilter()] }])}>
              {text('event.addFilterGroup')}
            </Button>
          )}
        </span>
      )}
      {placed(filters).map(({ item: filter, index, key }) => (
        <FilterNode key={key} event={event} filter={filter} depth={depth} onChange={(next) => replace(index, next)} />
      ))}
    </>
  )
}

interface FilterNodeProps {
  event: string
  filter: Filter
  depth: number
  isNegated?: boolean
  /** Null takes it away. */
  onChange: (filter: Filter | null) => void
}

function FilterNode({ event, filter, depth, isNegated = false, onChange }: FilterNodeProps) {
  if (isPropertyFilter(filter)) return <FilterLine event={event} filter={filter} isNegated={isNegated} onChange={onChange} />
  if (filter.kind !== 'not') return <FilterBox event={event} filter={filter} depth={depth} isNegated={isNegated} onChange={onChange} />
  // Two negations are none.
  return <FilterNode event={event} filter={filter.filter} depth={depth} isNegated={!isNegated} onChange={(next) => onChange(negated(next, !isNegated))} />
}

const negated = (filter: Filter | null, isNegated: boolean): Filter | null => {
  if (filter === null || !isNegated) return filter
  return !isPropertyFilter(filter) && filter.kind === 'not' ? filter.filter : { kind: 'not', filter }
}

function FilterBox({ event, filter, depth, isNegated, onChange }: FilterNodeProps & { filter: FilterGroup; isNegated: boolean }) {
  const text = useText('audience')
  return (
    <div className={`rule-filter rule-filter-group ${isNegated ? 'rule-negated' : ''}`} role="group" aria-label={text(`group.${filter.kind}Name`)}>
      <span className="rule-clause">
        {isNegated && <span className="rule-not">{text('node.not')}</span>}
        <span className="faint">{text('event.where')}</span>
        <Segmented<FilterGroup['kind']>
          size="small"
          value={filter.kind}
          onChange={(kind) => onChange({ ...filter, kind })}
          aria-label={text('group.how')}
          options={[
            { value: 'all', label: text('group.all') },
            { value: 'any', label: text('group.any') },
          ]}
        />
        <FilterTools isNegated={isNegated} onNegate={() => onChange({ kind: 'not', filter })} onRemove={() => onChange(null)} />
      </span>
      <EventFilters
        event={event}
        filters={filter.filters}
        depth={depth + 1}
        max={ruleLimits.filtersMax}
        onChange={(filters) => onChange(filters.length === 0 ? null : { ...filter, filters })}
      />
    </div>
  )
}

function FilterTools({ isNegated, onNegate, onRemove }: { isNegated: boolean; onNegate: () => void; onRemove: () => void }) {
  const text = useText('audience')
  return (
    <>
      <Tooltip title={text('event.negateFilter')} mouseEnterDelay={0.5}>
        <Button type="text" size="small" aria-pressed={isNegated} onClick={onNegate}>
          {text('node.turn')}
        </Button>
      </Tooltip>
      <Button type="text" size="small" icon={<CloseOutlined />} aria-label={text('event.removeFilter')} onClick={onRemove} />
    </>
  )
}

function FilterLine({ event, filter, isNegated, onChange }: Omit<FilterNodeProps, 'depth'> & { filter: PropertyFilter; isNegated: boolean }) {
  const text = useText('audience')
  const zone = useZone()
  const now = useNow()
  const seen = useEventProperties(event).filter(({ key }) => key !== amountProperty)
  const properties: { key: string; type: AttributeType; label: string; unit: string }[] = [
    { key: amountProperty, type: 'number', label: text('event.amount'), unit: text('event.yuan') },
    ...seen,
  ]
  const chosen = properties.find(({ key }) => key === filter.property)
  const name = chosen?.label ?? filter.property
  const choose = (property: string) => onChange({ property, test: newTest(properties.find(({ key }) => key === property)?.type ?? 'text', dayOf(now, zone)) })
  return (
    <div className={`rule-filter ${isNegated ? 'rule-negated' : ''}`} role="group" aria-label={text('event.filter')}>
      {isNegated && <span className="rule-not">{text('node.not')}</span>}
      <span className="faint">{text('event.where')}</span>
      <NamedSelect
        showSearch={{ optionFilterProp: 'words' }}
        className="rule-property"
        value={filter.property === '' ? undefined : filter.property}
        placeholder={text('event.chooseProperty')}
        label={text('event.property')}
        options={properties.map(({ key, label, type }) => ({
          value: key,
          label,
          words: `${label} ${key}`,
          note: text(`types.${type}`),
        }))}
        optionRender={renderOption}
        onChange={choose}
        popupMatchSelectWidth={220}
      />
      {filter.property !== '' && (
        <TestFields
          test={filter.test}
          name={name}
          source={{ event, property: filter.property }}
          unit={chosen?.unit || undefined}
          onChange={(test) => onChange({ ...filter, test })}
        />
      )}
      <FilterTools isNegated={isNegated} onNegate={() => onChange({ kind: 'not', filter })} onRemove={() => onChange(null)} />
    </div>
  )
}
