import type { LookalikePoint } from '../../../../contracts/lookalike.ts'
import type { Context } from '../../access/index.ts'
import { roles, scoreUnit } from './score-statement.ts'
import { backgroundLimits } from '../audience-statement.ts'
import type { LookalikeWork } from './work.ts'

/** People with about the same score; within one nobody is before the other. */
export interface ScoreStep {
  /** Outside of the seed and never seen by the fit. */
  others: number
  heldOut: number
}

const stepsPerOne = 200
/** Scores beyond are as good as certain. */
const logOddsMax = 40

/** The ranking in steps, the most alike first, and how many there are to be found at all. */
export async function readSteps(ctx: Context, { id, run, signal }: LookalikeWork): Promise<{ steps: ScoreStep[]; others: number }> {
  const rows = await ctx.platform.warehouse.rows<ScoreStep & { trained: number }>({
    sql: `
      select countIf(role = ${roles.other}) as others, countIf(role = ${roles.heldOut}) as heldOut, countIf(role = ${roles.trainedOther}) as trained
      from lookalike_scores where workspace_id = {workspaceId:UInt32} and lookalike_id = {id:UUID} and run = {run:UInt64}
      group by toInt32(floor(greatest(least(score / ${scoreUnit}, ${logOddsMax}), -${logOddsMax}) * ${stepsPerOne})) as step order by step desc`,
    params: { workspaceId: ctx.workspaceId, id, run },
    limits: backgroundLimits,
    signal,
  })
  return { steps: rows, others: rows.reduce((sum, row) => sum + row.others + row.trained, 0) }
}

export interface Auc {
  auc: number
  aucLow: number
  aucHigh: number
}

/** Area under the receiver operating characteristic, ties counted half, with the 95 % interval of Hanley and McNeil (Radiology 143, 1982). */
export function aucOf(steps: readonly ScoreStep[]): Auc {
  const positives = steps.reduce((sum, { heldOut }) => sum + heldOut, 0)
  const negatives = steps.reduce((sum, { others }) => sum + others, 0)
  if (positives === 0 || negatives === 0) return { auc: 0.5, aucLow: 0, aucHigh: 1 }
  let [below, wins] = [negatives, 0]
  for (const { others, heldOut } of steps) {
    below -= others
    wins += heldOut * (below + others / 2)
  }
  const auc = wins / (positives * negatives)
  const [q1, q2] = [auc / (2 - auc), (2 * auc ** 2) / (1 + auc)]
  const variance = (auc * (1 - auc) + (positives - 1) * (q1 - auc ** 2) + (negatives - 1) * (q2 - auc ** 2)) / (positives * negatives)
  const half = 1.96 * Math.sqrt(Math.max(0, variance))
  return { auc, aucLow: Math.max(0, auc - half), aucHigh: Math.min(1, auc + half) }
}

const shares = [
  0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.06, 0.075, 0.1, 0.125, 0.15, 0.175, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6,
  0.7, 0.8, 0.9, 1,
]
const sizeMin = 10

/**
 * How the held-out part of the seed lies in the ranking of everybody who could be found: what the best so many hold of it, against as many by chance. Others whom the fit has
 * seen stand aside, those it has not stand for them.
 */
export function curveOf(steps: readonly ScoreStep[], others: number): LookalikePoint[] {
  const heldOut = steps.reduce((sum, step) => sum + step.heldOut, 0)
  const unseen = steps.reduce((sum, step) => sum + step.others, 0)
  if (heldOut === 0 || unseen === 0) return []
  const standsFor = others / unseen
  const candidates = others + heldOut
  const points: LookalikePoint[] = []
  let [at, passed, found] = [0, 0, 0]
  for (const share of shares) {
    const size = Math.round(share * others)
    if (size < sizeMin || points.at(-1)?.size === size) continue
    const wanted = share * candidates
    while (at < steps.length - 1 && passed + widthOf(steps[at]!, standsFor) < wanted) {
      passed += widthOf(steps[at]!, standsFor)
      found += steps[at]!.heldOut
      at++
    }
    const step = steps[at]!
    const width = widthOf(step, standsFor)
    const within = width === 0 ? 1 : Math.min(1, (wanted - passed) / width)
    points.push(pointOf({ size, share, recall: Math.min(1, (found + step.heldOut * within) / heldOut), heldOut }))
  }
  return points
}

const widthOf = ({ others, heldOut }: ScoreStep, standsFor: number): number => others * standsFor + heldOut

function pointOf({ size, share, recall, heldOut }: { size: number; share: number; recall: number; heldOut: number }): LookalikePoint {
  const [low, high] = wilson(recall, heldOut)
  return { size, share, recall, lift: recall / share, liftLow: low / share, liftHigh: high / share }
}

/** The 95 % score interval of a proportion (Wilson 1927). */
function wilson(proportion: number, count: number): [number, number] {
  const z = 1.96
  const middle = (proportion + z ** 2 / (2 * count)) / (1 + z ** 2 / count)
  const half = (z / (1 + z ** 2 / count)) * Math.sqrt((proportion * (1 - proportion)) / count + z ** 2 / (4 * count ** 2))
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}
