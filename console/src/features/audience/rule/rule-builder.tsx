import { useEffect, useRef, type ClipboardEvent } from 'react'
import { useText } from '../../../ui/text.ts'
import { RuleGroup } from './rule-group.tsx'
import { RuleContext, type RuleEditing } from './rule-context.ts'
import { applyEdit, isGroup, nodeAt, peel, slotOf, type Edit, type Path } from './rule-editing.ts'
import { readRuleText, writeRuleText } from './rule-text.ts'
import { useNodeDrag } from './use-node-drag.ts'
import './rule.css'

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
  const drag = useNodeDrag(edit)
  const copy = (event: ClipboardEvent): void => {
    const node = nodeAt(editing.rule, pathUnder(event.target))
    if (!node || pathUnder(event.target) === '' || hasSelectedText(event.target)) return
    event.preventDefault()
    event.clipboardData.setData('text/plain', writeRuleText(node))
  }
  const paste = (event: ClipboardEvent): void => {
    const node = readRuleText(event.clipboardData.getData('text'))
    if (!node) return
    event.preventDefault()
    event.stopPropagation()
    edit({ kind: 'insert', ...placeBehind(editing.rule, pathUnder(event.target)), node })
  }
  const { rule, path, negated } = peel(editing.rule)
  if (rule.kind !== 'all' && rule.kind !== 'any') return null
  return (
    <RuleContext value={{ ...editing, edit, drag }}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- copying and pasting repeats what menus and buttons do */}
      <div className="rule-builder" ref={box} role="group" aria-label={text('rule.title')} onCopy={copy} onPaste={paste}>
        <RuleGroup node={rule} path="" inner={path} negated={negated} />
      </div>
    </RuleContext>
  )
}

const pathUnder = (target: EventTarget): Path => (target instanceof Element ? (target.closest<HTMLElement>('[data-path]')?.dataset['path'] ?? '') : '')

/** Text that is marked is what is copied, and not the condition around it. */
function hasSelectedText(target: EventTarget): boolean {
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return target.selectionStart !== target.selectionEnd
  return getSelection()?.isCollapsed === false
}

/** The place behind a condition, or at the end of the group that is the root. */
function placeBehind(rule: Parameters<typeof nodeAt>[0], path: Path): { group: Path; index: number } {
  const slot = slotOf(path)
  if (slot) return { group: slot.group, index: slot.index + 1 }
  const root = peel(rule)
  return { group: root.path, index: isGroup(root.rule) ? root.rule.rules.length : 0 }
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
