import type { Problem } from '../../../../contracts/errors.ts'
import { amountProperty, isPropertyFilter, registeredAttribute, ruleLimits, type EventRule, type Rule, type ValueTest } from '../../../../contracts/rule.ts'
import { assertNever } from '../../platform/errors.ts'
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

const notYet = (at: string): Problem => problem(at, '这种条件暂时还不能计算', 'This condition cannot be computed yet')
const problem = (at: string, zh: string, en: string): Problem => ({ at, zh, en })

function checkNode(rule: Rule, at: string): Problem[] {
  switch (rule.kind) {
    case 'attribute':
      if (rule.attribute === registeredAttribute && rule.test.type !== 'date')
        return [problem(`${at}.test.type`, '注册时间只能按日期判断', 'The time of registration can only be tested as a date')]
      return checkTest(rule.test, `${at}.test`)
    case 'event':
      return checkEvent(rule, at)
    case 'all':
    case 'any':
    case 'not':
    case 'layer':
    case 'segment':
    case 'hasAddress':
      return []
    case 'eventValue':
    case 'sequence':
    case 'message':
    case 'tag':
    case 'consent':
      return [notYet(at)]
    default:
      return assertNever(rule)
  }
}

function checkEvent(rule: EventRule, at: string): Problem[] {
  const problems = rule.filters.flatMap((filter, index) => {
    if (!isPropertyFilter(filter)) return [notYet(`${at}.filters.${index}`)]
    const here = `${at}.filters.${index}.test`
    const isMoney = filter.property === amountProperty
    if (isMoney && filter.test.type !== 'number') return [problem(`${here}.type`, '金额只能按数字判断', 'The amount can only be tested as a number')]
    return checkTest(filter.test, here)
  })
  const { operator, values } = rule.comparison
  problems.push(...checkNumbers(operator, values, `${at}.comparison.values`))
  if (rule.measure.kind !== 'times' && values.some((value) => Math.abs(value) > measuredMax))
    problems.push(problem(`${at}.comparison.values`, '数值太大', 'The number is too large'))
  if (rule.measure.kind === 'days' || rule.measure.kind === 'distinct') problems.push(notYet(`${at}.measure`))
  const { window } = rule
  if (window.kind === 'before' || window.kind === 'calendar' || window.kind === 'sinceCampaign') problems.push(notYet(`${at}.window`))
  if (window.kind === 'between' && Date.parse(window.from) >= Date.parse(window.to))
    problems.push(problem(`${at}.window`, '结束时间应晚于开始时间', 'The end must be after the start'))
  return problems
}

function checkTest(test: ValueTest, at: string): Problem[] {
  switch (test.type) {
    case 'text':
      return checkTexts(test, `${at}.values`)
    case 'number':
      return checkNumbers(test.operator, test.values, `${at}.values`)
    case 'date':
      return checkDates(test, `${at}.values`)
    case 'boolean':
      return []
    case 'list':
    case 'anniversary':
      return [notYet(at)]
    default:
      return assertNever(test)
  }
}

function checkTexts({ operator, values }: Extract<ValueTest, { type: 'text' }>, at: string): Problem[] {
  if (operator === 'within') return [notYet(at)]
  const { least, most } = operator === 'oneOf' ? { least: 1, most: 1000 } : bounds(operator)
  if (values.length < least || values.length > most) return [wrongCount(at, least, most)]
  if (values.includes('')) return [problem(at, '不能为空文本', 'Text must not be empty')]
  return values.some((value) => /\p{Surrogate}/u.test(value)) ? [problem(at, '含有无效字符', 'Holds invalid characters')] : []
}

function checkNumbers(operator: string, values: readonly number[], at: string): Problem[] {
  const { least, most } = bounds(operator)
  if (values.length < least || values.length > most) return [wrongCount(at, least, most)]
  return checkOrder(operator, values, at)
}

function checkDates({ operator, values }: Extract<ValueTest, { type: 'date' }>, at: string): Problem[] {
  if (operator === 'withinNext') return [notYet(at)]
  const { least, most } = bounds(operator)
  if (values.length < least || values.length > most) return [wrongCount(at, least, most)]
  const takesDays = operator === 'withinLast' || operator === 'moreThanAgo'
  if (takesDays && values.some((value) => typeof value !== 'number')) return [problem(at, '应为天数', 'Should be a number of days')]
  if (!takesDays && values.some((value) => typeof value !== 'string')) return [problem(at, '应为日期,如 2026-01-31', 'Should be a date like 2026-01-31')]
  return checkOrder(operator, values, at)
}

function checkOrder(operator: string, values: readonly (number | string)[], at: string): Problem[] {
  const [first, second] = values
  const isReversed = operator === 'between' && first !== undefined && second !== undefined && first > second
  return isReversed ? [problem(at, '前一个值应不大于后一个值', 'The first value must not be above the second')] : []
}

function bounds(operator: string): { least: number; most: number } {
  if (operator === 'isSet' || operator === 'isNotSet') return { least: 0, most: 0 }
  return operator === 'between' ? { least: 2, most: 2 } : { least: 1, most: 1 }
}

function wrongCount(at: string, least: number, most: number): Problem {
  if (most === 0) return problem(at, '此判断不需要值', 'This test takes no value')
  if (least === most) return problem(at, `需要 ${least} 个值`, `Needs ${least} value${least === 1 ? '' : 's'}`)
  return problem(at, `需要 ${least} 到 ${most} 个值`, `Needs ${least} to ${most} values`)
}
