import { amountProperty, timeProperty, type EventValueRule } from '../../../../../contracts/rule.ts'
import type { AttributeType } from '../../../../../contracts/people.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useNow } from '../../../ui/now.ts'
import { useZone } from '../../../ui/session-context.ts'
import { useText } from '../../../ui/text.ts'
import { EventFilters } from './event-filters.tsx'
import { EventSelect } from './event-select.tsx'
import { EventWindowFields } from './event-window-fields.tsx'
import { newTest } from './new-nodes.ts'
import { renderOption } from './option-label.tsx'
import { TestFields } from './test-fields.tsx'
import { useEventProperties } from './use-event-properties.ts'
import { dayOf } from './zone-days.ts'

/** 「最近一次」「Order Completed」的「时间」「在最近」「30」天内 */
export function EventValueCondition({ node, onChange }: { node: EventValueRule; onChange: (node: EventValueRule) => void }) {
  const text = useText('audience')
  const zone = useZone()
  const now = useNow()
  const seen = useEventProperties(node.event).filter(({ key }) => key !== amountProperty)
  const fields: { key: string; type: AttributeType; label: string; unit?: string }[] = [
    { key: timeProperty, type: 'date', label: text('eventValue.time') },
    { key: amountProperty, type: 'number', label: text('event.amount'), unit: text('event.yuan') },
    ...seen,
  ]
  const field = fields.find(({ key }) => key === node.of) ?? { label: node.of, unit: undefined }
  const measure = (of: string) => onChange({ ...node, of, test: newTest(fields.find(({ key }) => key === of)?.type ?? 'text', dayOf(now, zone)) })
  const began = { of: timeProperty, test: newTest('date', dayOf(now, zone)) }
  return (
    <>
      <span className="rule-clause">
        <NamedSelect<EventValueRule['which']>
          className="rule-operator"
          value={node.which}
          label={text('eventValue.which')}
          options={(['last', 'first'] as const).map((value) => ({ value, label: text(`eventValue.${value}`) }))}
          onChange={(which) => onChange({ ...node, which })}
          popupMatchSelectWidth={false}
        />
        <EventSelect event={node.event} onChange={(event) => onChange({ ...node, event, filters: [], ...(node.of === timeProperty ? {} : began) })} />
      </span>
      {node.event !== '' && (
        <>
          <span className="rule-clause">
            <NamedSelect
              showSearch={{ optionFilterProp: 'label' }}
              className="rule-property"
              value={node.of}
              label={text('eventValue.of')}
              options={fields.map(({ key, label, type }) => ({ value: key, label, note: text(`types.${type}`) }))}
              optionRender={renderOption}
              onChange={measure}
              popupMatchSelectWidth={220}
            />
            <TestFields
              test={node.test}
              name={field.label}
              source={{ event: node.event, property: node.of }}
              unit={field.unit || undefined}
              onChange={(test) => onChange({ ...node, test })}
            />
          </span>
          <EventWindowFields window={node.window} onChange={(window) => onChange({ ...node, window })} />
          <EventFilters event={node.event} filters={node.filters} onChange={(filters) => onChange({ ...node, filters })} />
        </>
      )}
    </>
  )
}
