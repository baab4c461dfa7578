import { refreshSegments } from '../server/src/audience/index.ts'
import { sizeOf, startOnDataSet } from './data/data-set.ts'
import { insertSegments } from './data/segment-rules.ts'
import { rules } from './segment.ts'
import { asker } from './support/ask.ts'
import { quantile, say, seededRandom, type Bench } from './support/bench.ts'
import type { RunningProduct } from './support/product.ts'
import { measure } from './support/usage.ts'

const sizes = { small: { people: 50_000, events: 500_000, runs: 100 }, full: { people: 10_000_000, events: 100_000_000, runs: 200 } }
/** As many as a person is looked up in at once. */
const segments = 60

/**
 * Why a person is in a rule or not, node by node, over HTTP: anybody, under the five rules of the bench of segments and under those of segments with tags, consent,
 * layers and sequences; and which segments somebody is in. Beside it the least of it: all events of a person by the key.
 */
export const bench: Bench = async (size) => {
  const { runs } = sizes[size]
  const { people, events } = sizeOf(sizes[size])
  const product = await startOnDataSet({ people, events })
  try {
    const { platform, ctx } = product
    const mixed = await insertSegments(ctx, segments)
    await refreshSegments(platform, ctx.workspaceId, { now: true })
    const ask = await asker(product)
    const random = seededRandom(7)
    const anybody = () => 1 + Math.floor(random() * people)
    const questions: Record<string, (run: number) => Promise<unknown>> = {
      ...Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, () => ask('/rule-explanations', { rule, personId: anybody() })])),
      mixed: (run) => ask('/rule-explanations', { rule: mixed[run % mixed.length]!, personId: anybody() }),
      busiest: (run) => ask('/rule-explanations', { rule: mixed[run % mixed.length]!, personId: 1 + run }),
      personSegments: () => ask(`/people/${anybody()}/segments`),
    }
    const { result, cpuSeconds, peakRssMb } = await measure(async () => {
      const found: Record<string, number> = {}
      for (const [name, question] of Object.entries(questions)) Object.assign(found, await timed(name, runs, question))
      return found
    })
    const bare = await timed('bare', runs, () => eventsOf(product, anybody()))
    const worst = (names: string[]) => Math.max(...names.map((name) => result[`${name}MsP99`]!))
    return {
      conditions: { people, events, runs, segments, node: process.version, warehouse: platform.warehouse.kind },
      metrics: { explainMsP99: worst([...Object.keys(rules), 'mixed', 'busiest']), ...result, cpuSeconds, peakRssMb },
      beside: { eventsByKeyMsP50: bare['bareMsP50']!, eventsByKeyMsP99: bare['bareMsP99']! },
    }
  } finally {
    await product.stop()
  }
}

async function timed(name: string, runs: number, work: (run: number) => Promise<unknown>): Promise<Record<string, number>> {
  for (let run = 0; run < 5; run++) await work(run)
  const ms: number[] = []
  const before = process.cpuUsage()
  for (let run = 0; run < runs; run++) {
    const startedAt = performance.now()
    await work(run)
    ms.push(performance.now() - startedAt)
  }
  const { user, system } = process.cpuUsage(before)
  const [half, most] = [quantile(ms, 0.5), quantile(ms, 0.99)]
  say(`${name}: p50 ${half.toFixed(1)} ms, p99 ${most.toFixed(1)} ms, ${((user + system) / 1000 / runs).toFixed(1)} ms of CPU`)
  return { [`${name}MsP50`]: half, [`${name}MsP99`]: most, [`${name}CpuMs`]: (user + system) / 1000 / runs }
}

async function eventsOf({ platform, ctx }: RunningProduct, personId: number): Promise<unknown> {
  return platform.warehouse.rows({
    sql: 'select event, time, properties from events_by_person where workspace_id = {workspaceId:UInt32} and person_id = {personId:UInt32}',
    params: { workspaceId: ctx.workspaceId, personId },
  })
}
