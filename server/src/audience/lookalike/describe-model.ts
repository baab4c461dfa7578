import type { LookalikeDriver, LookalikeWarning } from '../../../../contracts/lookalike.ts'
import type { Auc } from './evaluate-ranking.ts'
import { forEachFeature, type Model } from './fit-model.ts'
import type { Matrix } from './read-matrix.ts'

const driversMax = 20
const contributionMin = 0.002

/**
 * What tells the seed apart, the weightiest first. A feature's part of the difference is its weight times how far the seed's mean lies from the others', of all parts together.
 * Means are as people say them, over those who have any.
 */
export function driversOf(matrix: Matrix, model: Model, { seed, everyone }: { seed: number; everyone: number }): LookalikeDriver[] {
  const size = matrix.features.length
  const groups = [newSums(size), newSums(size)] as const
  for (let row = 0; row < matrix.rows; row++) {
    const sums = groups[matrix.isSeed[row]!]!
    sums.rows += 1
    forEachFeature(matrix, row, (index, value) => {
      sums.entered[index]! += value
      const raw = matrix.raw[row * size + index]!
      if (Number.isNaN(raw)) return
      sums.raw[index]! += raw
      sums.known[index]! += 1
    })
  }
  const [others, seeds] = groups
  const seedShare = seed / everyone
  const parts = matrix.features.map((_, index) => model.weights[index]! * (seeds.entered[index]! / seeds.rows - others.entered[index]! / others.rows))
  const whole = parts.reduce((sum, part) => sum + Math.abs(part), 0)
  const mean = (sums: Sums, index: number) => (sums.known[index] === 0 ? 0 : sums.raw[index]! / sums.known[index]!)
  return matrix.features
    .map((feature, index): LookalikeDriver => ({
      ...feature,
      weight: rounded(model.standardWeights[index]!),
      seedMean: rounded(mean(seeds, index)),
      everyoneMean: rounded(seedShare * mean(seeds, index) + (1 - seedShare) * mean(others, index)),
      contribution: whole === 0 ? 0 : rounded(parts[index]! / whole),
    }))
    .filter(({ contribution }) => Math.abs(contribution) >= contributionMin)
    .toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || (a.label.zh < b.label.zh ? -1 : 1))
    .slice(0, driversMax)
}

interface Sums {
  rows: number
  entered: Float64Array
  raw: Float64Array
  known: Float64Array
}
const newSums = (size: number): Sums => ({ rows: 0, entered: new Float64Array(size), raw: new Float64Array(size), known: new Float64Array(size) })
const rounded = (value: number): number => Number(value.toPrecision(6))

const heldOutFew = 50
const seedShareLarge = 0.3
const aucWeak = 0.65
const aucTooGood = 0.98
const featuresFew = 5

export interface Judged extends Auc {
  seed: number
  everyone: number
  heldOut: number
  features: number
  /** Whether what the rule of the seed names was weighed. */
  usesRule: boolean
}

/** What somebody should know before they trust the ranking, each with what to do. */
export function warningsOf({ auc, aucLow, seed, everyone, heldOut, features, usesRule }: Judged): LookalikeWarning[] {
  const warnings: LookalikeWarning[] = []
  const warn = (kind: LookalikeWarning['kind'], zh: string, en: string) => warnings.push({ kind, text: { zh, en } })
  if (aucLow <= 0.5)
    warn(
      'chance',
      '模型分不出这些人与其他人，和随机挑选没有区别。请不要使用这个排名；换一个更有共同点的种子分群，或先补充行为和属性数据',
      'The model cannot tell these people from others: the ranking is no better than chance. Do not use it; take a seed with more in common, or bring more behaviour and attributes first',
    )
  else if (auc < aucWeak)
    warn(
      'weak',
      '模型只比随机挑选好一点。建议只取最前面的一小部分人，并留对照组检验',
      'The model is only a little better than chance. Take a small top part alone, and keep a control group',
    )
  if (heldOut < heldOutFew)
    warn(
      'fewHeldOut',
      `用来检验的只有 ${heldOut} 人，提升倍数的误差较大。种子有 ${heldOutFew * 5} 人以上时更可靠`,
      `Only ${heldOut} people could be used as a check, so the lift is uncertain. A seed of ${heldOutFew * 5} or more tells better`,
    )
  if (seed > everyone * seedShareLarge)
    warn(
      'seedLarge',
      `种子占全体客户的 ${Math.round((seed / everyone) * 100)}%，其他人里剩下的相似者不多。换一个更小、更有特点的分群效果更好`,
      `The seed is ${Math.round((seed / everyone) * 100)}% of everybody; few people alike are left. A smaller segment that is about something works better`,
    )
  if (usesRule)
    warn(
      'ruleFeatures',
      '种子分群自己的条件也作为了特征：模型很可能只是重新找出了这条规则，提升倍数会偏高',
      'What the rule of the seed names was weighed too: the model has probably found the rule again, and the lift is too good',
    )
  if (auc >= aucTooGood)
    warn(
      'tooGood',
      '区分得几乎完美，通常说明某个特征就是这些人的定义本身。请查看排在最前的特征，必要时排除它再算一次',
      'It tells them apart almost perfectly, which usually means that a feature is the definition of these people. Look at the first one, and leave it out if so',
    )
  if (features < featuresFew)
    warn(
      'fewFeatures',
      `只有 ${features} 个可用的特征。补充属性、标签或行为数据后会更准`,
      `There were only ${features} features. More attributes, tags or behaviour would make it better`,
    )
  return warnings
}
