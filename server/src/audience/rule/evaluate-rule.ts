import { amountProperty, isPropertyFilter, meansEvent, registeredAttribute, type EventRule } from '../../../../contracts/rule.ts'
import { assertNever } from '../../platform/errors.ts'
import { dayInZone } from './date-text.ts'
import { evaluateTest } from './evaluate-test.ts'
import { windowBounds } from './event-window.ts'
import { valueAt } from './value-at.ts'
import { compares, microPerFen, microPerUnit, toMicro } from './measure.ts'
import type { ResolvedLayerRule, ResolvedRule, RuleMoment } from './resolved-rule.ts'

export interface EventFact {
  event: string
  timeMs: number
  amountFen: number | null
  properties: Readonly<Record<string, unknown>>
}

export interface LayerFact {
  modelId: string
  run: number
  layer: string
  recencyScore: number
  frequencyScore: number
}

/** Everything a rule may ask of one person. */
export interface PersonFacts {
  attributes: Readonly<Record<string, unknown>>
  createdAt: Date
  hasPhone: boolean
  hasEmail: boolean
  events: readonly EventFact[]
  layers: readonly LayerFact[]
  /** Runs of the static segments' sets that hold the person. */
  members?: ReadonlySet<number>
}

/** What a node came to: `value` is what its condition looked at, as text, null when there was none. */
export interface Finding {
  path: string
  rule: ResolvedRule
  holds: boolean
  value: string | null
}

/** Whether one person is in a rule, from facts in memory. Agrees with the compiler on every rule and history. */
export function evaluateRule(rule: ResolvedRule, facts: PersonFacts, moment: RuleMoment): boolean {
  return evaluateNodes(rule, facts, moment).at(-1)?.holds ?? false
}

/** Every node of the tree with its outcome, children before parents, the root (path '') last. Segments are one node. */
export function evaluateNodes(rule: ResolvedRule, facts: PersonFacts, moment: RuleMoment): Finding[] {
  const findings: Finding[] = []
  const visit = (node: ResolvedRule, path: string): boolean => {
    const { holds, value } = outcome(node, path)
    findings.push({ path, rule: node, holds, value })
    return holds
  }
  const outcome = (node: ResolvedRule, path: string): { holds: boolean; value: string | null } => {
    switch (node.kind) {
      case 'all':
      case 'any': {
        const held = node.rules.map((child, index) => visit(child, join(path, `rules.${index}`))).filter(Boolean).length
        return { holds: node.kind === 'all' ? held === node.rules.length : held > 0, value: null }
      }
      case 'not':
        return { holds: !visit(node.rule, join(path, 'rule')), value: null }
      case 'segment':
        return { holds: evaluateRule(node.rule, facts, moment), value: null }
      case 'attribute':
      case 'event':
      case 'layer':
      case 'hasAddress':
      case 'members':
        return evaluateLeaf(node, facts, moment)
      default:
        return assertNever(node)
    }
  }
  visit(rule, '')
  return findings
}

const join = (path: string, step: string) => (path === '' ? step : `${path}.${step}`)

type Leaf = Exclude<ResolvedRule, { kind: 'all' | 'any' | 'not' | 'segment' }>

function evaluateLeaf(leaf: Leaf, facts: PersonFacts, moment: RuleMoment): { holds: boolean; value: string | null } {
  switch (leaf.kind) {
    case 'attribute': {
      const value = leaf.attribute === registeredAttribute ? dayInZone(facts.createdAt, moment.timezone) : valueAt(facts.attributes, leaf.attribute)
      return { holds: evaluateTest(value, leaf.test, moment), value: shown(value) }
    }
    case 'hasAddress': {
      const holds = leaf.channel === 'sms' ? facts.hasPhone : facts.hasEmail
      return { holds, value: null }
    }
    case 'layer': {
      const layer = facts.layers.find((fact) => fact.modelId === leaf.modelId && fact.run === leaf.run)
      return { holds: layer !== undefined && layerHolds(leaf, layer), value: layer?.layer ?? null }
    }
    case 'members':
      return { holds: leaf.run !== null && (facts.members?.has(leaf.run) ?? false), value: null }
    case 'event':
      return evaluateEvents(leaf, facts, moment)
    default:
      return assertNever(leaf)
  }
}

function layerHolds(leaf: ResolvedLayerRule, fact: LayerFact): boolean {
  const inLayer = leaf.layers?.includes(fact.layer) ?? true
  const hasScores = (leaf.recencyScore ?? fact.recencyScore) === fact.recencyScore && (leaf.frequencyScore ?? fact.frequencyScore) === fact.frequencyScore
  return inLayer && hasScores
}

function evaluateEvents(leaf: EventRule, facts: PersonFacts, moment: RuleMoment): { holds: boolean; value: string | null } {
  const { from, to } = windowBounds(leaf.window, moment.now)
  const matching = facts.events.filter((fact) => {
    if (!meansEvent(leaf.event, fact.event)) return false
    if (from && fact.timeMs < from.getTime()) return false
    if (to && fact.timeMs >= to.getTime()) return false
    return leaf.filters.filter(isPropertyFilter).every((filter) => evaluateTest(propertyOf(fact, filter.property), filter.test, moment))
  })
  const { measure, comparison } = leaf
  if (measure.kind === 'times') return { holds: compares(matching.length, comparison.operator, comparison.values), value: String(matching.length) }
  if (!('of' in measure) || measure.kind === 'distinct') throw new Error('Refused by the check')
  const numbers = matching.flatMap((fact) => measured(fact, measure.of) ?? [])
  const wanted = comparison.values.map((value) => toMicro(value) ?? 0n)
  const sum = numbers.reduce((total, number) => total + number, 0n)
  if (measure.kind === 'sum') return { holds: compares(sum, comparison.operator, wanted), value: decimal(sum) }
  if (numbers.length === 0) return { holds: false, value: null }
  if (measure.kind === 'average') {
    const average = Number(sum) / numbers.length
    return { holds: compares(average, comparison.operator, wanted.map(Number)), value: String(average / microPerUnit) }
  }
  const extreme = numbers.reduce((best, number) => ((measure.kind === 'minimum' ? number < best : number > best) ? number : best))
  return { holds: compares(extreme, comparison.operator, wanted), value: decimal(extreme) }
}

function propertyOf(fact: EventFact, property: string): unknown {
  if (property !== amountProperty) return valueAt(fact.properties, property)
  return fact.amountFen === null ? undefined : fact.amountFen / 100
}

function measured(fact: EventFact, of: string): bigint | null {
  if (of === amountProperty) return fact.amountFen === null ? null : BigInt(fact.amountFen) * BigInt(microPerFen)
  const value = valueAt(fact.properties, of)
  return typeof value === 'number' ? toMicro(value) : null
}

const decimal = (micro: bigint) => String(Number(micro) / microPerUnit)

function shown(value: unknown): string | null {
  if (value === undefined) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}
