import type { LocaleText } from '../../../contracts/common.ts'
import type { Rule } from '../../../contracts/rule.ts'
import type { Context } from '../access/index.ts'
import { maskPersonal, personalAttributes, propertyMask, type MaskProperties } from '../people/index.ts'
import { ruleMoment } from './audience-statement.ts'
import { readFacts } from './read-facts.ts'
import { describeFinding } from './rule/describe-finding.ts'
import { describeRule } from './rule/describe-rule.ts'
import { evaluateNodes, type Finding } from './rule/evaluate-rule.ts'
import { resolveRule } from './rule/resolve-rule.ts'
import { readRuleWords } from './rule/rule-words.ts'

export interface Explanation {
  holds: boolean
  nodes: { path: string; holds: boolean; sentence: LocaleText; value: string | null; found: LocaleText | null }[]
}

/** Why a person is, or is not, in a rule: every node from the root down, with what its condition found. @throws `not-found` for a person of nowhere */
export async function explainRule(ctx: Context, input: { rule: Rule; personId: number }): Promise<Explanation> {
  const resolved = await resolveRule(ctx, input.rule)
  const [facts, words, moment] = await Promise.all([readFacts(ctx, input.personId, resolved), readRuleWords(ctx, [input.rule]), ruleMoment(ctx)])
  const masks = { attributes: await personalAttributes(ctx), properties: await propertyMask(ctx) }
  const findings = evaluateNodes(resolved, facts, moment).map((finding) => masked(finding, masks))
  const nodes = findings.map((finding) => ({
    path: finding.path,
    holds: finding.holds,
    sentence: describeRule(nodeAt(input.rule, finding.path), words),
    value: finding.value,
    found: describeFinding(finding, words),
  }))
  return { holds: findings.at(-1)?.holds ?? false, nodes: nodes.toSorted((a, b) => comparePaths(a.path, b.path)) }
}

/** What a condition found, as whoever asks may see it. */
function masked(finding: Finding, masks: { attributes: ReadonlySet<string>; properties: MaskProperties }): Finding {
  const { rule, value } = finding
  if (value === null) return finding
  if (rule.kind === 'attribute' && masks.attributes.has(rule.attribute)) return { ...finding, value: maskPersonal(value) }
  if (rule.kind === 'eventValue') return { ...finding, value: String(masks.properties(rule.event, { [rule.of]: value })[rule.of]) }
  return finding
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
