import type { PersonColumn } from '../../people/index.ts'
import type { Statement } from '../../platform/warehouse/warehouse.ts'

/** What one computation of a model reads and writes. */
export interface RfmScope {
  workspaceId: number
  modelId: string
  run: number
  event: string
  /** How the person behind an order's id is named. */
  person: PersonColumn
  from: Date
  now: Date
}

/** The four cut points of a dimension: the value at each fifth of the buyers, sorted ascending (nearest rank). Null without buyers. */
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

const limits = { secondsMax: 900, memoryBytesMax: 6 * 1024 ** 3 }

/** One row per buyer of the window. Recency is whole days of 24 hours since the last order. */
const buyersSql = ({ person }: RfmScope) => `
  select ${person.of('person_id')} as buyer, toInt64(count()) as orders, sum(ifNull(amount_fen, 0)) as amount_fen,
    toInt64(least(intDiv({nowMs:Int64} - toUnixTimestamp64Milli(max(time)), 86400000), 65000)) as recency_days
  from events
  where workspace_id = {workspaceId:UInt32} and event = {event:String} and time >= fromUnixTimestamp64Milli({fromMs:Int64}) and time < fromUnixTimestamp64Milli({nowMs:Int64})
  group by buyer`

function params(scope: RfmScope) {
  const { workspaceId, modelId, run, event, from, now } = scope
  return { workspaceId, modelId, run, event, fromMs: from.getTime(), nowMs: now.getTime() }
}

/** Cut points and sums of scores in one pass. Equal values are on the same side of every cut, so they get equal scores. */
export function cutsStatement(scope: RfmScope): Statement {
  const cuts = (sorted: string) => `arrayMap(k -> ${sorted}[intDiv(k * buyers + 4, 5)], [1, 2, 3, 4])`
  const above = (sorted: string, cut: string) => `arraySum(c -> arrayCount(v -> v > c, ${sorted}), ${cut})`
  const sql = `
    select buyers, recency, frequency, amount,
      5 * buyers - ${above('r', 'recency')} as recencySum, buyers + ${above('f', 'frequency')} as frequencySum, buyers + ${above('m', 'amount')} as moneySum
    from (
      select buyers, r, f, m, ${cuts('r')} as recency, ${cuts('f')} as frequency, ${cuts('m')} as amount
      from (
        select count() as buyers, arraySort(groupArray(recency_days)) as r, arraySort(groupArray(orders)) as f, arraySort(groupArray(amount_fen)) as m
        from (${buyersSql(scope)})
      )
    )`
  return { sql, params: params(scope), limits }
}

/**
 * Puts everyone of the workspace into exactly one layer. Scores are 1 to 5 by the cuts, recency turned round so that 5 is best; a dimension is high when
 * the person's score is above the average score of all buyers.
 */
export function assignStatement(scope: RfmScope, cuts: RfmCuts): Statement {
  const above = (value: string, slot: string) => `arrayCount(c -> ${value} > c, {${slot}:Array(Int64)})`
  const sql = `
    insert into layer_assignments
      (workspace_id, model_id, run, person_id, layer, recency_score, frequency_score, money_score, orders, amount_fen, recency_days)
    with recency_score * {buyers:UInt64} > {recencySum:UInt64} as recent, frequency_score * {buyers:UInt64} > {frequencySum:UInt64} as frequent,
      money_score * {buyers:UInt64} > {moneySum:UInt64} as spending
    select {workspaceId:UInt32}, {modelId:UUID}, {run:UInt64}, person_id,
      multiIf(orders = 0, 'noOrder',
        spending and recent and frequent, 'importantValue', spending and recent, 'importantDevelop', spending and frequent, 'importantKeep', spending, 'importantRetain',
        recent and frequent, 'generalValue', recent, 'generalDevelop', frequent, 'generalKeep', 'generalRetain') as layer,
      recency_score, frequency_score, money_score, toUInt32(orders), amount_fen, if(orders = 0, null, toUInt16(recency_days))
    from (
      select person_id, orders, amount_fen, recency_days,
        toUInt8(if(orders = 0, 0, 5 - ${above('recency_days', 'recency')})) as recency_score,
        toUInt8(if(orders = 0, 0, 1 + ${above('orders', 'frequency')})) as frequency_score,
        toUInt8(if(orders = 0, 0, 1 + ${above('amount_fen', 'amount')})) as money_score
      from (
        select people.person_id as person_id, buyers.orders as orders, buyers.amount_fen as amount_fen, buyers.recency_days as recency_days
        from (select person_id from people final where workspace_id = {workspaceId:UInt32}) as people
        left join (${buyersSql(scope)}) as buyers on buyers.buyer = people.person_id
      )
    )`
  return { sql, params: { ...params(scope), ...cuts }, limits }
}

/** What the run came to, by layer and by cell of recency and frequency. */
export interface RfmSummaryRow {
  layer: string
  recencyScore: number
  frequencyScore: number
  people: number
  orders: number
  amountFen: number
  recencyDays: number
}

export function summaryStatement(scope: RfmScope): Statement {
  const sql = `
    select layer, recency_score as recencyScore, frequency_score as frequencyScore, count() as people, sum(orders) as orders, sum(amount_fen) as amountFen,
      sum(ifNull(recency_days, 0)) as recencyDays
    from layer_assignments where workspace_id = {workspaceId:UInt32} and model_id = {modelId:UUID} and run = {run:UInt64}
    group by layer, recency_score, frequency_score`
  return { sql, params: params(scope), limits }
}
