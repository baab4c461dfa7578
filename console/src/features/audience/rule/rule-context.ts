import { createContext, use } from 'react'
import type { Problem } from '../../../../../contracts/errors.ts'
import type { Rule } from '../../../../../contracts/rule.ts'
import type { Edit, Path } from './rule-editing.ts'
import type { Lack } from './unfinished.ts'
import type { NodeDrag } from './use-node-drag.ts'

/** What every node of the builder needs. */
export interface RuleEditing {
  rule: Rule
  edit: (edit: Edit) => void
  /** What the server found wrong, by node. */
  problems: ReadonlyMap<Path, Problem[]>
  /** What is not filled in yet, by node. */
  unfinished: ReadonlyMap<Path, Lack>
  /** The segment whose rule this is, which can not be a condition of itself. */
  segmentId?: string
  /** Every condition says how many people hold it alone. */
  showsCounts?: boolean
}

interface RuleTools extends RuleEditing {
  drag: NodeDrag
}

export const RuleContext = createContext<RuleTools | undefined>(undefined)

export function useRuleEditing(): RuleTools {
  const editing = use(RuleContext)
  if (!editing) throw new Error('a condition outside the builder')
  return editing
}
