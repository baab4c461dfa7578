import type { z } from 'zod'
import type { LayerDefinition, LayerMeasure } from '../../../../contracts/layer-definitions.ts'
import type { RfmThresholds } from '../../../../contracts/layers.ts'
import type { Context } from '../../access/index.ts'
import { assertNever } from '../../platform/errors.ts'
import { layerLimits, scopeOf, type LayerPlan } from './layer-scope.ts'
import { measuredPeopleSql } from './measure-columns.ts'
import { buyersSql } from './order-facts.ts'

/** The four cut points of a dimension: the value at each fifth of the buyers, sorted ascending (nearest rank). Empty without buyers. */
export interface RfmCuts {
  buyers: number
  recency: number[]
  frequency: number[]
  amount: number[]
  /** Sums of everybody's scores, to tell who is above the average. */
  recencySum: number
  frequencySum: number
  moneySum: number
}

/** Where the layers of a definition are cut in the data of now. */
export interface LayerCuts {
  rfm: RfmCuts | null
  /** One list for each measure. */
  cuts: number[][]
}

type RfmDefinition = Extract<LayerDefinition, { kind: 'rfm' }>

/** Reads the cut points a plan needs; none where they are part of the definition. */
export async function readCuts(ctx: Context, plan: LayerPlan, signal?: AbortSignal): Promise<LayerCuts> {
  const { definition } = plan
  switch (definition.kind) {
    case 'rfm':
      return { rfm: definition.scoring.kind === 'thresholds' ? givenCuts(definition.scoring) : await readRfmCuts(ctx, { plan, definition, signal }), cuts: [] }
    case 'quantiles':
      return { rfm: null, cuts: [definition.cuts ?? (await readShareCuts(ctx, { plan, definition, signal }))] }
    case 'scores':
      return { rfm: null, cuts: await readFifths(ctx, { plan, measures: definition.parts.map((part) => part.measure), signal }) }
    case 'thresholds':
      return { rfm: null, cuts: [definition.cuts] }
    case 'lifecycle':
    case 'rules':
      return { rfm: null, cuts: [] }
    default:
      return assertNever(definition)
  }
}

/** With fixed thresholds a dimension is high from a score of 4 on, so that nobody's class depends on others. */
function givenCuts({ recencyDays, frequency, amountFen }: Extract<RfmDefinition['scoring'], { kind: 'thresholds' }>): RfmCuts {
  const middle = 3
  return { buyers: 1, recency: recencyDays, frequency, amount: amountFen, recencySum: middle, frequencySum: middle, moneySum: middle }
}

/** The thresholds as they are shown. */
export function shownThresholds({ rfm }: LayerCuts): z.infer<typeof RfmThresholds> | null {
  return rfm === null || rfm.buyers === 0 ? null : { recencyDays: rfm.recency, frequency: rfm.frequency, amountFen: rfm.amount }
}

interface Reading<Definition> {
  plan: LayerPlan
  definition: Definition
  signal: AbortSignal | undefined
}

/** Cut points and sums of scores in one pass. Equal values are on the same side of every cut, so they get equal scores. */
export async function readRfmCuts(ctx: Context, { plan, definition, signal }: Reading<RfmDefinition>): Promise<RfmCuts> {
  const scope = scopeOf(plan)
  const above = (sorted: string, cut: string) => `arraySum(c -> arrayCount(v -> v > c, ${sorted}), ${cut})`
  const sql = `
    select buyers, recency, frequency, amount,
      5 * buyers - ${above('r', 'recency')} as recencySum, buyers + ${above('f', 'frequency')} as frequencySum, buyers + ${above('m', 'amount')} as moneySum
    from (
      select buyers, r, f, m, ${fifths('r', 'buyers')} as recency, ${fifths('f', 'buyers')} as frequency, ${fifths('m', 'buyers')} as amount
      from (
        select count() as buyers, arraySort(groupArray(recency_days)) as r, arraySort(groupArray(orders)) as f, arraySort(groupArray(amount_fen)) as m
        from (${buyersSql(scope, definition)})
      )
    )`
  const cuts = await ctx.platform.warehouse.row<RfmCuts>({ sql, params: scope.params.values, limits: layerLimits, signal })
  return cuts.buyers === 0 ? { ...cuts, recency: [0, 0, 0, 0], frequency: [0, 0, 0, 0], amount: [0, 0, 0, 0] } : cuts
}

/** The values at each fifth of a sorted array, nearest rank. */
const fifths = (sorted: string, count: string) => `arrayMap(k -> ${sorted}[intDiv(k * ${count} + 4, 5)], [1, 2, 3, 4])`

/** Whoever did nothing has no value that could be ranked. */
export function rankedValue(measure: LayerMeasure, column: string): string {
  const isCount = measure.from === 'events' && (measure.measure === 'times' || measure.measure === 'days' || measure.measure === 'sum')
  return isCount ? `nullIf(${column}, 0)` : column
}

/**
 * The values at the ends of shares, from the best on: of n people the one at rank ⌈share·n⌉, or the one with whom the best together have reached the share of the total.
 * Equal values are always in one layer, the better one.
 */
async function readShareCuts(ctx: Context, { plan, definition, signal }: Reading<Extract<LayerDefinition, { kind: 'quantiles' }>>): Promise<number[]> {
  const scope = scopeOf(plan)
  const { measure, shares, by, best } = definition
  const ends = shares.slice(0, -1).map((_, index) => shares.slice(0, index + 1).reduce((sum, share) => sum + share, 0))
  const slot = scope.params.slot(ends, 'Array(Float64)')
  // What is left of a sum of shares in binary must not make a rank one higher.
  const slack = 1e-9
  const rank =
    by === 'people' ? `toUInt64(greatest(1, ceil(share * n - ${slack})))` : `arrayFirstIndex(reached -> reached >= share * total * (1 - ${slack}), cumulated)`
  const sorted = `${best === 'high' ? 'arrayReverseSort' : 'arraySort'}(groupArray(value))`
  const sql = `
    select if(n = 0, emptyArrayFloat64(), arrayMap(share -> sorted[${rank}], ${slot})) as cuts
    from (select ${sorted} as sorted, length(sorted) as n, arrayCumSum(sorted) as cumulated, arraySum(sorted) as total
      from (select assumeNotNull(${rankedValue(measure, 'm0')}) as value from (${measuredPeopleSql(scope, [measure])}) where isNotNull(${rankedValue(measure, 'm0')})))`
  return (await ctx.platform.warehouse.row<{ cuts: number[] }>({ sql, params: scope.params.values, limits: layerLimits, signal })).cuts
}

interface FifthsReading {
  plan: LayerPlan
  measures: readonly LayerMeasure[]
  signal: AbortSignal | undefined
}

async function readFifths(ctx: Context, { plan, measures, signal }: FifthsReading): Promise<number[][]> {
  const scope = scopeOf(plan)
  const gathered = measures.map((measure, index) => `arraySort(groupArray(${rankedValue(measure, `m${index}`)})) as s${index}`)
  const cuts = measures.map((_, index) => `if(empty(s${index}), emptyArrayFloat64(), ${fifths(`s${index}`, `length(s${index})`)})`)
  const sql = `select [${cuts.join(', ')}] as cuts from (select ${gathered.join(', ')} from (${measuredPeopleSql(scope, measures)}))`
  return (await ctx.platform.warehouse.row<{ cuts: number[][] }>({ sql, params: scope.params.values, limits: layerLimits, signal })).cuts
}
