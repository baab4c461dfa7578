import type { Problem } from '../../../../../contracts/errors.ts'
import type { Path } from './rule-editing.ts'

/**
 * Problems of a refused request by the node they name: `body.rule.rules.0.test.values` and `rule.rules.0.test.values` both lie at the node `rules.0`.
 * `rest` is what the rule has no part in.
 */
export function problemsByNode(problems: readonly Problem[]): { nodes: Map<Path, Problem[]>; rest: Problem[] } {
  const nodes = new Map<Path, Problem[]>()
  const rest: Problem[] = []
  for (const problem of problems) {
    const path = nodeOf(problem.at)
    if (path === undefined) rest.push(problem)
    else nodes.set(path, [...(nodes.get(path) ?? []), problem])
  }
  return { nodes, rest }
}

function nodeOf(at: string): Path | undefined {
  const inside = /^(?:body\.)?rule(?:\.(.*))?$/.exec(at)
  if (!inside) return undefined
  return (/^(?:(?:rules\.\d+|rule)(?:\.|$))*/.exec(inside[1] ?? '')?.[0] ?? '').replace(/\.$/, '')
}
