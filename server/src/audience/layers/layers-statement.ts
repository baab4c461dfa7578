import type { LayerDefinition } from '../../../../contracts/layer-definitions.ts'
import { assertNever } from '../../platform/errors.ts'
import type { Statement } from '../../platform/warehouse/warehouse.ts'
import { everyoneSql } from '../rule/compile-rule.ts'
import { definedLayers, noneLayer, restLayer } from './definition-layers.ts'
import { rankedValue, type LayerCuts } from './layer-cuts.ts'
import { layerLimits, scopeOf, type LayerPlan, type LayerScope } from './layer-scope.ts'
import { measuredPeopleSql } from './measure-columns.ts'
import { orderFactsSql } from './order-facts.ts'

/** Columns of `layer_assignments` behind workspace, model and run. */
export const assignedColumns = 'person_id, layer, recency_score, frequency_score, money_score, orders, amount_fen, recency_days, value'

/** Everyone of the workspace with exactly one layer, as a select of `assignedColumns`. Its slots are named `p0`, …, `r0p0`, …. */
export function layersStatement(plan: LayerPlan, cuts: LayerCuts): Required<Pick<Statement, 'sql' | 'params' | 'limits'>> {
  const scope = scopeOf(plan)
  const sql = selectOf(scope, plan, cuts)
  const params = Object.assign({}, scope.params.values, ...plan.rules.map((rule) => rule.params)) as Statement['params'] & object
  return { sql, params, limits: layerLimits }
}

function selectOf(scope: LayerScope, plan: LayerPlan, cuts: LayerCuts): string {
  const { definition } = plan
  switch (definition.kind) {
    case 'rfm':
      return rfmSql(scope, definition, cuts)
    case 'lifecycle':
      return lifecycleSql(scope, definition)
    case 'rules':
      return rulesSql(scope, plan, definition)
    case 'thresholds':
    case 'quantiles':
      return bandsSql(scope, definition, cuts.cuts[0] ?? [])
    case 'scores':
      return scoresSql(scope, definition, cuts.cuts)
    default:
      return assertNever(definition)
  }
}

/** Scores are 1 to 5 by the cuts, recency turned round so that 5 is best; a dimension is high when the score is above the average score of all buyers. */
function rfmSql(scope: LayerScope, definition: Extract<LayerDefinition, { kind: 'rfm' }>, { rfm }: LayerCuts): string {
  if (!rfm) throw new Error('RFM needs its cuts')
  const { params } = scope
  const slot = (value: number) => params.slot(String(value), 'UInt64')
  const above = (value: string, cuts: number[]) => `arrayCount(c -> ${value} > c, ${params.slot(cuts, 'Array(Float64)')})`
  const isHigh = (score: string, sum: number) => `${score} * ${slot(rfm.buyers)} > ${slot(sum)}`
  return `
    with ${isHigh('recency_score', rfm.recencySum)} as recent, ${isHigh('frequency_score', rfm.frequencySum)} as frequent, ${isHigh('money_score', rfm.moneySum)} as spending
    select person_id,
      multiIf(bought = 0, 'noOrder',
        spending and recent and frequent, 'importantValue', spending and recent, 'importantDevelop', spending and frequent, 'importantKeep', spending, 'importantRetain',
        recent and frequent, 'generalValue', recent, 'generalDevelop', frequent, 'generalKeep', 'generalRetain') as layer,
      recency_score, frequency_score, money_score, toUInt32(bought) as orders, spent as amount_fen, if(bought = 0, null, toUInt16(since)) as recency_days,
      cast(null as Nullable(Float64)) as value
    from (
      select person_id, orders as bought, amount_fen as spent, recency_days as since,
        toUInt8(if(bought = 0, 0, 5 - ${above('since', rfm.recency)})) as recency_score,
        toUInt8(if(bought = 0, 0, 1 + ${above('bought', rfm.frequency)})) as frequency_score,
        toUInt8(if(bought = 0, 0, 1 + ${above('spent', rfm.amount)})) as money_score
      from (${orderFactsSql(scope, definition)})
    )`
}

function lifecycleSql(scope: LayerScope, definition: Extract<LayerDefinition, { kind: 'lifecycle' }>): string {
  const slot = (value: number) => scope.params.slot(value, 'Int64')
  const { activeDays, lostDays, matureOrders } = definition
  return `
    select person_id,
      multiIf(bought = 0, 'noOrder', since > ${slot(lostDays)}, 'lost', since > ${slot(activeDays)}, 'dormant', bought >= ${slot(matureOrders)}, 'mature', bought > 1, 'growing', 'new') as layer,
      ${noScores}, toUInt32(bought) as orders, spent as amount_fen, if(bought = 0, null, toUInt16(since)) as recency_days, cast(null as Nullable(Float64)) as value
    from (select person_id, orders as bought, amount_fen as spent, recency_days as since from (${orderFactsSql(scope, definition)}))`
}

