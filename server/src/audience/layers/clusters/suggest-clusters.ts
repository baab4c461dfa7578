import type { z } from 'zod'
import type { LocaleText } from '../../../../../contracts/common.ts'
import type { LayerDefinition, LayerMeasure } from '../../../../../contracts/layer-definitions.ts'
import type { LayerCluster, LayerClusters } from '../../../../../contracts/layers.ts'
import type { Context } from '../../../access/index.ts'
import { AppError } from '../../../platform/errors.ts'
import { planLayers, scopeOf } from '../layer-scope.ts'
import { measuredPeopleSql } from '../measure-columns.ts'
import { measureWords } from '../measure-words.ts'
import { ruleOfSide } from './cluster-rules.ts'
import { boxesOf, type Box } from './decision-tree.ts'
import { kMeans, silhouette, type Points } from './k-means.ts'

const sampleMax = 3_000
const sampleMin = 50
const triedK = [3, 4, 5, 6, 7, 8]

interface Asked {
  features: LayerMeasure[]
  k?: number | undefined
  seed: number
}

/**
 * Groups of people who are alike in the features: k-means over a sample drawn by a hash of the person, each feature standardised, skewed ones by their logarithm; as many
 * clusters as have the best silhouette. The rules are boxes over the features that come close to the clusters.
 */
export async function suggestClusters(ctx: Context, { features, k, seed }: Asked): Promise<z.infer<typeof LayerClusters>> {
  const { rows, missing } = await readSample(ctx, features)
  if (rows.length < sampleMin) {
    throw new AppError('precondition', { zh: `至少要有 ${sampleMin} 位客户才能聚类`, en: `Clusters need at least ${sampleMin} people` })
  }
  const points = standardise(rows)
  const tried = (k === undefined ? triedK : [k]).map((each) => {
    const { assigned } = kMeans(points, each, seed)
    return { k: each, assigned, silhouette: Math.round(silhouette(points, assigned) * 1000) / 1000 }
  })
  const best = tried.reduce((left, right) => (right.silhouette > left.silhouette ? right : left))
  const boxes = boxesOf(rows, best.assigned)
  const clusters = describe({ rows, points, assigned: best.assigned, features })
  return {
    sampled: rows.length,
    silhouette: best.silhouette,
    tried: tried.map(({ k: each, silhouette: value }) => ({ k: each, silhouette: value })),
    clusters: clusters.toSorted((a, b) => b.people - a.people),
    definition: asDefinition({ boxes, clusters, features, missing }),
    agreement: boxes.reduce((sum, { agreeing }) => sum + agreeing, 0) / rows.length,
  }
}

