import type { LocaleText } from '../../../contracts/common.ts'
import type { Rule } from '../../../contracts/rule.ts'
import type { Context } from '../access/index.ts'
import { maskPersonal, personalAttributes } from '../people/index.ts'
import { ruleMoment } from './audience-statement.ts'
import { readFacts } from './read-facts.ts'
import { describeRule, type RuleWords } from './rule/describe-rule.ts'
import { evaluateNodes } from './rule/evaluate-rule.ts'
import { resolveRule } from './rule/resolve-rule.ts'
import { readRuleWords } from './rule/rule-words.ts'

export interface Explanation {
  holds: boolean
  nodes: { path: string; holds: boolean; sentence: LocaleText; value: string | null }[]
}

/** Why a person is, or is not, in a rule: every node from the root down, with what its condition found. @throws `not-found` for a person of nowhere */
export async function explainRule(ctx: Context, input: { rule: Rule; personId: number }): Promise<Explanation> {
  const resolved = await resolveRule(ctx, input.rule)
  const [facts, words, moment] = await Promise.all([readFacts(ctx, input.personId, resolved), readRuleWords(ctx, [input.rule]), ruleMoment(ctx)])
  const findings = evaluateNodes(resolved, facts, moment)
  const personal = await personalAttributes(ctx)
  const nodes = findings.map((finding) => ({
    path: finding.path,
    holds: finding.holds,
    sentence: describeRule(nodeAt(input.rule, finding.path), words),
    value: shownValue(finding, { personal, words }),
  }))
  return { holds: findings.at(-1)?.holds ?? false, nodes: nodes.toSorted((a, b) => comparePaths(a.path, b.path)) }
}

interface Finding {
  rule: { kind: string; attribute?: string; modelId?: string }
  value: string | null
}

/** What a condition found, as anybody may see it. */
function shownValue({ rule, value }: Finding, { personal, words }: { personal: ReadonlySet<string>; words: RuleWords }): string | null {
  if (rule.kind === 'layer') return layerLabel(words.models.get(rule.modelId?.toLowerCase() ?? '')?.layers.get(value ?? ''), value)
  return value !== null && rule.kind === 'attribute' && personal.has(rule.attribute ?? '') ? maskPersonal(value) : value
}

function nodeAt(rule: Rule, path: string): Rule {
  if (path === '') return rule
  const [step, ...rest] = path.split('.')
  if (rule.kind === 'not') return nodeAt(rule.rule, rest.join('.'))
  if (step !== 'rules' || (rule.kind !== 'all' && rule.kind !== 'any')) throw new Error(`No node at ${path}`)
  const child = rule.rules[Number(rest[0])]
  if (!child) throw new Error(`No node at ${path}`)
  return nodeAt(child, rest.slice(1).join('.'))
}

/** Parents before children, siblings in order. */
function comparePaths(a: string, b: string): number {
  const [left, right] = [stepsOf(a), stepsOf(b)]
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const difference = left[index]! - right[index]!
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

const stepsOf = (path: string) => [...path.matchAll(/rules\.(\d+)|rule/g)].map((match) => Number(match[1] ?? 0))

function layerLabel(label: LocaleText | undefined, layer: string | null): string | null {
  return label ? `${label.zh} / ${label.en}` : layer
}
