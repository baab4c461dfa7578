import { registeredAttribute, type ConsentRule } from '../../../../contracts/rule.ts'
import { assertNever } from '../../platform/errors.ts'
import { dayInZone } from './date-text.ts'
import { evaluateTest } from './evaluate-test.ts'
import { evaluateEvents, evaluateEventValue, inWindow, shown } from './evaluate-events.ts'
import { evaluateIgnored } from './evaluate-ignored.ts'
import { evaluateSequence } from './evaluate-sequence.ts'
import { asEventRule } from './messages.ts'
import type { ResolvedLayerRule, ResolvedRule, ResolvedTagRule, RuleMoment } from './resolved-rule.ts'
import { valueAt } from './value-at.ts'

export interface EventFact {
  /** Tells events at one instant apart. */
  id: string
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

export interface TagFact {
  tagId: string
  /** Empty for a flag. */
  value: string
  setAtMs: number
  expiresAtMs: number | null
}

export interface ConsentFact {
  channel: string
  state: string
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
  tags?: readonly TagFact[]
  /** What was said to marketing, by channel. */
  consents?: readonly ConsentFact[]
}

/** What a condition came to. */
export interface Outcome {
  holds: boolean
  value: string | null
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
  const outcome = (node: ResolvedRule, path: string): Outcome => {
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
      case 'hasAddress':
      case 'event':
      case 'eventValue':
      case 'sequence':
      case 'message':
      case 'tag':
      case 'consent':
      case 'layer':
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

function evaluateLeaf(leaf: Leaf, facts: PersonFacts, moment: RuleMoment): Outcome {
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
    case 'eventValue':
      return evaluateEventValue(leaf, facts, moment)
    case 'sequence':
      return evaluateSequence(leaf, facts, moment)
    case 'message':
      return leaf.behaviour === 'ignored' ? evaluateIgnored(leaf, facts, moment) : evaluateEvents(asEventRule(leaf), facts, moment)
    case 'tag':
      return evaluateTag(leaf, facts, moment)
    case 'consent':
      return evaluateConsent(leaf, facts)
    default:
      return assertNever(leaf)
  }
}

function layerHolds(leaf: ResolvedLayerRule, fact: LayerFact): boolean {
  const inLayer = leaf.layers?.includes(fact.layer) ?? true
  const hasScores = (leaf.recencyScore ?? fact.recencyScore) === fact.recencyScore && (leaf.frequencyScore ?? fact.frequencyScore) === fact.frequencyScore
  return inLayer && hasScores
}

function evaluateTag(leaf: ResolvedTagRule, facts: PersonFacts, moment: RuleMoment): Outcome {
  const held = (facts.tags ?? []).filter((tag) => tag.tagId === leaf.tagId && (tag.expiresAtMs === null || tag.expiresAtMs > moment.now.getTime()))
  const wanted = held.filter((tag) => (leaf.values.length === 0 || leaf.values.includes(tag.value)) && inWindow(tag.setAtMs, leaf.window, facts, moment))
  const shownTags = held.map((tag) => `${tag.value} @ ${new Date(tag.setAtMs).toISOString()}`.trimStart())
  return { holds: wanted.length > 0, value: shownTags.length === 0 ? null : shownTags.join(', ') }
}

function evaluateConsent(leaf: ConsentRule, facts: PersonFacts): Outcome {
  const state = (facts.consents ?? []).find((consent) => consent.channel === leaf.channel)?.state ?? 'none'
  return { holds: state === leaf.state, value: state }
}
