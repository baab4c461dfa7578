import { Rule, type Rule as RuleTree } from '../contracts/rule.ts'
import { countRule } from '../server/src/audience/index.ts'
import { sizeOf, startOnDataSet } from './data/data-set.ts'
import { median, say, type Bench } from './support/bench.ts'
import type { RunningProduct } from './support/product.ts'
import { measure } from './support/usage.ts'

const sizes = { small: { people: 50_000, events: 500_000, runs: 5 }, full: { people: 10_000_000, events: 100_000_000, runs: 5 } }
const dayMs = 86_400_000

/** Five rules of growing difficulty: exactly, as an estimate, and beside them the best SQL that was written for them by hand. */
export const bench: Bench = async (size) => {
  const { runs } = sizes[size]
  const { people, events } = sizeOf(sizes[size])
  const product = await startOnDataSet({ people, events })
  try {
    const { result, cpuSeconds, peakRssMb } = await measure(() => measureRules(product, runs))
    const worst = (of: (rule: RuleTimes) => number) => Math.max(...result.map(of))
    return {
      conditions: { people, events, runs, node: process.version, warehouse: product.platform.warehouse.kind },
      metrics: {
        exactMsMax: worst((rule) => rule.exact.ms),
        estimateMsMax: worst((rule) => rule.estimate.ms),
        ...Object.fromEntries(
          result.flatMap(({ name, exact, estimate }) => [
            [`${name}ExactMs`, exact.ms],
            [`${name}ExactCpuMs`, exact.cpuMs],
            [`${name}EstimateMs`, estimate.ms],
            [`${name}EstimateCpuMs`, estimate.cpuMs],
          ]),
        ),
        cpuSeconds,
        peakRssMb,
      },
      beside: {
        handWrittenMsMax: worst((rule) => rule.hand.ms),
        exactOverHandWritten: median(result.map((rule) => rule.exact.ms / rule.hand.ms)),
        exactOverHandWrittenMax: worst((rule) => rule.exact.ms / rule.hand.ms),
        exactCpuOverHandWritten: median(result.map((rule) => rule.exact.cpuMs / rule.hand.cpuMs)),
        exactCpuOverHandWrittenMax: worst((rule) => rule.exact.cpuMs / rule.hand.cpuMs),
        ...Object.fromEntries(
          result.flatMap(({ name, hand }) => [
            [`${name}HandWrittenMs`, hand.ms],
            [`${name}HandWrittenCpuMs`, hand.cpuMs],
          ]),
        ),
      },
    }
  } finally {
    await product.stop()
  }
}

interface RuleTimes {
  name: string
  exact: Timed
  estimate: Timed
  hand: Timed
}

/** Medians of one run. */
interface Timed {
  ms: number
  cpuMs: number
}

async function measureRules({ ctx, platform }: RunningProduct, runs: number): Promise<RuleTimes[]> {
  const times: RuleTimes[] = []
  for (const [name, written] of Object.entries(rules)) {
    const rule: RuleTree = Rule.parse(written)
    const byHand = async () => {
      const sql = `select count() as count from (${handWritten[name as keyof typeof rules]})`
      const now = platform.clock.now().getTime()
      const row = await platform.warehouse.row<{ count: number }>({ sql, params: { workspaceId: ctx.workspaceId, now, dayMs } })
      return row.count
    }
    const [exact, hand] = await timedInTurn(runs, async () => (await countRule(ctx, rule, { exact: true })).count, byHand)
    const [estimate] = await timedInTurn(runs, () => countRule(ctx, rule))
    // The clock goes on between two counts, and windows with it.
    if (Math.abs(exact.last - hand.last) > 5 + hand.last * 0.001) throw new Error(`${name}: ${exact.last} people by the rule, ${hand.last} by hand`)
    const { count, exact: isExact, marginPercent } = estimate.last
    say(
      `${name}: ${exact.last} people in ${shown(exact)}, by hand ${shown(hand)}; ${isExact ? 'counted' : `about ${count} ± ${marginPercent} %`} in ${shown(estimate)}`,
    )
    times.push({ name, exact, estimate, hand })
  }
  return times
}

const shown = ({ ms, cpuMs }: Timed) => `${ms.toFixed(0)} ms (${cpuMs.toFixed(0)} of CPU)`

