import type { z } from 'zod'
import { orderEvent } from '../../../../contracts/collect.ts'
import type { LocaleText } from '../../../../contracts/common.ts'
import { layersAdvised } from '../../../../contracts/layer-definitions.ts'
import { type LayerFinding, type LayerHealth, type LayerResult } from '../../../../contracts/layers.ts'
import type { Context } from '../../access/index.ts'
import { usersOf } from '../../people/index.ts'
import { definedLayers, noneLayer } from './definition-layers.ts'
import { readCuts } from './layer-cuts.ts'
import { namedLayers, readLayerModel, type LayerModelRow } from './layer-model-row.ts'
import { planLayers, scopeOf } from './layer-scope.ts'

type Finding = z.infer<typeof LayerFinding>
type Result = z.infer<typeof LayerResult>

const dayMs = 86_400_000
const resultDays = 90
const skewedShare = 0.8
const staleDays = 180
/** By so much a cut has to have wandered to be called drift. */
const driftShare = 0.2
const unusedDays = 30

/** What is wrong with a model and what to do about it, and what the people of its layers did lately. */
export async function readLayerHealth(ctx: Context, id: string): Promise<z.infer<typeof LayerHealth>> {
  const model = await readLayerModel(ctx, id)
  const usedBy = await usersOf(ctx, { kind: 'layerModel', key: model.id })
  if (model.currentRun === null) return { findings: [notComputed], results: [], usedBy }
  const [results, drift] = await Promise.all([readResults(ctx, model), findDrift(ctx, model)])
  const findings = [...findSizes(model), ...findAlike(model, results), ...findStale(model, ctx.platform.clock.now()), ...drift]
  const isUsed = usedBy.length > 0 || model.announces || Object.keys(model.playbook).length > 0
  if (!isUsed && ageDays(ctx, model) >= unusedDays) findings.push(unused)
  return { findings, results, usedBy }
}

const notComputed: Finding = {
  kind: 'notComputed',
  severity: 'warning',
  layers: [],
  text: { zh: '模型还没有计算过', en: 'The model has not been computed yet' },
  proposal: { zh: '点「现在计算」，或等今晚自动计算', en: 'Compute it now, or wait for the night' },
}
const unused: Finding = {
  kind: 'unused',
  severity: 'advice',
  layers: [],
  text: {
    zh: '没有分群、标签规则或其他模型用到它，它也不是主分层，没有记换层事件，也没有写运营动作',
    en: 'No segment, tag rule or other model uses it; it is not the main model, tells no changes, and no layer says what to do',
  },
  proposal: {
    zh: '为每层写下目标和动作，用层建分群，或设为主分层；用不上就删除',
    en: 'Give the layers goals and actions, make segments of them, or make it the main model; else delete it',
  },
}

function findSizes(model: LayerModelRow): Finding[] {
  const layers = namedLayers(model)
  const total = model.layers.reduce((sum, { count }) => sum + count, 0)
  if (total === 0) return []
  const countOf = (name: string) => model.layers.find((layer) => layer.name === name)?.count ?? 0
  const findings: Finding[] = []
  const treated = layers.filter(({ name }) => name !== noneLayer && name !== 'noOrder')
  if (model.definition.kind !== 'rfm' && treated.length > layersAdvised) {
    findings.push({
      kind: 'tooMany',
      severity: 'advice',
      layers: [],
      text: {
        zh: `有 ${treated.length} 层，超过 ${layersAdvised} 层很难真正区别对待`,
        en: `${treated.length} layers; more than ${layersAdvised} are hard to treat differently`,
      },
      proposal: { zh: '合并做法相同的层', en: 'Join layers that you treat alike' },
    })
  }
  const empty = layers.filter(({ name }) => countOf(name) === 0 && name !== noneLayer && name !== 'noOrder')
  if (empty.length > 0) {
    findings.push({
      kind: 'empty',
      severity: 'warning',
      layers: empty.map(({ name }) => name),
      text: both(
        (pick) =>
          names(
            empty.map(({ label }) => pick(label)),
            pick,
          ),
        { zh: '没有人的层：', en: 'Layers with nobody: ' },
      ),
      proposal: { zh: '调整分界点，或与相邻的层合并', en: 'Move the cuts, or join it with its neighbour' },
    })
  }
  const largest = layers.toSorted((a, b) => countOf(b.name) - countOf(a.name))[0]
  const share = largest ? countOf(largest.name) / total : 0
  if (largest && share >= skewedShare && layers.length > 2) {
    const percent = `${Math.round(share * 100)}%`
    const isNone = largest.name === noneLayer || largest.name === 'noOrder'
    findings.push({
      kind: isNone ? 'noData' : 'skew',
      severity: 'warning',
      layers: [largest.name],
      text: { zh: `${percent} 的客户在「${largest.label.zh}」`, en: `${percent} of the people are in “${largest.label.en}”` },
      proposal: isNone
        ? {
            zh: '多数客户缺少这个模型要的数据：请导入订单或行为，或换一个数据覆盖得到的模型',
            en: 'Most people lack the data: import orders or behaviour, or choose a model the data supports',
          }
        : { zh: '按分位重算分界点，让各层大小相近，或细分这一层', en: 'Take the cuts anew by quantiles, or split this layer' },
    })
  }
  return findings
}

