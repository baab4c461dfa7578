import type { ModelReadiness } from '../../../../contracts/catalogue.ts'
import { orderEvent } from '../../../../contracts/collect.ts'
import type { LocaleText } from '../../../../contracts/common.ts'
import type { LayerDefinition, LayerMeasure } from '../../../../contracts/layer-definitions.ts'
import type { LayerProposal } from '../../../../contracts/layers.ts'
import { anyEvent } from '../../../../contracts/rule.ts'
import type { Context } from '../../access/index.ts'
import { readModelReadiness } from '../../catalogue/index.ts'
import { scopeOf, planLayers } from './layer-scope.ts'

const kinds = ['rfm', 'lifecycle', 'value', 'activity', 'spend'] as const
const labels: Record<LayerProposal['model'], LocaleText> = {
  rfm: { zh: 'RFM 分层', en: 'RFM' },
  lifecycle: { zh: '生命周期', en: 'Lifecycle' },
  value: { zh: '客户价值', en: 'Customer value' },
  activity: { zh: '活跃度', en: 'Activity' },
  spend: { zh: '消费力', en: 'Spending power' },
}

/** Ready-made models, with what the inventory of the data says about each, and parameters from the data where it holds enough. */
export async function proposeModels(ctx: Context): Promise<LayerProposal[]> {
  const [readiness, lifecycle] = await Promise.all([readModelReadiness(ctx), proposeLifecycle(ctx)])
  return kinds.map((model) => {
    const known: ModelReadiness | undefined = readiness.find((row) => row.model === model)
    const { definition, reason } = model === 'lifecycle' ? lifecycle : { definition: presets[model], reason: null }
    return { model, label: labels[model], state: known?.state ?? 'unknown', needs: known?.needs ?? [], definition, reason }
  })
}

const ordersOf = (measure: 'sum' | 'average', days: number): LayerMeasure => ({ from: 'events', event: orderEvent, measure, of: 'amount', days, filters: [] })
const presets: Record<Exclude<LayerProposal['model'], 'lifecycle'>, LayerDefinition> = {
  rfm: { kind: 'rfm', event: orderEvent, days: 365, scoring: { kind: 'quantile' }, attributes: null },
  value: { kind: 'quantiles', measure: ordersOf('sum', 365), shares: [0.7, 0.2, 0.1], by: 'total', best: 'high', cuts: null },
  activity: {
    kind: 'thresholds',
    measure: { from: 'events', event: anyEvent, measure: 'recency', of: 'amount', days: null, filters: [] },
    cuts: [7, 30, 90],
    best: 'low',
  },
  spend: { kind: 'quantiles', measure: ordersOf('average', 365), shares: [0.2, 0.3, 0.5], by: 'people', best: 'high', cuts: null },
}

/** Fewer repurchases say nothing about how long people wait. */
const intervalsWanted = 100

/** Days between one order and the next: after those of four in five repurchases somebody is late, after those of 95 in a hundred they will not come back by themselves. */
export async function proposeLifecycle(ctx: Context): Promise<{ definition: LayerDefinition; reason: LocaleText | null }> {
  const fallback: Extract<LayerDefinition, { kind: 'lifecycle' }> = {
    kind: 'lifecycle',
    event: orderEvent,
    activeDays: 90,
    lostDays: 365,
    matureOrders: 4,
    attributes: null,
  }
  const scope = scopeOf(await planLayers(ctx, fallback))
  const buyer = scope.person.of('person_id')
  const { intervals, days, orders } = await ctx.platform.warehouse.row<{ intervals: number; days: number[]; orders: number }>({
    sql: `
      select sum(length(gaps)) as intervals, quantilesExactArray(0.5, 0.8, 0.95)(gaps) as days, quantileExactIf(0.8)(length(gaps) + 1, notEmpty(gaps)) as orders
      from (
        select arrayFilter(gap -> gap > 0, arrayPopFront(arrayDifference(arraySort(groupUniqArray(toInt32(toDate32(time))))))) as gaps
        from events where ${scope.workspace} and event = ${scope.params.slot(orderEvent, 'String')} and time < ${scope.params.instant(scope.now)}
          and intHash32(${buyer}) % if((select count() from events where ${scope.workspace} and event = ${scope.params.slot(orderEvent, 'String')}) > 5000000, 16, 1) = 0
        group by ${buyer}
      )`,
    params: scope.params.values,
    limits: { secondsMax: 60, memoryBytesMax: 2 * 1024 ** 3 },
  })
  if (intervals < intervalsWanted) return { definition: fallback, reason: null }
  const [half = 0, four = 0, most = 0] = days.map(Math.round)
  const activeDays = Math.min(3649, Math.max(1, four))
  const lostDays = Math.min(3650, Math.max(activeDays + 1, most))
  const reason = {
    zh: `按数据里 ${intervals.toLocaleString('en-US')} 次复购的间隔：一半在 ${half} 天内，80% 在 ${four} 天内，95% 在 ${most} 天内`,
    en: `From ${intervals.toLocaleString('en-US')} repurchases: half within ${half} days, 80 % within ${four}, 95 % within ${most}`,
  }
  return { definition: { ...fallback, activeDays, lostDays, matureOrders: Math.min(1000, Math.max(2, orders)) }, reason }
}