/** Each work once unmeasured, then in turn, so that what else the machine does meets all alike. */
async function timedInTurn<Results extends unknown[]>(
  runs: number,
  ...works: { [Index in keyof Results]: () => Promise<Results[Index]> }
): Promise<{ [Index in keyof Results]: Timed & { last: Results[Index] } }> {
  const times: { ms: number[]; cpuMs: number[]; last: unknown }[] = []
  for (const work of works) times.push({ ms: [], cpuMs: [], last: await work() })
  for (let run = 0; run < runs; run++) {
    for (const [index, work] of works.entries()) {
      const startedAt = performance.now()
      const before = process.cpuUsage()
      const last = await work()
      const { user, system } = process.cpuUsage(before)
      const { ms, cpuMs } = times[index]!
      times[index] = { ms: [...ms, performance.now() - startedAt], cpuMs: [...cpuMs, (user + system) / 1000], last }
    }
  }
  return times.map(({ ms, cpuMs, last }) => ({ ms: median(ms), cpuMs: median(cpuMs), last })) as { [Index in keyof Results]: Timed & { last: Results[Index] } }
}

const text = (attribute: string, operator: string, ...values: string[]) => ({ kind: 'attribute', attribute, test: { type: 'text', operator, values } })
const last = (amount: number) => ({ kind: 'last', amount, unit: 'day' })
const ever = { kind: 'ever' }
const times = (event: string, operator: string, count: number, window: object) => ({
  kind: 'event',
  event,
  measure: { kind: 'times' },
  comparison: { operator, values: [count] },
  window,
})
const did = (event: string, window: object) => times(event, 'atLeast', 1, window)
const didNot = (event: string, window: object) => times(event, 'equals', 0, window)
const spentOver = (yuan: number, window: object) => ({
  ...did('Order Completed', window),
  measure: { kind: 'sum', of: 'amount' },
  comparison: { operator: 'greaterThan', values: [yuan] },
})
const all = (...parts: object[]) => ({ kind: 'all', rules: parts })
const any = (...parts: object[]) => ({ kind: 'any', rules: parts })
const order = 'Order Completed'

export const rules = {
  /** Ordered at least twice and for more than 300 yuan in 30 days. */
  r1: all(times(order, 'atLeast', 2, last(30)), spentOver(300, last(30))),
  /** Looked in 7 days and never ordered. */
  r2: all(did('Product Viewed', last(7)), didNot(order, ever)),
  /** The first over 90 days, of a city and a tier, who have not clicked a message in 30 days. */
  r3: all(
    times(order, 'atLeast', 2, last(90)),
    spentOver(300, last(90)),
    text('city', 'is', '上海'),
    text('tier', 'oneOf', '金卡', '黑金'),
    didNot('Message Clicked', last(30)),
  ),
  /** Of the top tier, with a high score or women, whose last visit is more than 60 days ago. */
  r4: all(
    text('tier', 'is', '黑金'),
    any({ kind: 'attribute', attribute: 'score', test: { type: 'number', operator: 'greaterThan', values: [70] } }, text('gender', 'is', '女')),
    did('App Opened', ever),
    didNot('App Opened', last(60)),
  ),
  /** Above the lowest tier, who left a cart in 14 days or whose first order lies within 30 days. */
  r5: all(
    text('tier', 'isNot', '普通'),
    any(
      all(did('Product Added', last(14)), didNot(order, last(14))),
      all(did(order, last(30)), times(order, 'equals', 0, { kind: 'before', amount: 30, unit: 'day' })),
    ),
  ),
} as const

const of = (event: string) => `workspace_id = {workspaceId:UInt32} and event = '${event}'`
const since = (days: number) => `time >= fromUnixTimestamp64Milli({now:Int64} - ${days} * {dayMs:Int64}) and time < fromUnixTimestamp64Milli({now:Int64})`
const spenders = (days: number) =>
  `select person_id from events where ${of(order)} and ${since(days)} group by person_id having count() >= 2 and sum(amount_fen) > 30000`
const people = (condition: string) => `select person_id from people final where workspace_id = {workspaceId:UInt32} and ${condition}`
const who = (event: string, days?: number) => `select distinct person_id from events where ${of(event)}${days === undefined ? '' : ` and ${since(days)}`}`

const handWritten: Record<keyof typeof rules, string> = {
  r1: spenders(30),
  r2: `${who('Product Viewed', 7)} and person_id not in (${who(order)})`,
  r3: spenders(90)
    .replace('group by', `and person_id in (${people("attributes.city.:String = '上海' and attributes.tier.:String in ('金卡', '黑金')")}) group by`)
    .replace('having', `having person_id not in (${who('Message Clicked', 30)}) and`),
  r4: `select person_id from events where ${of('App Opened')} and person_id in (${people("attributes.tier.:String = '黑金' and (attributes.score.:Int64 > 70 or attributes.gender.:String = '女')")})
    group by person_id having countIf(${since(60)}) = 0`,
  r5: `${people("attributes.tier.:String != '普通'")} and (
    person_id in (${who('Product Added', 14)} and person_id not in (${who(order, 14)}))
    or person_id in (select person_id from events where ${of(order)} group by person_id having min(time) >= fromUnixTimestamp64Milli({now:Int64} - 30 * {dayMs:Int64})))`,
}