const both = (write: (pick: (text: LocaleText) => string) => string, lead: LocaleText): LocaleText => ({
  zh: `${lead.zh}${write((text) => text.zh)}`,
  en: `${lead.en}${write((text) => text.en)}`,
})
const names = (list: readonly string[], pick: (text: LocaleText) => string) => list.join(pick({ zh: '、', en: ', ' }))

/** What the people of each layer bought in the last 90 days. `margin` is the 95 % half width of the conversion. */
async function readResults(ctx: Context, model: LayerModelRow): Promise<Result[]> {
  const scope = scopeOf(await planLayers(ctx, { kind: 'rfm', event: orderEvent, days: resultDays, scoring: { kind: 'quantile' }, attributes: null }))
  const { params, workspace, now } = scope
  const rows = await ctx.platform.warehouse.rows<Omit<Result, 'conversion' | 'margin'>>({
    sql: `
      select toString(layer) as name, count() as people, countIf(count > 0) as buyers, sum(count) as orders, sum(amount) as amountFen
      from (select person_id, layer from layer_assignments where ${workspace} and model_id = ${params.slot(model.id, 'UUID')} and run = ${params.slot(String(model.currentRun), 'UInt64')}) as placed
      left join (
        select ${scope.person.of('person_id')} as buyer, toInt64(count()) as count, sum(ifNull(amount_fen, 0)) as amount from events
        where ${workspace} and event = ${params.slot(orderEvent, 'String')} and time >= ${params.instant(new Date(now.getTime() - resultDays * dayMs))} and time < ${params.instant(now)}
        group by buyer
      ) as bought on bought.buyer = placed.person_id
      group by layer`,
    params: params.values,
    limits: { secondsMax: 60, memoryBytesMax: 4 * 1024 ** 3 },
  })
  return definedLayers(model.definition).map(({ name }) => {
    const row = rows.find((each) => each.name === name) ?? { name, people: 0, buyers: 0, orders: 0, amountFen: 0 }
    const conversion = row.people === 0 ? 0 : row.buyers / row.people
    return { ...row, conversion, margin: row.people === 0 ? 0 : 1.96 * Math.sqrt((conversion * (1 - conversion)) / row.people) }
  })
}

/** Too few people for a difference to show. */
const comparedMin = 50

