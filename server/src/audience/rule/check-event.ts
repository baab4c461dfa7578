import type { Problem } from '../../../../contracts/errors.ts'
import { amountProperty, isPropertyFilter, ruleLimits, type EventWindow, type Filter, type SequenceEvent } from '../../../../contracts/rule.ts'
import { checkTest, problem } from './check-test.ts'

/** The filters of an event. */
export function checkEventParts({ filters }: SequenceEvent, at: string): Problem[] {
  const problems: Problem[] = []
  let count = 0
  const visit = (filter: Filter, here: string, depth: number): void => {
    count += 1
    if (depth > ruleLimits.filterDepthMax) {
      problems.push(problem(here, `筛选嵌套超过 ${ruleLimits.filterDepthMax} 层`, `Filters are nested more than ${ruleLimits.filterDepthMax} deep`))
      return
    }
    if (isPropertyFilter(filter)) {
      const isWrongMoney = filter.property === amountProperty && filter.test.type !== 'number'
      problems.push(
        ...(isWrongMoney
          ? [problem(`${here}.test.type`, '金额只能按数字判断', 'The amount can only be tested as a number')]
          : checkTest(filter.test, `${here}.test`)),
      )
    } else if (filter.kind === 'not') visit(filter.filter, `${here}.filter`, depth + 1)
    else for (const [index, each] of filter.filters.entries()) visit(each, `${here}.filters.${index}`, depth + 1)
  }
  for (const [index, filter] of filters.entries()) visit(filter, `${at}.filters.${index}`, 1)
  if (count > ruleLimits.filtersMax)
    problems.push(problem(`${at}.filters`, `筛选超过 ${ruleLimits.filtersMax} 个`, `More than ${ruleLimits.filtersMax} filters`))
  return problems
}

export function checkWindow(window: EventWindow, at: string): Problem[] {
  if (window.kind !== 'between' || Date.parse(window.from) < Date.parse(window.to)) return []
  return [problem(at, '结束时间应晚于开始时间', 'The end must be after the start')]
}
