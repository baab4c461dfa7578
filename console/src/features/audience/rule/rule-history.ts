import type { Rule } from '../../../../../contracts/rule.ts'
import { applyEdit, type Edit } from './rule-editing.ts'

/** A rule being edited, with what it was before and what was undone. */
export interface RuleHistory {
  rule: Rule
  past: Rule[]
  future: Rule[]
  /** Where and when the last change was, so that typing one number is one step. */
  last?: { path: string; atMs: number }
}

export type HistoryAction = { kind: 'edit'; edit: Edit; atMs: number } | { kind: 'undo' } | { kind: 'redo' } | { kind: 'restart'; rule: Rule }

const stepsMax = 100
const sameStepMs = 1000

export const beginHistory = (rule: Rule): RuleHistory => ({ rule, past: [], future: [] })

/** The history after an action; changes of one node in quick succession are one step. */
export function ruleHistory(state: RuleHistory, action: HistoryAction): RuleHistory {
  switch (action.kind) {
    case 'edit':
      return edited(state, action.edit, action.atMs)
    case 'undo': {
      const before = state.past.at(-1)
      return before ? { rule: before, past: state.past.slice(0, -1), future: [state.rule, ...state.future] } : state
    }
    case 'redo': {
      const [next, ...future] = state.future
      return next ? { rule: next, past: [...state.past, state.rule], future } : state
    }
    case 'restart':
      return beginHistory(action.rule)
  }
}

function edited(state: RuleHistory, edit: Edit, atMs: number): RuleHistory {
  const { rule } = applyEdit(state.rule, edit)
  if (rule === state.rule) return state
  const last = edit.kind === 'replace' ? { path: edit.path, atMs } : undefined
  const isSameStep = last !== undefined && state.last?.path === last.path && atMs - state.last.atMs < sameStepMs
  return { rule, past: isSameStep ? state.past : [...state.past, state.rule].slice(-stepsMax), future: [], last }
}
