import type { LookalikeStep } from '../../../../contracts/lookalike.ts'

/** A model in the making, as it was claimed. */
export interface LookalikeWork {
  id: string
  /** What is written for this attempt; nobody else writes under it. */
  run: number
  seed: { segmentId: string; name: string; run: number }
  withRuleFeatures: boolean
  excluded: readonly string[]
  /** Aborted when somebody stops or deletes the model, or this process ends. */
  signal: AbortSignal
  /** Says how far it is: what it is at, and how much of that is done. */
  tell(step: LookalikeStep, done: number): Promise<void>
}