/** Neighbours whose conversion does not differ by a two-proportion test, nor their money per person by a tenth. */
export function findAlike(model: LayerModelRow, results: readonly Result[]): Finding[] {
  const labels = new Map(namedLayers(model).map(({ name, label }) => [name, label]))
  const compared = results.filter(({ name, people }) => name !== noneLayer && name !== 'noOrder' && people >= comparedMin)
  return compared.slice(1).flatMap((right, index): Finding[] => {
    const left = compared[index]!
    if (!isAlike(left, right)) return []
    const [a, b] = [labels.get(left.name), labels.get(right.name)]
    if (!a || !b) return []
    return [
      {
        kind: 'alike',
        severity: 'advice',
        layers: [left.name, right.name],
        text: {
          zh: `「${a.zh}」与「${b.zh}」近 ${resultDays} 天的下单率和人均消费没有差别`,
          en: `“${a.en}” and “${b.en}” ordered and spent alike in the last ${resultDays} days`,
        },
        proposal: { zh: '合并这两层，或换一个更能区分结果的指标', en: 'Join them, or cut by something that tells their results apart' },
      },
    ]
  })
}

function isAlike(left: Result, right: Result): boolean {
  const pooled = (left.buyers + right.buyers) / (left.people + right.people)
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / left.people + 1 / right.people))
  const differs = Math.abs(left.conversion - right.conversion) > 1.96 * error
  const [a, b] = [left.amountFen / left.people, right.amountFen / right.people]
  return !differs && Math.abs(a - b) <= 0.1 * Math.max(a, b)
}

/** Whether cuts were written down once and stay, rather than following the data. */
function hasFixedCuts({ definition }: LayerModelRow): boolean {
  if (definition.kind === 'rfm') return definition.scoring.kind === 'thresholds'
  return definition.kind === 'thresholds' || definition.kind === 'lifecycle' || (definition.kind === 'quantiles' && definition.cuts !== null)
}

function findStale(model: LayerModelRow, now: Date): Finding[] {
  if (!hasFixedCuts(model) || model.changedAt === null) return []
  const days = Math.floor((now.getTime() - model.changedAt.getTime()) / dayMs)
  if (days < staleDays) return []
  return [
    {
      kind: 'staleThresholds',
      severity: 'advice',
      layers: [],
      text: { zh: `分界点已经 ${days} 天没有改过`, en: `The cuts have not been changed for ${days} days` },
      proposal: { zh: '点「重算分界点」，先看谁会移动，再决定是否应用', en: 'Take the cuts anew: see who would move, then decide' },
    },
  ]
}

/** Cuts that are fixed, beside what the data of now would give. */
async function findDrift(ctx: Context, { definition }: LayerModelRow): Promise<Finding[]> {
  const pairs: [number, number][] = []
  if (definition.kind === 'rfm' && definition.scoring.kind === 'thresholds') {
    const { rfm } = await readCuts(ctx, await planLayers(ctx, { ...definition, scoring: { kind: 'quantile' } }))
    if (rfm && rfm.buyers > 0) {
      const { recencyDays, frequency, amountFen } = definition.scoring
      pairs.push(...zip(recencyDays, rfm.recency), ...zip(frequency, rfm.frequency), ...zip(amountFen, rfm.amount))
    }
  } else if (definition.kind === 'quantiles' && definition.cuts !== null) {
    const { cuts } = await readCuts(ctx, await planLayers(ctx, { ...definition, cuts: null }))
    pairs.push(...zip(definition.cuts, cuts[0] ?? []))
  }
  const worst = Math.max(0, ...pairs.map(([old, fresh]) => Math.abs(fresh - old) / Math.max(1, Math.abs(old))))
  if (worst < driftShare) return []
  const percent = `${Math.round(worst * 100)}%`
  return [
    {
      kind: 'drift',
      severity: 'warning',
      layers: [],
      text: { zh: `按今天的数据，分界点最多会移动 ${percent}`, en: `By today’s data a cut would move by as much as ${percent}` },
      proposal: { zh: '点「重算分界点」，先看谁会移动，再决定是否应用', en: 'Take the cuts anew: see who would move, then decide' },
    },
  ]
}

const zip = (left: readonly number[], right: readonly number[]): [number, number][] =>
  left.flatMap((value, index) => (right[index] === undefined ? [] : [[value, right[index]] as [number, number]]))

function ageDays(ctx: Context, model: LayerModelRow): number {
  return (ctx.platform.clock.now().getTime() - model.createdAt.getTime()) / dayMs
}
