import { useCallback, useEffect, useReducer } from 'react'
import type { Rule } from '../../../../../contracts/rule.ts'
import { asRoot, type Edit } from '../rule/rule-editing.ts'
import { beginHistory, ruleHistory } from '../rule/rule-history.ts'

export interface EditedRule {
  rule: Rule
  edit: (edit: Edit) => void
  undo: () => void
  redo: () => void
  canUndo: boolean
  canRedo: boolean
}

/** The rule being edited, with undo and redo by keyboard: Ctrl or ⌘ with Z, Shift-Z or Y, anywhere but in a text of one's own. */
export function useRuleHistory(initial: Rule): EditedRule {
  const [state, dispatch] = useReducer(ruleHistory, initial, (rule) => beginHistory(asRoot(rule)))
  const edit = useCallback((one: Edit) => dispatch({ kind: 'edit', edit: one, atMs: performance.now() }), [])
  const undo = useCallback(() => dispatch({ kind: 'undo' }), [])
  const redo = useCallback(() => dispatch({ kind: 'redo' }), [])
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const key = event.key.toLowerCase()
      if (!(event.ctrlKey || event.metaKey) || event.altKey || (key !== 'z' && key !== 'y') || isTextElsewhere(event.target)) return
      event.preventDefault()
      if (key === 'y' || event.shiftKey) redo()
      else undo()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [undo, redo])
  return { rule: state.rule, edit, undo, redo, canUndo: state.past.length > 0, canRedo: state.future.length > 0 }
}

/** A field outside the builder keeps its own undo, copy and paste. */
export function isTextElsewhere(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, [contenteditable]') && target.closest('.rule-builder') === null
}
