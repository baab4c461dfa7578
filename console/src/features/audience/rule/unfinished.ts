import type { Rule, ValueTest } from '../../../../../contracts/rule.ts'
import { childPath, joinPath, type Path } from './rule-editing.ts'

/** What a condition still lacks before it means anything. */
export type Lack = 'attribute' | 'event' | 'property' | 'value' | 'layers' | 'segment'

/** Conditions that are not filled in yet, by the path of their node. */
export function unfinishedNodes(rule: Rule, path: Path = ''): Map<Path, Lack> {
  if (rule.kind === 'not') return unfinishedNodes(rule.rule, joinPath(path, 'rule'))
  if (rule.kind === 'all' || rule.kind === 'any') return new Map(rule.rules.flatMap((child, index) => [...unfinishedNodes(child, childPath(path, index))]))
  const lack = lackOf(rule)
  return new Map(lack === undefined ? [] : [[path, lack]])
}

function lackOf(rule: Exclude<Rule, { kind: 'all' | 'any' | 'not' }>): Lack | undefined {
  switch (rule.kind) {
    case 'attribute':
      return rule.attribute === '' ? 'attribute' : lacksValue(rule.test) ? 'value' : undefined
    case 'event':
      if (rule.event === '') return 'event'
      if (rule.filters.some((filter) => 'property' in filter && filter.property === '')) return 'property'
      return rule.filters.some((filter) => 'test' in filter && lacksValue(filter.test)) ? 'value' : undefined
    case 'layer':
      return rule.layers.length === 0 || rule.modelId === '' ? 'layers' : undefined
    case 'segment':
      return rule.segmentId === '' ? 'segment' : undefined
    case 'hasAddress':
    case 'eventValue':
    case 'sequence':
    case 'message':
    case 'tag':
    case 'consent':
      return undefined
  }
}

function lacksValue(test: ValueTest): boolean {
  return test.type === 'text' && test.operator !== 'isSet' && test.operator !== 'isNotSet' && !test.values.some((value) => value !== '')
}
