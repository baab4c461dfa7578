import type { EventRule } from '../../../../../contracts/rule.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useText } from '../../../ui/text.ts'
import { EventFilters } from './event-filters.tsx'
import { EventMeasure } from './event-measure.tsx'
import { EventSelect } from './event-select.tsx'
import { EventWindowFields } from './event-window-fields.tsx'
import { isNever, never, once } from './new-nodes.ts'

interface EventConditionProps {
  node: EventRule
  onChange: (node: EventRule) => void
}

/** 「做过」「Order Completed」·「次数」「至少」「2」次 ·「最近」「30」「天」 */
export function EventCondition({ node, onChange }: EventConditionProps) {
  const text = useText('audience')
  const isNot = isNever(node)
  const say = (did: boolean) => onChange({ ...node, measure: { kind: 'times' }, comparison: did ? once : never })
  // What is measured and filtered belongs to the event before.
  const choose = (event: string) =>
    onChange({ ...node, event, filters: [], ...('of' in node.measure ? { measure: { kind: 'times' as const }, comparison: once } : {}) })
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
        <EventSelect event={node.event} onChange={choose} />
      </span>
      {node.event !== '' && (
        <>
          {!isNot && <EventMeasure node={node} onChange={onChange} />}
          <EventWindowFields window={node.window} onChange={(window) => onChange({ ...node, window })} />
          <EventFilters event={node.event} filters={node.filters} onChange={(filters) => onChange({ ...node, filters })} />
        </>
      )}
    </>
  )
}
