import type { AttributeRule, ConsentRule, EventRule, EventValueRule, HasAddressRule, MessageRule, SequenceRule, TagRule } from '../../../../contracts/rule.ts'

/** A layer condition with the run of the model that is shown now; no run means that nobody is in any layer. */
export interface ResolvedLayerRule {
  kind: 'layer'
  modelId: string
  run: number | null
  /** Any layer when left out. */
  layers?: string[]
  recencyScore?: number
  frequencyScore?: number
}

/** Who is in a static segment: a set of the warehouse; no run means nobody. */
export interface ResolvedMembersRule {
  kind: 'members'
  segmentId: string
  run: number | null
}

/** A tag condition whose tag is the one that stands today for the tag named: merged tags are followed. */
export type ResolvedTagRule = TagRule

/** A rule whose references are followed: segments stand in it with their own rule, layers with their run. Compiler and evaluator need nothing else. */
export type ResolvedRule =
  | { kind: 'all' | 'any'; rules: ResolvedRule[] }
  | { kind: 'not'; rule: ResolvedRule }
  | { kind: 'segment'; segmentId: string; rule: ResolvedRule }
  | AttributeRule
  | EventRule
  | EventValueRule
  | SequenceRule
  | MessageRule
  | ResolvedTagRule
  | ConsentRule
  | HasAddressRule
  | ResolvedLayerRule
  | ResolvedMembersRule

/** When and where a rule is read: windows count back from `now`, dates are days of `timezone`. */
export interface RuleMoment {
  now: Date
  timezone: string
}
