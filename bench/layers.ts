import { computeLayers } from '../server/src/audience/layers/compute-layers.ts'
import { readLayerModels } from '../server/src/audience/index.ts'
import { sizeOf, startOnDataSet } from './data/data-set.ts'
import { median, say, type Bench } from './support/bench.ts'
import type { RunningProduct } from './support/product.ts'
import { measure } from './support/usage.ts'

const sizes = { small: { people: 50_000, events: 500_000, runs: 3 }, full: { people: 10_000_000, events: 100_000_000, runs: 3 } }

/** RFM scores and classes of everyone, written and shown; beside it the aggregation of their orders alone. */
export const bench: Bench = async (size) => {
  const { runs } = sizes[size]
  const { people, events } = sizeOf(sizes[size])
  const product = await startOnDataSet({ people, events })
  try {
    const totals: number[] = []
    const { cpuSeconds, peakRssMb } = await measure(async () => {
      for (let run = 0; run < runs; run++) totals.push(await timed(() => computeOnce(product, people)))
    })
    const aggregations: number[] = []
    for (let run = 0; run < runs; run++) aggregations.push(await timed(() => aggregate(product)))
    say(
      `layers in ${totals.map(Math.round).join(' ')} ms, ${(cpuSeconds / runs).toFixed(1)} CPU seconds each; bare ${aggregations.map(Math.round).join(' ')} ms`,
    )
    return {
      conditions: { people, events, runs, node: process.version, warehouse: product.platform.warehouse.kind },
      metrics: { totalMs: median(totals), cpuSecondsPerRun: cpuSeconds / runs, peakRssMb },
      beside: { bareAggregationMs: median(aggregations) },
    }
  } finally {
    await product.stop()
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

async function computeOnce({ ctx }: RunningProduct, people: number): Promise<void> {
  const [model] = await readLayerModels(ctx)
  if (!model || !(await computeLayers(ctx, model))) throw new Error('The layers were not computed')
  const [computed] = await readLayerModels(ctx)
  const count = computed?.layers.reduce((sum, layer) => sum + layer.count, 0)
  if (count !== people) throw new Error(`${count} of ${people} people are in a layer`)
}

async function aggregate({ ctx, platform }: RunningProduct): Promise<void> {
  await platform.warehouse.row({
    sql: `select count() as buyers, sum(orders) as orders, sum(amount_fen) as amount_fen, max(latest) as latest from (
        select count() as orders, sum(amount_fen) as amount_fen, max(time) as latest from events
        where workspace_id = {workspaceId:UInt32} and event = 'Order Completed' group by person_id)`,
    params: { workspaceId: ctx.workspaceId },
  })
}
