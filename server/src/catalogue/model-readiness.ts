import type { ModelReadiness } from '../../../contracts/catalogue.ts'
import { orderEvent } from '../../../contracts/collect.ts'
import type { LocaleText } from '../../../contracts/common.ts'
import { productEvents } from '../../../contracts/rule.ts'
import type { Context } from '../access/index.ts'
import { canonicalPerson, warehouseTime } from '../people/index.ts'

const dayMs = 86_400_000

/** What the layer models are made of. */
export interface ModelFacts {
  people: number
  orders: number
  ordersWithMoney: number
  buyers: number
  orderDays: number
  lastOrderDaysAgo: number | null
  activePeople: number
  behaviourDays: number
}

/** Reads it in one pass over the narrow columns of all events. */
export async function readModelFacts(ctx: Context, { people, signal }: { people: number; signal: AbortSignal }): Promise<ModelFacts> {
  const person = (await canonicalPerson(ctx)).of('person_id')
  const nowMs = ctx.platform.clock.now().getTime()
  const row = await ctx.platform.warehouse.row<Omit<ModelFacts, 'people' | 'lastOrderDaysAgo'> & { lastOrderMs: number }>({
    sql: `select countIf(event = {order:String}) as orders, countIf(event = {order:String} and amount_fen is not null) as ordersWithMoney,
        uniqIf(${person}, event = {order:String}) as buyers,
        if(orders = 0, 0, dateDiff('day', minIf(time, event = {order:String}), maxIf(time, event = {order:String})) + 1) as orderDays,
        if(orders = 0, 0, toUnixTimestamp64Milli(maxIf(time, event = {order:String}))) as lastOrderMs,
        uniqIf(${person}, event not in {product:Array(String)} and time >= {since:DateTime64(3, 'UTC')}) as activePeople,
        if(countIf(event not in {product:Array(String)}) = 0, 0,
          dateDiff('day', minIf(time, event not in {product:Array(String)}), maxIf(time, event not in {product:Array(String)})) + 1) as behaviourDays
      from events where workspace_id = {workspaceId:UInt32}`,
    params: { workspaceId: ctx.workspaceId, order: orderEvent, product: [...productEvents], since: warehouseTime(nowMs - 90 * dayMs) },
    limits: { secondsMax: 600, memoryBytesMax: 4 * 1024 ** 3 },
    signal,
  })
  const { lastOrderMs, ...facts } = row
  return { ...facts, people, lastOrderDaysAgo: facts.orders === 0 ? null : Math.max(0, Math.floor((nowMs - lastOrderMs) / dayMs)) }
}

const shown = (count: number): string => count.toLocaleString('en-US')

type Need = ModelReadiness['needs'][number]

/** Which layer models the data supports, and what is missing for each in words that say what to import. */
export function judgeModels(facts: ModelFacts): ModelReadiness[] {
  const { people, buyers, activePeople } = facts
  const share = (count: number) => (people === 0 ? 0 : Math.min(1, count / people))
  const bought = orderNeed(facts)
  const money = moneyNeed(facts)
  return [
    model('rfm', { zh: 'RFM 分层', en: 'RFM' }, share(buyers), [bought, money, historyNeed(facts.orderDays, 90, orderHistory), spreadNeed(facts)]),
    model('lifecycle', { zh: '生命周期', en: 'Lifecycle' }, share(Math.max(activePeople, buyers)), [
      activityNeed(facts),
      historyNeed(facts.behaviourDays, 90, eventHistory),
    ]),
    model('value', { zh: '客户价值', en: 'Customer value' }, share(buyers), [bought, money, historyNeed(facts.orderDays, 180, orderHistory)]),
    model('activity', { zh: '活跃度', en: 'Activity' }, share(activePeople), [activityNeed(facts), historyNeed(facts.behaviourDays, 30, eventHistory)]),
    model('spend', { zh: '消费力', en: 'Spending power' }, share(buyers), [bought, money, spreadNeed(facts)]),
  ]
}

function model(name: ModelReadiness['model'], label: LocaleText, covers: number, needs: Need[]): ModelReadiness {
  const unmet = needs.filter((need) => !need.met).length
  // Without its first need a model has nothing to stand on.
  const state = unmet === 0 ? 'ready' : needs[0]?.met ? 'partly' : 'missing'
  return { model: name, label, state, covers, needs }
}

function need(met: boolean, text: LocaleText, advice: LocaleText): Need {
  return { met, text, advice: met ? null : advice }
}

function orderNeed({ orders, buyers }: ModelFacts): Need {
  return need(
    orders > 0,
    { zh: `有订单（${shown(orders)} 笔，${shown(buyers)} 位客户）`, en: `Orders (${shown(orders)} by ${shown(buyers)} people)` },
    { zh: '请导入历史订单，或把店铺、收银系统接入连接器', en: 'Import past orders, or connect the shop or till' },
  )
}

function moneyNeed({ orders, ordersWithMoney }: ModelFacts): Need {
  const percent = orders === 0 ? 0 : Math.floor((ordersWithMoney / orders) * 100)
  return need(
    orders > 0 && percent >= 80,
    { zh: `订单有金额（${percent}%）`, en: `Orders have an amount (${percent}%)` },
    { zh: '请在订单里带上金额（元），导入时把金额列对应到「金额」', en: 'Send the amount in yuan with orders; map its column to “Amount” when importing' },
  )
}

const orderHistory = { zh: '请补导更早的订单', en: 'Import earlier orders too' }
const eventHistory = { zh: '请补导更早的行为事件，或等数据积累', en: 'Import earlier events, or wait for them to gather' }

function historyNeed(days: number, wanted: number, advice: LocaleText): Need {
  return need(days >= wanted, { zh: `历史够长（${days} 天，至少 ${wanted} 天）`, en: `History is long enough (${days} days, at least ${wanted})` }, advice)
}

const buyersWanted = 100

/** Fifths of fewer people are made of chance. */
function spreadNeed({ buyers }: ModelFacts): Need {
  return need(
    buyers >= buyersWanted,
    { zh: `购买客户够多（${shown(buyers)} 位，至少 ${buyersWanted} 位）`, en: `Enough buyers (${shown(buyers)}, at least ${buyersWanted})` },
    { zh: '请导入更多客户的订单', en: 'Import the orders of more people' },
  )
}

function activityNeed({ activePeople }: ModelFacts): Need {
  return need(
    activePeople > 0,
    { zh: `近 90 天有行为（${shown(activePeople)} 位客户）`, en: `Behaviour in 90 days (${shown(activePeople)} people)` },
    { zh: '请接入小程序、网站或 App 的行为事件', en: 'Connect the behaviour of the mini program, web site or app' },
  )
}
