import type { Problem } from '../../../../contracts/errors.ts'
import { registeredAttribute, ruleLimits, timeProperty, type MessageRule, type Rule, type SequenceRule, type ValueTest } from '../../../../contracts/rule.ts'
import { assertNever } from '../../platform/errors.ts'
import { checkEventParts, checkWindow } from './check-event.ts'
import { checkNumbers, checkTest, problem } from './check-test.ts'
import { measuredMax } from './measure.ts'

/**
 * What the shape of a rule cannot say: numbers of values, their order, reserved keys, size. Every problem names its node,
 * `rule.rules.0.test.values`. References to other things are checked when they are followed (`resolve-rule.ts`).
 */
export function checkRule(rule: Rule, path = 'rule'): Problem[] {
  const problems: Problem[] = []
  let nodes = 0
  const visit = (node: Rule, at: string, depth: number): void => {
    nodes += 1
    if (nodes > ruleLimits.nodesMax) return
    if (depth > ruleLimits.depthMax) {
      problems.push(problem(at, `条件嵌套超过 ${ruleLimits.depthMax} 层`, `Conditions are nested more than ${ruleLimits.depthMax} deep`))
      return
    }
    problems.push(...checkNode(node, at))
    for (const [child, step] of childrenOf(node)) visit(child, `${at}.${step}`, depth + 1)
  }
  visit(rule, path, 1)
  if (nodes > ruleLimits.nodesMax) problems.push(problem(path, `条件超过 ${ruleLimits.nodesMax} 个`, `More than ${ruleLimits.nodesMax} conditions`))
  return problems
}

/** The children of a node with the step of the path that leads to them. */
export function childrenOf(rule: Rule): [Rule, string][] {
  if (rule.kind === 'all' || rule.kind === 'any') return rule.rules.map((child, index) => [child, `rules.${index}`])
  return rule.kind === 'not' ? [[rule.rule, 'rule']] : []
}

function checkNode(rule: Rule, at: string): Problem[] {
  switch (rule.kind) {
    case 'attribute':
      if (rule.attribute === registeredAttribute && !isOfDates(rule.test))
        return [problem(`${at}.test.type`, '注册时间只能按日期判断', 'The time of registration can only be tested as a date')]
      return checkTest(rule.test, `${at}.test`)
    case 'event': {
      const { operator, values } = rule.comparison
      const tooLarge = 'of' in rule.measure && rule.measure.kind !== 'distinct' && values.some((value) => Math.abs(value) > measuredMax)
      return [
        ...checkEventParts(rule, at),
        ...checkNumbers(operator, values, `${at}.comparison.values`),
        ...(tooLarge ? [problem(`${at}.comparison.values`, '数值太大', 'The number is too large')] : []),
        ...checkWindow(rule.window, `${at}.window`),
      ]
    }
    case 'eventValue':
      if (rule.of === timeProperty && !isOfDates(rule.test))
        return [problem(`${at}.test.type`, '发生时间只能按日期判断', 'The time of an event can only be tested as a date')]
      return [...checkEventParts(rule, at), ...checkTest(rule.test, `${at}.test`, rule.of), ...checkWindow(rule.window, `${at}.window`)]
    case 'sequence':
      return checkSequence(rule, at)
    case 'message':
      return checkMessage(rule, at)
    case 'tag':
      return checkWindow(rule.window, `${at}.window`)
    case 'all':
    case 'any':
    case 'not':
    case 'layer':
    case 'segment':
    case 'hasAddress':
    case 'consent':
      return []
    default:
      return assertNever(rule)
  }
}

const isOfDates = (test: ValueTest) => test.type === 'date' || test.type === 'anniversary'

function checkSequence({ steps, window }: SequenceRule, at: string): Problem[] {
  const problems = steps.flatMap((step, index) => {
    const here = `${at}.steps.${index}`
    return [...checkEventParts(step, here), ...step.without.flatMap((each, which) => checkEventParts(each, `${here}.without.${which}`))]
  })
  const [first] = steps
  if (first?.within)
    problems.push(problem(`${at}.steps.0.within`, '第一步之前没有步骤，不能限定间隔', 'Nothing comes before the first step: it has no distance'))
  if (first && first.without.length > 0)
    problems.push(problem(`${at}.steps.0.without`, '第一步之前没有步骤，不能限定期间', 'Nothing comes before the first step: nothing lies between'))
  return [...problems, ...checkWindow(window, `${at}.window`)]
}

function checkMessage(rule: MessageRule, at: string): Problem[] {
  const problems = [...checkNumbers(rule.comparison.operator, rule.comparison.values, `${at}.comparison.values`), ...checkWindow(rule.window, `${at}.window`)]
  if (rule.behaviour === 'ignored') return problems
  const onlyIgnored = (key: string) => problem(`${at}.${key}`, '只有「未回应」可以设置这一项', 'Only messages that were ignored take this')
  if (rule.afterDays !== undefined) problems.push(onlyIgnored('afterDays'))
  if (rule.inARow === true) problems.push(onlyIgnored('inARow'))
  return problems
}
