import { isPropertyFilter, type Filter } from '../../../../contracts/rule.ts'
import { compileTest, type TestScope } from './compile-test.ts'
import { fieldValue } from './tested-value.ts'

/** Filters of events as one expression that is 0 or 1, never null; a list is an implicit `all`. */
export function compileFilters(scope: TestScope, filters: readonly Filter[]): string {
  return joined(scope, filters, 'and')
}

function joined(scope: TestScope, filters: readonly Filter[], operator: 'and' | 'or'): string {
  if (filters.length === 0) return operator === 'and' ? '1' : '0'
  return filters.map((filter) => `(${compileFilter(scope, filter)})`).join(` ${operator} `)
}

function compileFilter(scope: TestScope, filter: Filter): string {
  if (isPropertyFilter(filter)) return compileTest(scope, fieldValue('properties', filter.property), filter.test)
  if (filter.kind === 'not') return `not (${compileFilter(scope, filter.filter)})`
  return joined(scope, filter.filters, filter.kind === 'all' ? 'and' : 'or')
}