/** People of the sample with all their features; who has no value counts as the longest absent, or as the median. */
async function readSample(ctx: Context, features: readonly LayerMeasure[]): Promise<{ rows: number[][]; missing: number[] }> {
  const scope = scopeOf(await planLayers(ctx, { kind: 'rfm', event: 'Order Completed', days: 365, scoring: { kind: 'quantile' }, attributes: null }))
  const found = await ctx.platform.warehouse.rows<{ features: (number | null)[] }>({
    sql: `
      select [${features.map((_, index) => `cast(m${index} as Nullable(Float64))`).join(', ')}] as features from (${measuredPeopleSql(scope, features)})
      order by intHash64(person_id) limit ${sampleMax}`,
    params: scope.params.values,
    limits: { secondsMax: 60, memoryBytesMax: 4 * 1024 ** 3 },
  })
  const missing = features.map((feature, index) => {
    const known = found.map((row) => row.features[index]).filter((value): value is number => typeof value === 'number')
    return feature.from === 'events' && feature.measure === 'recency' ? Math.max(0, ...known) + 1 : median(known)
  })
  return { rows: found.map((row) => row.features.map((value, index) => value ?? missing[index]!)), missing }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function moments(values: readonly number[]): { mean: number; deviation: number; skewness: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const central = (power: number) => values.reduce((sum, value) => sum + (value - mean) ** power, 0) / values.length
  const deviation = Math.sqrt(central(2))
  return { mean, deviation, skewness: deviation === 0 ? 0 : central(3) / deviation ** 3 }
}

/** Mean 0 and deviation 1 of every feature; the logarithm first where a few have very much. */
function standardise(rows: Points): number[][] {
  const columns = (rows[0] ?? []).map((_, axis) => {
    const values = rows.map((row) => row[axis]!)
    const isSkewed = Math.min(...values) >= 0 && moments(values).skewness > 1
    const scaled = isSkewed ? values.map((value) => Math.log1p(value)) : values
    const { mean, deviation } = moments(scaled)
    return scaled.map((value) => (deviation === 0 ? 0 : (value - mean) / deviation))
  })
  return rows.map((_, index) => columns.map((column) => column[index]!))
}

interface Described {
  rows: Points
  points: Points
  assigned: readonly number[]
  features: readonly LayerMeasure[]
}
type Cluster = z.infer<typeof LayerCluster>

function describe({ rows, points, assigned, features }: Described): Cluster[] {
  const words = features.map(measureWords)
  return [...new Set(assigned)]
    .toSorted((a, b) => a - b)
    .map((cluster) => {
      const own = assigned.flatMap((each, index) => (each === cluster ? [index] : []))
      const centre = features.map((_, axis) => median(own.map((index) => rows[index]![axis]!)))
      const standing = features.map((_, axis) => own.reduce((sum, index) => sum + points[index]![axis]!, 0) / own.length)
      return {
        name: `cluster${cluster + 1}`,
        people: own.length,
        share: own.length / rows.length,
        centre,
        sentence: sentenceOf(words, standing, centre),
        label: labelOf(words, standing),
      }
    })
}

/** A deviation from the mean that is worth saying, and one that is much. */
const [said, much] = [0.4, 1.2]

function degree(standing: number): LocaleText | null {
  if (Math.abs(standing) < said) return null
  if (standing > 0) return standing >= much ? { zh: '很高', en: 'very high' } : { zh: '偏高', en: 'high' }
  return standing <= -much ? { zh: '很低', en: 'very low' } : { zh: '偏低', en: 'low' }
}

const rounded = (value: number): string => (Math.round(value * 10) / 10).toLocaleString('en-US')

function sentenceOf(words: readonly LocaleText[], standing: readonly number[], centre: readonly number[]): LocaleText {
  const parts = words.flatMap((word, axis) => {
    const how = degree(standing[axis]!)
    return how ? [{ zh: `${word.zh}${how.zh}（中位数 ${rounded(centre[axis]!)}）`, en: `${word.en} ${how.en} (median ${rounded(centre[axis]!)})` }] : []
  })
  if (parts.length === 0) return { zh: '各项都接近平均', en: 'Near the average in everything' }
  return { zh: parts.map(({ zh }) => zh).join('；'), en: parts.map(({ en }) => en).join('; ') }
}

/** Named by what stands out most. */
function labelOf(words: readonly LocaleText[], standing: readonly number[]): LocaleText {
  const [axis, value] = [...standing.entries()].toSorted((a, b) => Math.abs(b[1]) - Math.abs(a[1]))[0] ?? [0, 0]
  const how = degree(value)
  const word = words[axis]!
  return how ? { zh: `${word.zh}${how.zh}`.slice(0, 60), en: `${word.en} ${how.en}`.slice(0, 60) } : { zh: '接近平均', en: 'Average' }
}

function asDefinition(found: { boxes: Box[]; clusters: Cluster[]; features: readonly LayerMeasure[]; missing: readonly number[] }): LayerDefinition | null {
  const { boxes, clusters, features, missing } = found
  const layers = clusters.flatMap(({ name, label }) => {
    const own = boxes.filter((box) => `cluster${box.cluster + 1}` === name)
    if (own.length === 0) return []
    const rules = own.map(({ sides }) => ({
      kind: 'all' as const,
      rules: sides.map((side) => ruleOfSide(features[side.feature]!, side, missing[side.feature]!)),
    }))
    const [first] = rules
    return [{ name, label, rule: rules.length === 1 && first ? first : { kind: 'any' as const, rules } }]
  })
  return layers.length < 2 ? null : { kind: 'rules', layers }
}
