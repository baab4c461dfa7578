import { sql } from 'kysely'
import type { Rule as RuleTree } from '../contracts/rule.ts'
import { countRule, refreshSegments } from '../server/src/audience/index.ts'
import { sizeOf, startOnDataSet } from './data/data-set.ts'
import { insertSegments } from './data/segment-rules.ts'
import { say, type Bench } from './support/bench.ts'
import type { RunningProduct } from './support/product.ts'
import { measure } from './support/usage.ts'

const sizes = { small: { people: 100_000, events: 1_000_000, segments: 100 }, full: { people: 10_000_000, events: 100_000_000, segments: 100 } }
const changedShare = 0.01
const besideMax = 20

/** Dynamic segments over some 45 conditions that they share: all of them for everybody, and again after a hundredth of the people did something. Beside it, one by one. */
export const bench: Bench = async (size) => {
  const { people, events } = sizeOf(sizes[size])
  const segments = Number(process.env['BENCH_SEGMENTS'] ?? sizes[size].segments)
  const product = await startOnDataSet({ people, events })
  const { platform, ctx } = product
  try {
    const rules = await insertSegments(ctx, segments)
    const full = await refresh(product)
    say(`full in ${full.wallMs.toFixed(0)} ms, ${full.cpuSeconds.toFixed(1)} CPU seconds`)
    // All that came in before is long ago.
    await platform.warehouse.run({ sql: 'truncate table person_changes' })
    await change(product, people)
    const incremental = await refresh(product)
    say(`incremental in ${incremental.wallMs.toFixed(0)} ms, ${incremental.cpuSeconds.toFixed(1)} CPU seconds`)
    const beside = await oneByOne(product, rules)
    return {
      conditions: { people, events, segments, changedShare, node: process.version, warehouse: platform.warehouse.kind },
      metrics: {
        fullMs: full.wallMs,
        fullCpuSeconds: full.cpuSeconds,
        incrementalMs: incremental.wallMs,
        incrementalCpuSeconds: incremental.cpuSeconds,
        peakRssMb: Math.max(full.peakRssMb, incremental.peakRssMb),
      },
      beside: { oneByOneMs: beside.wallMs, oneByOneCpuSeconds: beside.cpuSeconds },
    }
  } finally {
    await product.stop()
  }
}

async function refresh({ platform, ctx }: RunningProduct) {
  const usage = await measure(() => refreshSegments(platform, ctx.workspaceId, { now: true }))
  const { rows } = await sql<{ left: number }>`
    select count(*)::int as left from segments where workspace_id = ${ctx.workspaceId} and (set_run is null or problem is not null)`.execute(platform.db)
  if (rows[0]?.left !== 0) throw new Error(`${rows[0]?.left} segments were not read`)
  say(`${usage.result}`)
  return usage
}

/** Every hundredth person looks at a product and orders it. */
async function change({ platform, ctx }: RunningProduct, people: number): Promise<void> {
  await platform.warehouse.run({
    sql: `insert into event_intake (workspace_id, event, person_id, time, event_id, source_id, amount_fen, properties, received_at)
      select {workspaceId:UInt32}, if(number % 2 = 0, 'Order Completed', 'Product Viewed'), 1 + number * {every:UInt64}, fromUnixTimestamp64Milli({at:Int64}), generateUUIDv4(),
        toUUID('00000000-0000-0000-0000-000000000000'), 9900, '{}', now64(3) from numbers({count:UInt64})`,
    params: { workspaceId: ctx.workspaceId, at: platform.clock.now().getTime() - 60_000, every: 1 / changedShare, count: Math.floor(people * changedShare) },
  })
}

/** Each rule by itself, of some of them, reckoned up to all. */
async function oneByOne({ ctx }: RunningProduct, rules: readonly RuleTree[]) {
  const some = rules.slice(0, besideMax)
  const usage = await measure(async () => {
    for (const rule of some) await countRule(ctx, rule, { exact: true })
  })
  const times = rules.length / some.length
  return { wallMs: usage.wallMs * times, cpuSeconds: usage.cpuSeconds * times }
}
