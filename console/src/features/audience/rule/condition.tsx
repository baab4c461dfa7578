import type { KeyboardEvent } from 'react'
import type { Rule } from '../../../../../contracts/rule.ts'
import { useText } from '../../../ui/text.ts'
import { AddressCondition, LayerCondition, SegmentCondition } from './reference-conditions.tsx'
import { AttributeCondition } from './attribute-condition.tsx'
import { EventCondition } from './event-condition.tsx'
import { EventValueCondition } from './event-value-condition.tsx'
import { ConsentCondition, MessageCondition } from './message-conditions.tsx'
import { NodeCount } from './node-count.tsx'
import { NodeProblems } from './node-problems.tsx'
import { NodeTools } from './node-tools.tsx'
import { useRuleEditing } from './rule-context.ts'
import type { Path } from './rule-editing.ts'
import type { NodeProps } from './rule-group.tsx'
import { SequenceCondition } from './sequence-condition.tsx'
import { TagCondition } from './tag-condition.tsx'

type Leaf = Exclude<Rule, { kind: 'all' | 'any' | 'not' }>

/** One condition as a sentence of controls; Alt with an arrow moves it. */
export function Condition({ node, path, inner, negated }: NodeProps<Leaf>) {
  const text = useText('audience')
  const { edit, unfinished, problems } = useRuleEditing()
  const shift = (event: KeyboardEvent): void => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    edit({ kind: 'shift', path, by: event.key === 'ArrowUp' ? -1 : 1 })
  }
  const state = problems.has(inner) ? 'rule-wrong' : unfinished.has(inner) ? 'rule-unfinished' : ''
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the shortcut repeats what the buttons inside do
    <div
      className={`rule-condition ${negated ? 'rule-negated' : ''} ${state}`}
      role="group"
      aria-label={text(`kinds.${node.kind}`)}
      data-path={path}
      tabIndex={-1}
      onKeyDown={shift}
    >
      <div className="rule-condition-body">
        {negated && <span className="rule-not">{text('node.not')}</span>}
        <ConditionFields node={node} path={inner} />
        <NodeCount node={negated ? { kind: 'not', rule: node } : node} />
      </div>
      <NodeTools path={path} negated={negated} />
      <NodeProblems path={inner} />
    </div>
  )
}

function ConditionFields({ node, path }: { node: Leaf; path: Path }) {
  const { edit } = useRuleEditing()
  const change = (next: Rule) => edit({ kind: 'replace', path, node: next })
  switch (node.kind) {
    case 'attribute':
      return <AttributeCondition node={node} onChange={change} />
    case 'event':
      return <EventCondition node={node} onChange={change} />
    case 'layer':
      return <LayerCondition node={node} onChange={change} />
    case 'segment':
      return <SegmentCondition node={node} onChange={change} />
    case 'hasAddress':
      return <AddressCondition node={node} onChange={change} />
    case 'eventValue':
      return <EventValueCondition node={node} onChange={change} />
    case 'sequence':
      return <SequenceCondition node={node} onChange={change} />
    case 'message':
      return <MessageCondition node={node} onChange={change} />
    case 'tag':
      return <TagCondition node={node} onChange={change} />
    case 'consent':
      return <ConsentCondition node={node} onChange={change} />
  }
}
