import { ProblemError } from '../../../../../contracts/client.ts'
import { useText } from '../../../ui/text.ts'
import type { MappingProblem } from './mapping-problems.ts'

interface Words {
  zh: string
  en: string
}

/** What is wrong with which column: seen here at once, or told by the server (`body.mapping.3`). */
export function useColumnProblems(lacks: readonly MappingProblem[], refused: Error | null): ReadonlyMap<number, Words> {
  const text = useText('data')
  const problems = new Map<number, Words>()
  const twice = text('imports.problems.twiceHere')
  for (const lack of lacks) if (lack.kind === 'twice') for (const index of lack.columns) problems.set(index, { zh: twice, en: twice })
  if (refused instanceof ProblemError) {
    for (const { at, zh, en } of refused.problem.problems) {
      const index = /^body\.mapping\.(\d+)/.exec(at)?.[1]
      if (index !== undefined) problems.set(Number(index), { zh, en })
    }
  }
  return problems
}