const noScores = 'toUInt8(0) as recency_score, toUInt8(0) as frequency_score, toUInt8(0) as money_score'
const noOrders = 'toUInt32(0) as orders, toInt64(0) as amount_fen, cast(null as Nullable(UInt16)) as recency_days'

/** The best layer first whose cut the value reaches, then the one past all cuts, then whoever has no value. */
function bandOf(scope: LayerScope, { value, cuts, isHighBest, last }: { value: string; cuts: readonly number[]; isHighBest: boolean; last: number }): string {
  const reached = cuts.map((cut, index) => `${value} ${isHighBest ? '>=' : '<='} ${scope.params.slot(cut, 'Float64')}, 'level${index + 1}'`)
  return `multiIf(isNull(${value}), '${noneLayer}', ${[...reached, `'level${last}'`].join(', ')})`
}

function bandsSql(scope: LayerScope, definition: Extract<LayerDefinition, { kind: 'thresholds' | 'quantiles' }>, cuts: readonly number[]): string {
  const { measure, best } = definition
  // Without anybody who has a value there are no cuts, and nobody past them either.
  const last = definedLayers(definition).length - 1
  return `
    select person_id, ${bandOf(scope, { value: 'ranked', cuts, isHighBest: best === 'high', last })} as layer, ${noScores}, ${noOrders}, ranked as value
    from (select person_id, cast(${rankedValue(measure, 'm0')} as Nullable(Float64)) as ranked from (${measuredPeopleSql(scope, [measure])}))`
}

function scoresSql(scope: LayerScope, definition: Extract<LayerDefinition, { kind: 'scores' }>, cuts: readonly (readonly number[])[]): string {
  const { parts } = definition
  const { params } = scope
  const weights = parts.reduce((sum, { weight }) => sum + weight, 0)
  const scores = parts.map(({ measure, best }, index) => {
    const value = rankedValue(measure, `m${index}`)
    const above = `arrayCount(c -> assumeNotNull(${value}) > c, ${params.slot(cuts[index] ?? [], 'Array(Float64)')})`
    return `if(isNull(${value}), 0, ${best === 'high' ? `1 + ${above}` : `5 - ${above}`})`
  })
  const weighted = scores.map((score, index) => `${params.slot(parts[index]!.weight, 'Float64')} * (${score})`).join(' + ')
  const known = parts.map(({ measure }, index) => `isNotNull(${rankedValue(measure, `m${index}`)})`).join(' or ')
  return `
    select person_id, ${bandOf(scope, { value: 'score', cuts: definition.cuts, isHighBest: true, last: definition.cuts.length + 1 })} as layer, ${noScores}, ${noOrders}, score as value
    from (select person_id, if(${known}, (${weighted}) / ${params.slot(weights, 'Float64')}, cast(null as Nullable(Float64))) as score
      from (${measuredPeopleSql(
        scope,
        parts.map(({ measure }) => measure),
      )}))`
}

/** All rules are read in one statement, each as one bitmap; a layer is its rule's people without those of the layers before, so that nobody is in two or in none. */
function rulesSql(scope: LayerScope, plan: LayerPlan, definition: Extract<LayerDefinition, { kind: 'rules' }>): string {
  const sets = plan.rules.map(({ sql }, index) => `select toUInt16(${index}) as leaf, people as s from (${sql})`)
  const everyone = everyoneSql(scope.person, scope.workspace, scope.workspace).map(
    (sql) => `select toUInt16(${definition.layers.length}) as leaf, s from (${sql})`,
  )
  const set = (index: number) => `groupBitmapMergeStateIf(s, leaf = ${index})`
  const names = [...definition.layers.map(({ name }) => name), restLayer]
  const before = (index: number) =>
    names
      .slice(0, index)
      .map((_, earlier) => set(earlier))
      .reduce((left, right) => `bitmapOr(${left}, ${right})`)
  const people = names.map((_, index) => `bitmapToArray(${index === 0 ? set(0) : `bitmapAndnot(${set(index)}, ${before(index)})`})`)
  return `
    select arrayJoin(layered.2) as person_id, layered.1 as layer, ${noScores}, ${noOrders}, cast(null as Nullable(Float64)) as value
    from (select arrayJoin(arrayZip(${scope.params.slot(names, 'Array(String)')}, [${people.join(', ')}])) as layered
      from (${[...sets, ...everyone].join(' union all ')}))`
}
