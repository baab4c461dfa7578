import { useEffect, useRef } from 'react'
import { useText } from '../../../ui/text.ts'
import { RuleGroup } from './rule-group.tsx'
import { RuleContext, type RuleEditing } from './rule-context.ts'
import { applyEdit, peel, type Edit } from './rule-editing.ts'

/** The tree of conditions. After an edit the keyboard stays where the edited node went. */
export function RuleBuilder(editing: RuleEditing) {
  const text = useText('audience')
  const box = useRef<HTMLDivElement>(null)
  const wanted = useRef<{ edit: Edit; path: string }>(undefined)
  useEffect(() => {
    if (wanted.current && box.current) focusNode(box.current, wanted.current)
    wanted.current = undefined
  })
  const edit = (one: Edit): void => {
    if (one.kind !== 'replace' && one.kind !== 'set') wanted.current = { edit: one, path: applyEdit(editing.rule, one).path }
    editing.edit(one)
  }
  const { rule, path, negated } = peel(editing.rule)
  if (rule.kind !== 'all' && rule.kind !== 'any') return null
  return (
    <RuleContext value={{ ...editing, edit }}>
      <div className="rule-builder" ref={box} role="group" aria-label={text('rule.title')}>
        <RuleGroup node={rule} path="" inner={path} negated={negated} />
      </div>
    </RuleContext>
  )
}

/** A moved node keeps its button, a new one asks for its first value, and after a removal the place itself is next. */
function focusNode(box: HTMLElement, { edit, path }: { edit: Edit; path: string }): void {
  const node = box.querySelector<HTMLElement>(`[data-path="${path}"]`)
  if (!node) {
    box.querySelector<HTMLElement>('.rule-add')?.focus()
    return
  }
  if (edit.kind === 'insert') {
    const first = node.querySelector<HTMLElement>('.rule-subject input') ?? node.querySelector<HTMLElement>('input:not([type="radio"]), .rule-add')
    ;(first ?? node).focus()
    return
  }
  const button = edit.kind === 'shift' ? node.querySelector<HTMLButtonElement>(edit.by === 1 ? '.rule-down' : '.rule-up') : null
  ;(button && !button.disabled ? button : node).focus()
}
