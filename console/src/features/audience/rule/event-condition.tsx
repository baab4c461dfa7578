import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { collectRoutes } from '../../../../../contracts/collect.ts'
import { anyEvent, type EventRule } from '../../../../../contracts/rule.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useRead } from '../../../ui/api.ts'
import { formatCount } from '../../../ui/format.ts'
import { useLocale, useText } from '../../../ui/text.ts'
import { EventFilters } from './event-filters.tsx'
import { EventMeasure } from './event-measure.tsx'
import { EventWindowFields } from './event-window-fields.tsx'
import { isNever, never, once } from './new-nodes.ts'
import { renderOption } from './option-label.tsx'

interface EventConditionProps {
  node: EventRule
  onChange: (node: EventRule) => void
}

const filtersMax = 10

/** 「做过」「Order Completed」·「次数」「至少」「2」次 ·「最近」「30」「天」 */
export function EventCondition({ node, onChange }: EventConditionProps) {
  const text = useText('audience')
  const isNot = isNever(node)
  const say = (did: boolean) => onChange({ ...node, measure: { kind: 'times' }, comparison: did ? once : never })
  return (
    <>
      <span className="rule-clause">
        <NamedSelect
          className="rule-operator"
          value={isNot ? 'didNot' : 'did'}
          label={text('event.whether')}
          options={(['did', 'didNot'] as const).map((value) => ({ value, label: text(`event.${value}`) }))}
          onChange={(value) => say(value === 'did')}
          popupMatchSelectWidth={false}
        />
        <EventSelect node={node} onChange={onChange} />
      </span>
      {node.event !== '' && (
        <>
          {!isNot && <EventMeasure node={node} onChange={onChange} />}
          <EventWindowFields window={node.window} onChange={(window) => onChange({ ...node, window })} />
          {node.filters.length < filtersMax && (
            <Button
              size="small"
              type="text"
              className="rule-add-filter"
              icon={<PlusOutlined aria-hidden />}
              onClick={() => onChange({ ...node, filters: [...node.filters, { property: '', test: { type: 'text', operator: 'is', values: [] } }] })}
            >
              {text('event.addFilter')}
            </Button>
          )}
          <EventFilters node={node} onChange={onChange} />
        </>
      )}
    </>
  )
}

/** The events seen, the most frequent first, with how many people did them. */
function EventSelect({ node, onChange }: EventConditionProps) {
  const text = useText('audience')
  const locale = useLocale()
  const events = useRead(collectRoutes.listEventSchemas)
  const seen = (events.data?.items ?? []).map(({ event, people }) => ({
    value: event,
    label: event,
    note: text('event.people', { count: people, shown: formatCount(people, locale, true) }),
  }))
  const options = [{ value: anyEvent, label: text('event.any'), note: text('event.anyNote') }, ...seen]
  // What is measured and filtered belongs to the event before.
  const choose = (event: string) =>
    onChange({ ...node, event, filters: [], ...(node.measure.kind === 'times' ? {} : { measure: { kind: 'times' as const }, comparison: once }) })
  return (
    <NamedSelect
      showSearch={{ optionFilterProp: 'label' }}
      className="rule-subject"
      value={node.event === '' ? undefined : node.event}
      placeholder={text('event.choose')}
      label={text('event.name')}
      loading={events.isPending}
      options={options}
      optionRender={renderOption}
      onChange={choose}
      popupMatchSelectWidth={300}
    />
  )
}
