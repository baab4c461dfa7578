import type { Filter, LeafRule, Rule, SequenceEvent, ValueTest } from '../../../../../contracts/rule.ts'
import { childPath, joinPath, type Path } from './rule-editing.ts'

/** What a condition still lacks before it means anything. */
export type Lack = 'attribute' | 'event' | 'property' | 'value' | 'layers' | 'segment' | 'tag'

/** Conditions that are not filled in yet, by the path of their node. */
export function unfinishedNodes(rule: Rule, path: Path = ''): Map<Path, Lack> {
  if (rule.kind === 'not') return unfinishedNodes(rule.rule, joinPath(path, 'rule'))
  if (rule.kind === 'all' || rule.kind === 'any') return new Map(rule.rules.flatMap((child, index) => [...unfinishedNodes(child, childPath(path, index))]))
  const lack = lackOf(rule)
  return new Map(lack === undefined ? [] : [[path, lack]])
}

function lackOf(rule: LeafRule): Lack | undefined {
  switch (rule.kind) {
    case 'attribute':
      return rule.attribute === '' ? 'attribute' : lacksValue(rule.test) ? 'value' : undefined
    case 'event':
      return lackOfEvent(rule)
    case 'eventValue':
      return lackOfEvent(rule) ?? (lacksValue(rule.test) ? 'value' : undefined)
    case 'sequence':
      return rule.steps.flatMap((step) => [step, ...step.without].map(lackOfEvent)).find((lack) => lack !== undefined)
    case 'layer':
      return rule.layers.length === 0 || rule.modelId === '' ? 'layers' : undefined
    case 'segment':
      return rule.segmentId === '' ? 'segment' : undefined
    case 'tag':
      return rule.tagId === '' ? 'tag' : undefined
    case 'hasAddress':
    case 'message':
    case 'consent':
      return undefined
  }
}

function lackOfEvent({ event, filters }: SequenceEvent): Lack | undefined {
  if (event === '') return 'event'
  return filters.map(lackOfFilter).find((lack) => lack !== undefined)
}

function lackOfFilter(filter: Filter): Lack | undefined {
  if ('property' in filter) return filter.property === '' ? 'property' : lacksValue(filter.test) ? 'value' : undefined
  if (filter.kind === 'not') return lackOfFilter(filter.filter)
  return filter.filters.map(lackOfFilter).find((lack) => lack !== undefined)
}

function lacksValue(test: ValueTest): boolean {
  if (test.type !== 'text' && test.type !== 'list') return false
  if (test.operator === 'isSet' || test.operator === 'isNotSet' || test.operator === 'count') return false
  return !test.values.some((value) => value !== '')
}
