import { sql } from 'kysely'
import { stepLookalikes } from '../server/src/audience/lookalike/run-lookalikes.ts'
import { startLookalike } from '../server/src/audience/lookalike/start-lookalike.ts'
import { readLookalike } from '../server/src/audience/lookalike/lookalike-row.ts'
import { sizeOf, startOnDataSet } from './data/data-set.ts'
import { say, type Bench } from './support/bench.ts'
import type { RunningProduct } from './support/product.ts'
import { measure } from './support/usage.ts'

const sizes = {
  small: { people: 50_000, events: 500_000, seed: 2_000 },
  full: { people: 10_000_000, events: 100_000_000, seed: 50_000 },
}

/**
 * People like those of a seed, from the claim of the job to the ranking of everybody: the seed likes to order and has a card of a higher tier, with much chance in between.
 * Beside it the same features of everybody, aggregated once by hand and thrown away.
 */
export const bench: Bench = async (size) => {
  const { seed, ...full } = sizes[size]
  const { people, events } = sizeOf(full)
  const product = await startOnDataSet({ people, events })
  const { platform, ctx } = product
  try {
    await sql`
      insert into attributes (workspace_id, key, type, label_zh, label_en)
      values (${ctx.workspaceId}, 'tier', 'text', '等级', 'Tier'), (${ctx.workspaceId}, 'score', 'number', '评分', 'Score')
      on conflict do nothing`.execute(platform.db)
    const seedSegmentId = await makeSeed(product, seed)
    const { id } = await startLookalike(ctx, { seedSegmentId, withRuleFeatures: false, excluded: [] })
    const usage = await measure(() => stepLookalikes(platform, new AbortController().signal))
    const { state, problem, result } = await readLookalike(ctx, id)
    if (state !== 'finished' || !result) throw new Error(`The model is ${state}: ${problem?.en ?? ''}`)
    const ranked = await countRanked(product)
    if (ranked !== people) throw new Error(`${ranked} of ${people} people are ranked`)
    say(
      `AUC ${result.auc.toFixed(3)}; ${result.features} features; ${result.drivers
        .slice(0, 3)
        .map(({ label }) => label.en)
        .join(' · ')}`,
    )
    const beside = await measure(() => byHand(product))
    return {
      conditions: { people, events, seed: result.seed, features: result.features, node: process.version, warehouse: platform.warehouse.kind },
      metrics: {
        totalMs: usage.wallMs,
        cpuSeconds: usage.cpuSeconds,
        peakRssMb: usage.peakRssMb,
        auc: result.auc,
        topHundredthLift: liftAt(result.curve, 0.01),
      },
      beside: { byHandMs: beside.wallMs, byHandCpuSeconds: beside.cpuSeconds, byHandPeakRssMb: beside.peakRssMb },
    }
  } finally {
    await product.stop()
  }
}

const liftAt = (curve: readonly { share: number; lift: number }[], share: number): number => curve.find((point) => point.share >= share)?.lift ?? 0

async function countRanked({ platform, ctx }: RunningProduct): Promise<number> {
  const { rows } = await platform.warehouse.row<{ rows: number }>({
    sql: `select count() as rows from lookalike_scores where workspace_id = {workspaceId:UInt32}`,
    params: { workspaceId: ctx.workspaceId },
  })
  return rows
}

/** About so many, the more likely the more they ordered and the higher their tier, as a static segment's set. */
async function makeSeed({ platform, ctx }: RunningProduct, seed: number): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into segments (workspace_id, name, kind, rule, set_run, set_as_of) values (${ctx.workspaceId}, '种子', 'static', '{"kind":"any","rules":[]}', 1, now()) returning id`.execute(
    platform.db,
  )
  const id = rows[0]!.id
  await platform.warehouse.run({
    sql: `
      insert into segment_sets (workspace_id, segment_id, run, people)
      select {workspaceId:UInt32}, {id:UUID}, 1, groupBitmapState(person_id) from (
        select people.person_id as person_id from (
          select person_id, attributes.tier.:String in ('金卡', '黑金') as is_high from people where workspace_id = {workspaceId:UInt32}) as people
        left join (
          select person_id, count() as orders from events where workspace_id = {workspaceId:UInt32} and event = 'Order Completed' group by person_id) as bought using (person_id)
        order by log1p(bought.orders) + 1.5 * people.is_high - log(-log((sipHash64(people.person_id) + 1) / 18446744073709551617.)) desc
        limit {seed:UInt64})`,
    params: { workspaceId: ctx.workspaceId, id, seed },
  })
  return id
}

/** How often, how lately and for how much everybody did each thing, and when they are about, beside their attributes: one pass each, in nobody's memory but the engine's. */
async function byHand({ platform, ctx }: RunningProduct): Promise<void> {
  const { warehouse } = platform
  const params = { workspaceId: ctx.workspaceId }
  const checked = async (text: string) => {
    const { people } = await warehouse.row<{ people: number }>({ sql: text, params })
    if (people === 0) throw new Error('Nobody was read')
  }
  await checked(`select count() as people from (
    select person_id, event, countIf(time >= now() - interval 30 day) as month, countIf(time >= now() - interval 90 day) as quarter, count() as year, max(time) as latest, sum(amount_fen) as amount
    from events where workspace_id = {workspaceId:UInt32} and time >= now() - interval 365 day group by person_id, event) where year > 0 and latest > 0 and month + quarter >= 0 and ifNull(amount, 0) >= 0
    settings max_bytes_before_external_group_by = 4000000000`)
  await checked(`select countIf(not ignore(attributes.tier.:String, attributes.city.:String, attributes.gender.:String, attributes.birthday.:String, attributes.score.:Int64)) as people
    from people final where workspace_id = {workspaceId:UInt32}`)
}
