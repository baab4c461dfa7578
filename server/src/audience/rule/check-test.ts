import type { Problem } from '../../../../contracts/errors.ts'
import { amountProperty, type ValueTest } from '../../../../contracts/rule.ts'
import { assertNever } from '../../platform/errors.ts'
import { regionText } from './region-text.ts'

export const problem = (at: string, zh: string, en: string): Problem => ({ at, zh, en })

/** What is wrong with the values of a test. `property` is what is tested, where money can only be a number. */
export function checkTest(test: ValueTest, at: string, property?: string): Problem[] {
  if (property === amountProperty && test.type !== 'number') return [problem(`${at}.type`, '金额只能按数字判断', 'The amount can only be tested as a number')]
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
      return checkList(test, at)
    case 'anniversary': {
      const takesDays = test.operator === 'withinNext' || test.operator === 'withinLast'
      const wanted = takesDays ? 1 : 0
      return test.values.length === wanted ? [] : [wrongCount(`${at}.values`, wanted, wanted)]
    }
    default:
      return assertNever(test)
  }
}

function checkTexts({ operator, values }: Extract<ValueTest, { type: 'text' }>, at: string): Problem[] {
  if (operator === 'within' && values.some((value) => regionText(value) === '')) return [problem(at, '请选择地区', 'Choose a region')]
  const { least, most } = operator === 'oneOf' || operator === 'within' ? { least: 1, most: operator === 'within' ? 100 : 1000 } : bounds(operator)
  return checkWords(values, { least, most }, at)
}

function checkWords(values: readonly string[], { least, most }: Bounds, at: string): Problem[] {
  if (values.length < least || values.length > most) return [wrongCount(at, least, most)]
  if (values.includes('')) return [problem(at, '不能为空文本', 'Text must not be empty')]
  return values.some((value) => /\p{Surrogate}/u.test(value)) ? [problem(at, '含有无效字符', 'Holds invalid characters')] : []
}

function checkList({ operator, values, comparison }: Extract<ValueTest, { type: 'list' }>, at: string): Problem[] {
  const isCount = operator === 'count'
  if (isCount && !comparison) return [problem(`${at}.comparison`, '请填写个数', 'Say how many')]
  if (!isCount && comparison) return [problem(`${at}.comparison`, '只有「个数」可以比较', 'Only a count is compared')]
  const takesNone = isCount || operator === 'isSet' || operator === 'isNotSet'
  const words = checkWords(values, takesNone ? { least: 0, most: 0 } : { least: 1, most: 1000 }, `${at}.values`)
  return comparison ? [...words, ...checkNumbers(comparison.operator, comparison.values, `${at}.comparison.values`)] : words
}

/** Numbers of a comparison: how many, and in order. */
export function checkNumbers(operator: string, values: readonly number[], at: string): Problem[] {
  const { least, most } = bounds(operator)
  if (values.length < least || values.length > most) return [wrongCount(at, least, most)]
  return checkOrder(operator, values, at)
}

function checkDates({ operator, values }: Extract<ValueTest, { type: 'date' }>, at: string): Problem[] {
  const { least, most } = bounds(operator)
  if (values.length < least || values.length > most) return [wrongCount(at, least, most)]
  const takesDays = operator === 'withinLast' || operator === 'withinNext' || operator === 'moreThanAgo'
  if (takesDays && values.some((value) => typeof value !== 'number')) return [problem(at, '应为天数', 'Should be a number of days')]
  if (!takesDays && values.some((value) => typeof value !== 'string')) return [problem(at, '应为日期，如 2026-01-31', 'Should be a date like 2026-01-31')]
  return checkOrder(operator, values, at)
}

function checkOrder(operator: string, values: readonly (number | string)[], at: string): Problem[] {
  const [first, second] = values
  const isReversed = operator === 'between' && first !== undefined && second !== undefined && first > second
  return isReversed ? [problem(at, '前一个值应不大于后一个值', 'The first value must not be above the second')] : []
}

interface Bounds {
  least: number
  most: number
}

function bounds(operator: string): Bounds {
  if (operator === 'isSet' || operator === 'isNotSet') return { least: 0, most: 0 }
  return operator === 'between' ? { least: 2, most: 2 } : { least: 1, most: 1 }
}

function wrongCount(at: string, least: number, most: number): Problem {
  if (most === 0) return problem(at, '此判断不需要值', 'This test takes no value')
  if (least === most) return problem(at, `需要 ${least} 个值`, `Needs ${least} value${least === 1 ? '' : 's'}`)
  return problem(at, `需要 ${least} 到 ${most} 个值`, `Needs ${least} to ${most} values`)
}
