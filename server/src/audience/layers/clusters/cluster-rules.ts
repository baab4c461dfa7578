import type { LayerMeasure } from '../../../../../contracts/layer-definitions.ts'
import { amountProperty, type Rule } from '../../../../../contracts/rule.ts'
import { assertNever } from '../../../platform/errors.ts'
import type { Side } from './decision-tree.ts'

/** A side of a box as a rule. People without a value are on the side where they were counted among, which is then the negation of the other. */
export function ruleOfSide(measure: LayerMeasure, { isBelow, value }: Side, missing: number): Rule {
  const missingIsBelow = missing < value
  const holds = (below: boolean): Rule => (measure.from === 'attribute' ? attributeRule(measure, below, value) : eventRule(measure, below, value))
  const isPlain = measure.from === 'events' && (measure.measure === 'times' || measure.measure === 'days' || measure.measure === 'sum')
  if (isPlain || isBelow !== missingIsBelow) return holds(isBelow)
  return { kind: 'not', rule: holds(!isBelow) }
}

function attributeRule({ attribute, as }: Extract<LayerMeasure, { from: 'attribute' }>, below: boolean, value: number): Rule {
  if (as === 'number') return { kind: 'attribute', attribute, test: { type: 'number', operator: below ? 'lessThan' : 'atLeast', values: [value] } }
  const days = Math.max(0, Math.ceil(value) - 1)
  return { kind: 'attribute', attribute, test: { type: 'date', operator: below ? 'withinLast' : 'moreThanAgo', values: [days] } }
}

function eventRule(measure: Extract<LayerMeasure, { from: 'events' }>, below: boolean, value: number): Rule {
  const { event, filters } = measure
  const window = measure.days === null ? ({ kind: 'ever' } as const) : ({ kind: 'last', amount: measure.days, unit: 'day' } as const)
  const comparison = { operator: below ? ('lessThan' as const) : ('atLeast' as const), values: [value] }
  const base = { kind: 'event' as const, event, filters, window }
  switch (measure.measure) {
    case 'times':
    case 'days':
      return { ...base, measure: { kind: measure.measure }, comparison }
    case 'sum':
    case 'average':
    case 'minimum':
    case 'maximum':
      return { ...base, measure: { kind: measure.measure, of: measure.of === 'amount' ? amountProperty : measure.of }, comparison }
    case 'recency': {
      // Fewer days than so many since the last is one at least within them.
      const within = { kind: 'last' as const, amount: Math.min(3650, Math.max(1, Math.ceil(value))), unit: 'day' as const }
      const did: Rule = { ...base, measure: { kind: 'times' }, comparison: { operator: 'atLeast', values: [1] }, window: within }
      if (below) return did
      return {
        kind: 'all',
        rules: [
          { ...did, window },
          { kind: 'not', rule: did },
        ],
      }
    }
    default:
      return assertNever(measure.measure)
  }
}
