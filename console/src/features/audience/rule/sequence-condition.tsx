import { CloseOutlined, PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { ruleLimits, type SequenceRule, type SequenceStep } from '../../../../../contracts/rule.ts'
import { placed } from '../../../ui/placed.ts'
import { useText } from '../../../ui/text.ts'
import { EventFilters } from './event-filters.tsx'
import { EventSelect } from './event-select.tsx'
import { EventWindowFields } from './event-window-fields.tsx'
import { newStep } from './new-nodes.ts'
import { withoutStep } from './sequence-steps.ts'
import { SpanFields } from './span-fields.tsx'

const withoutMax = 3
const stepsMin = 2

/** Steps as a chain from top to bottom; on the way between two of them stands how long it may take and what must not happen. */
export function SequenceCondition({ node, onChange }: { node: SequenceRule; onChange: (node: SequenceRule) => void }) {
  const text = useText('audience')
  const set = (steps: SequenceStep[]) => onChange({ ...node, steps })
  return (
    <div className="rule-sequence">
      <ol>
        {placed(node.steps).map(({ item: step, index, key }) => (
          <li key={key}>
            {index > 0 && <Way step={step} number={index + 1} onChange={(next) => set(node.steps.with(index, next))} />}
            <div className="rule-step">
              <b aria-hidden="true">{index + 1}</b>
              <div className="rule-condition-body">
                <EventSelect
                  event={step.event}
                  label={text('sequence.step', { number: index + 1 })}
                  onChange={(event) => set(node.steps.with(index, { ...step, event, filters: [] }))}
                />
                {node.steps.length > stepsMin && (
                  <Button
                    type="text"
                    size="small"
                    icon={<CloseOutlined />}
                    aria-label={text('sequence.removeStep', { number: index + 1 })}
                    onClick={() => set(withoutStep(node.steps, index))}
                  />
                )}
                {step.event !== '' && (
                  <EventFilters event={step.event} filters={step.filters} onChange={(filters) => set(node.steps.with(index, { ...step, filters }))} />
                )}
              </div>
            </div>
          </li>
        ))}
      </ol>
      <span className="rule-clause">
        {node.steps.length < ruleLimits.stepsMax && (
          <Button size="small" type="text" className="rule-add-filter" icon={<PlusOutlined aria-hidden />} onClick={() => set([...node.steps, newStep()])}>
            {text('sequence.addStep')}
          </Button>
        )}
        <span className="faint">{text('sequence.whole')}</span>
        <SpanFields span={node.within} label={text('sequence.wholeSpan')} onChange={(within) => onChange({ ...node, within })} />
      </span>
      <EventWindowFields window={node.window} onChange={(window) => onChange({ ...node, window })} />
    </div>
  )
}

function Way({ step, number, onChange }: { step: SequenceStep; number: number; onChange: (step: SequenceStep) => void }) {
  const text = useText('audience')
  return (
    <div className="rule-way">
      <span className="rule-clause">
        <span className="faint">{text('sequence.then')}</span>
        <SpanFields span={step.within} label={text('sequence.span', { number })} onChange={(within) => onChange({ ...step, within })} />
        {step.without.length < withoutMax && (
          <Button
            size="small"
            type="text"
            className="rule-add-filter"
            icon={<PlusOutlined aria-hidden />}
            onClick={() => onChange({ ...step, without: [...step.without, { event: '', filters: [] }] })}
          >
            {text('sequence.addWithout')}
          </Button>
        )}
      </span>
      {placed(step.without).map(({ item: each, index, key }) => (
        <span key={key} className="rule-clause">
          <span className="rule-not">{text('sequence.without')}</span>
          <EventSelect
            event={each.event}
            label={text('sequence.withoutEvent', { number })}
            onChange={(event) => onChange({ ...step, without: step.without.with(index, { event, filters: [] }) })}
          />
          <Button
            type="text"
            size="small"
            icon={<CloseOutlined />}
            aria-label={text('sequence.removeWithout')}
            onClick={() => onChange({ ...step, without: step.without.toSpliced(index, 1) })}
          />
          {each.event !== '' && (
            <EventFilters
              event={each.event}
              filters={each.filters}
              onChange={(filters) => onChange({ ...step, without: step.without.with(index, { ...each, filters }) })}
            />
          )}
        </span>
      ))}
    </div>
  )
}
