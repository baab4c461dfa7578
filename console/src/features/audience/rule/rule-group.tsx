import { Segmented } from 'antd'
import type { Rule } from '../../../../../contracts/rule.ts'
import { placed } from '../../../ui/placed.ts'
import { useText } from '../../../ui/text.ts'
import { AddCondition } from './add-condition.tsx'
import { Condition } from './condition.tsx'
import { NodeProblems } from './node-problems.tsx'
import { NodeCount } from './node-count.tsx'
import { NodeTools } from './node-tools.tsx'
import { useRuleEditing } from './rule-context.ts'
import { childPath, peel, type Group, type Path } from './rule-editing.ts'

export interface NodeProps<Node> {
  node: Node
  /** The node with its `not`. */
  path: Path
  /** The node itself. */
  inner: Path
  negated: boolean
}

/** Conditions of which all or any must hold. */
export function RuleGroup({ node, path, inner, negated }: NodeProps<Group>) {
  const text = useText('audience')
  const { edit, drag } = useRuleEditing()
  const over = drag.over?.group === inner ? drag.over.index : undefined
  const choose = (kind: Group['kind']) => edit({ kind: 'replace', path: inner, node: { ...node, kind } })
  return (
    <div
      className={`rule-group ${path === '' ? 'rule-root' : ''} ${negated ? 'rule-negated' : ''}`}
      role="group"
      aria-label={text(`group.${node.kind}Name`)}
      data-path={path}
      tabIndex={-1}
    >
      <div className="rule-group-head">
        <span>{negated ? text('group.matchNot') : text('group.match')}</span>
        <Segmented<Group['kind']>
          size="small"
          value={node.kind}
          onChange={choose}
          aria-label={text('group.how')}
          options={[
            { value: 'all', label: text('group.all') },
            { value: 'any', label: text('group.any') },
          ]}
        />
        <span>{text('group.conditions')}</span>
        {path !== '' && <NodeCount node={negated ? { kind: 'not', rule: node } : node} />}
        <NodeTools path={path} negated={negated} dissolves={!negated} />
      </div>
      <NodeProblems path={inner} />
      {node.rules.length > 0 && (
        <ol className="rule-children">
          {placed(node.rules).map(({ item: child, index, key }) => (
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- dragging repeats what keys do
            <li
              key={key}
              className={over === index ? 'rule-drop-before' : over === index + 1 ? 'rule-drop-after' : undefined}
              onDragOver={(event) => drag.hover({ group: inner, index }, event)}
              onDrop={drag.drop}
            >
              {index > 0 && (
                <span className="rule-joint" aria-hidden="true">
                  {text(node.kind === 'all' ? 'group.and' : 'group.or')}
                </span>
              )}
              <RuleNode rule={child} path={childPath(inner, index)} />
            </li>
          ))}
        </ol>
      )}
      {node.rules.length === 0 && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- dragging repeats what keys do
        <p
          className={`rule-empty ${over === undefined ? '' : 'rule-drop-before'}`}
          onDragOver={(event) => drag.hover({ group: inner, index: 0 }, event)}
          onDrop={drag.drop}
        >
          {text(`group.${node.kind}Empty`)}
        </p>
      )}
      <AddCondition group={inner} index={node.rules.length} />
    </div>
  )
}

function RuleNode({ rule, path }: { rule: Rule; path: Path }) {
  const { rule: node, path: inner, negated } = peel(rule, path)
  return node.kind === 'all' || node.kind === 'any' ? (
    <RuleGroup node={node} path={path} inner={inner} negated={negated} />
  ) : (
    <Condition node={node} path={path} inner={inner} negated={negated} />
  )
}
