import { createHash } from 'node:crypto'
import { api } from '../../contracts/api.ts'
import { Random } from './random.ts'
import type { Session } from './session.ts'
import { products } from './shop.ts'
import type { Customer } from './simulate.ts'

const clientId = 'demo-client'
const clientSecret = 'demo-client-secret'
const shopName = '鸿雁优选有赞店'

/** Members who buy at the shop's Youzan store, with the id they have there. */
export function youzanBuyers(customers: readonly Customer[]): Map<string, string> {
  return new Map(customers.slice(200, 206).map(({ memberNo }) => [memberNo, `youzan:demo-${memberNo}`]))
}

/** A connector from the preset of 有赞, and what the shop's system pushes to it: orders proved by their signature, and two requests that are not. */
export async function connectShop({ client, workspaceId, baseUrl }: Session, buyers: ReadonlyMap<string, string>, now: number): Promise<void> {
  const params = { workspaceId }
  const made = await client.call(api.connectors.createConnector, {
    params,
    body: { name: '有赞旗舰店', preset: 'youzan', secrets: { secret: clientSecret } },
  })
  const { draft } = made
  if (draft.kind !== 'webhook' || draft.settings.auth.kind !== 'digest' || made.url === null) throw new Error('demo: the preset is not what it was')
  draft.settings.auth.id = clientId
  await client.call(api.connectors.updateConnector, { params: { workspaceId, id: made.id }, body: { draft } })
  const address = baseUrl + new URL(made.url).pathname
  const random = new Random(clientId.length)
  const openIds = [...[...buyers.values()].map((id) => id.replace('youzan:', '')), 'demo-new-1', 'demo-new-2']
  const paid = openIds.map((openId, index) => paidOrder(random, { openId, index, now }))
  const shipped = change('trade_TradeSuccess', paid[0]!, { update_time: shopTime(now - 3_600_000) })
  const refunded = change('trade_refund_RefundSuccess', paid[1]!, { tid: paid[1]!.id, refund_id: 'R1', refunded_fee: '20.00', update_time: shopTime(now) })
  const unwanted = change('item_ItemUpdate', paid[2]!, { item_id: 1 })
  for (const message of paid) await push(address, message, clientSecret)
  for (const message of paid.slice(0, 2)) await push(address, { ...message, version: message.version + 1 }, 'somebody-elses-secret')
  for (const message of [shipped, refunded, unwanted]) await push(address, message, clientSecret)
}

interface Message {
  client_id: string
  kdt_id: number
  kdt_name: string
  type: string
  id: string
  version: number
  test: boolean
  mode: number
  yz_open_id: string
  msg: string
}

function paidOrder(random: Random, { openId, index, now }: { openId: string; index: number; now: number }): Message {
  const time = now - (index + 1) * 47 * 60_000
  const product = random.pick(products)
  const count = 1 + random.below(2)
  const id = `E${new Date(time).toISOString().slice(0, 10).replaceAll('-', '')}${String(100_001 + index)}`
  const order = {
    order_info: { tid: id, pay_time: shopTime(time) },
    pay_info: { payment: (product.priceYuan * count).toFixed(2) },
    buyer_info: { yz_open_id: openId },
    orders: [{ item_id: index + 1, sku_id: product.sku, title: product.name, price: product.priceYuan.toFixed(2), num: count }],
  }
  const head = { client_id: clientId, kdt_id: 160, kdt_name: shopName, type: 'trade_TradePaid', id, version: Math.floor(time / 1000) }
  return { ...head, test: false, mode: 1, yz_open_id: openId, msg: encodeURIComponent(JSON.stringify({ full_order_info: order })) }
}

function change(type: string, order: Message, msg: object): Message {
  return { ...order, type, version: order.version + 60, msg: encodeURIComponent(JSON.stringify(msg)) }
}

/** Signed as 有赞 does: md5 of client id, body and secret. What the answer is, is for the connector's page to say. */
async function push(address: string, message: Message, secret: string): Promise<void> {
  const body = JSON.stringify(message)
  const sign = createHash('md5')
    .update(clientId + body + secret)
    .digest('hex')
  await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json', 'event-sign': sign, 'event-type': message.type }, body })
}

/** Local time of the shop, as its system writes it. */
const shopTime = (time: number): string => new Date(time + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
