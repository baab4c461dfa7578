import type { LookalikeResult } from '../../../../contracts/lookalike.ts'
import type { Context } from '../../access/index.ts'
import { canonicalPerson } from '../../people/index.ts'
import { AppError } from '../../platform/errors.ts'
import { workspaceTimezone } from '../../workspaces/index.ts'
import { StatementParams } from '../rule/statement-params.ts'
import { readSegment } from '../segment-row.ts'
import { chooseFeatures, type Chosen } from './choose-features.ts'
import { driversOf, warningsOf } from './describe-model.ts'
import { aucOf, curveOf, readSteps } from './evaluate-ranking.ts'
import type { Among, FeatureScope } from './features.ts'
import { fitModel } from './fit-model.ts'
import { readMatrix } from './read-matrix.ts'
import { samplePeople, type Sampled } from './sample-people.ts'
import { scoreEverybody, type ScoreInput } from './score-statement.ts'
import { sourcesOfSeed } from './seed-sources.ts'
import type { LookalikeWork } from './work.ts'

/** A model fitted to its sample, and what its statement of scores needs. */
export interface FittedLookalike extends Omit<ScoreInput, 'work'> {
  sampled: Sampled
  leftOut: LookalikeResult['leftOut']
  usesRule: boolean
}

/** Draws the sample, chooses what is weighed and fits. @throws `precondition` for a seed that nothing can be learned from */
export async function fitLookalike(ctx: Context, work: LookalikeWork): Promise<FittedLookalike> {
  const now = ctx.platform.clock.now()
  const timezone = await workspaceTimezone(ctx)
  const scopeOf = (among: Among): FeatureScope => ({ params: new StatementParams(), workspaceId: ctx.workspaceId, now, timezone, among })
  await work.tell('sample', 0)
  const sampled = await samplePeople(ctx, work)
  await work.tell('features', 0)
  const { leftOut, chosen, sampleScope } = await choose(ctx, work, { sampled, scopeOf })
  const scope = sampleScope()
  const parts = chosen.parts.map((partOf) => partOf(scope))
  const onPart = (done: number) => work.tell('features', done)
  const matrix = await readMatrix(ctx, { scope, parts, run: work.run, signal: work.signal, onPart })
  if (matrix.features.length === 0) throw nothingToWeigh()
  await work.tell('fit', 0)
  const model = await fitModel(matrix, work.signal)
  const because = (source: string) => (leftOut.asked.has(source) ? ('asked' as const) : ('rule' as const))
  return {
    scopeOf,
    parts: chosen.parts,
    matrix,
    model,
    sampled,
    leftOut: chosen.leftOut.map((each) => ({ ...each, because: because(each.source) })),
    usesRule: work.withRuleFeatures && leftOut.ofRule.size > 0,
  }
}

/**
 * Makes a model of who is in the seed, ranks everybody by it and says how good it is. What is weighed, fitted and judged rests on a sample of bounded size; the ranking is
 * made and kept in the warehouse. @throws like `fitLookalike`
 */
export async function makeLookalike(ctx: Context, work: LookalikeWork): Promise<LookalikeResult> {
  const startedMs = performance.now()
  const at = ctx.platform.clock.now().toISOString()
  const fitted = await fitLookalike(ctx, work)
  const { matrix, model, sampled } = fitted
  await work.tell('score', 0)
  await scoreEverybody(ctx, { ...fitted, work })
  await work.tell('evaluate', 0)
  const { steps, others } = await readSteps(ctx, work)
  const auc = aucOf(steps)
  const heldOut = steps.reduce((sum, step) => sum + step.heldOut, 0)
  const features = matrix.features.length
  return {
    at,
    tookSeconds: Math.round((performance.now() - startedMs) / 100) / 10,
    seed: sampled.seed,
    people: sampled.everyone,
    trained: { seed: sampled.trainedSeed, others: sampled.trainedOthers },
    heldOut,
    features,
    ...auc,
    drivers: driversOf(matrix, model, sampled),
    curve: curveOf(steps, others),
    warnings: warningsOf({ ...auc, seed: sampled.seed, everyone: sampled.everyone, heldOut, features, usesRule: fitted.usesRule }),
    leftOut: fitted.leftOut,
  }
}

interface ChooseWith {
  sampled: Sampled
  scopeOf(among: Among): FeatureScope
}

async function choose(ctx: Context, work: LookalikeWork, { sampled, scopeOf }: ChooseWith) {
  const seed = await readSegment(ctx, work.seed.segmentId)
  const leftOut = { ofRule: await sourcesOfSeed(ctx, seed), asked: new Set(work.excluded) }
  const person = await canonicalPerson(ctx)
  // Numbers of our own, and slots of each statement's own.
  const sample = `select person_id from lookalike_samples where workspace_id = ${ctx.workspaceId} and run = ${work.run}`
  const sampleScope = () => scopeOf({ person, holds: (id) => `${person.of(id)} in (${sample})` })
  const chosen: Chosen = await chooseFeatures(ctx, {
    scopeOf: sampleScope,
    isSeed: (id) => `${id} in (${sample} and is_seed = 1)`,
    sizes: sampled,
    leftOut: new Set([...(work.withRuleFeatures ? [] : leftOut.ofRule), ...leftOut.asked]),
    signal: work.signal,
  })
  return { leftOut, chosen, sampleScope }
}

function nothingToWeigh(): AppError {
  return new AppError('precondition', {
    zh: '没有可用的特征：请先导入客户属性、打标签或接入行为数据，或减少排除的特征',
    en: 'There is nothing to weigh: bring attributes, tags or behaviour first, or leave out less',
  })
}
