import type { MappingCondition } from '../../../../contracts/connector-mapping.ts'
import { always, at, chinaTime, definePreset, orderNamespace, text } from './preset.ts'

const buyer = [
  { namespace: 'shop_user_id', value: text('youzan:{{yz_open_id}}') },
  { namespace: 'shop_user_id', value: text('youzan:{{msg.full_order_info.buyer_info.yz_open_id}}') },
]
const order = { namespace: orderNamespace, value: text('youzan:{{id}}') }
const isReal = { path: 'test', kind: 'notIn', values: ['true'] } satisfies MappingCondition
const byVersion = { key: '{{type}}:{{id}}', value: at('version') }

/** All that end with money going back: the older ones and the one that replaces them, whose `msg` is an object. A refund that comes by several is one. */
const refunds = ['trade_refund_RefundSuccess', 'trade_refund_RefundSellerAgree', 'trade_refund_SysRefund', 'youzan_trade_RefundSuccess']

/**
 * 有赞云 message push. Documented at https://doc.youzanyun.com: envelope with `msg_id` and `Event-Sign` = md5(client_id + raw body + client_secret)
 * (resource/doc/7634), `msg` as URL-encoded JSON, paid orders as `full_order_info` (detail/MSG/300), refunds with `tid`, `refund_id`, `refunded_fee` in
 * yuan and `update_time` (detail/MSG/201). `version` orders messages of one type only. Field names as in the client YouZanYun (.NET).
 * Known answer: cid_test, csec_test → 392581f393ef7aea42685c1d10b72dfb.
 */
export const youzan = definePreset({
  id: 'youzan',
  group: 'shop',
  label: { zh: '有赞', en: 'Youzan' },
  description: { zh: '订单付款、完成、关闭与退款消息，按签名验证', en: 'Paid, finished, closed and refunded orders, proved by a signature' },
  steps: [
    {
      zh: '在有赞云控制台打开应用，记下 client_id 与 client_secret，填到这里',
      en: 'Open the application in the Youzan cloud console; enter its client_id and client_secret here',
    },
    {
      zh: '在「消息推送」中填写本连接器的接收地址，并订阅交易与退款消息',
      en: 'Under message push, enter the address of this connector and subscribe to trade and refund messages',
    },
  ],
  limits: [
    {
      zh: '手机号由平台加密，不会进入本系统；按有赞 open_id 识别客户',
      en: 'Phones are encrypted by the platform and do not come in; people are known by their Youzan open id',
    },
    {
      zh: '退款消息有新旧两套（trade_refund_* 与 youzan_trade_RefundSuccess），订阅其中一套即可；同一笔退款只计一次',
      en: 'Refunds come by older messages (trade_refund_*) and a newer one (youzan_trade_RefundSuccess): subscribe to either; a refund counts once',
    },
  ],
  secrets: [{ key: 'secret', label: { zh: 'client_secret', en: 'client_secret' } }],
  draft: {
    kind: 'webhook',
    settings: {
      auth: { kind: 'digest', algorithm: 'md5', name: 'Event-Sign', encoding: 'hex', id: '', templates: ['{{id}}{{body}}{{secret}}'] },
      deliveryId: 'msg_id',
      acknowledgement: { body: '{"code":0,"msg":"success"}' },
    },
    mapping: {
      bodyFormat: 'json',
      decode: [{ path: 'msg', kind: 'urlEncodedJson' }],
      rules: [
        {
          name: '订单付款',
          when: [{ path: 'type', kind: 'in', values: ['trade_TradePaid'] }, isReal],
          identities: [...buyer, order],
          event: {
            name: always('Order Completed'),
            orderId: at('id'),
            time: at('msg.full_order_info.order_info.pay_time', chinaTime),
            amount: { value: at('msg.full_order_info.pay_info.payment'), unit: 'yuan' },
            properties: [
              { key: 'shop', value: at('kdt_name') },
              { key: 'platform', value: always('youzan') },
            ],
            items: {
              path: 'msg.full_order_info.orders',
              fields: [
                { key: 'product_id', value: at('item_id', 'text') },
                { key: 'sku', value: at('sku_id', 'text') },
                { key: 'name', value: at('title') },
                { key: 'price', value: at('price', 'number') },
                { key: 'quantity', value: at('num', 'number') },
              ],
            },
          },
          version: byVersion,
        },
        {
          name: '订单完成或关闭',
          when: [{ path: 'type', kind: 'in', values: ['trade_TradeSuccess', 'trade_TradeClose'] }, isReal],
          identities: [...buyer, order],
          event: {
            name: at('type', { kind: 'map', table: { trade_TradeSuccess: 'Order Finished', trade_TradeClose: 'Order Cancelled' } }),
            orderId: at('id'),
            time: at('msg.update_time', chinaTime),
            properties: [{ key: 'platform', value: always('youzan') }],
          },
          version: byVersion,
        },
        {
          name: '退款成功',
          when: [{ path: 'type', kind: 'in', values: refunds }, isReal],
          identities: [
            { namespace: 'shop_user_id', value: text('youzan:{{yz_open_id}}') },
            { namespace: orderNamespace, value: text('youzan:{{msg.tid}}') },
          ],
          event: {
            name: always('Order Refunded'),
            orderId: at('msg.tid'),
            time: at('msg.update_time', chinaTime),
            amount: { value: at('msg.refunded_fee'), unit: 'yuan' },
            properties: [{ key: 'platform', value: always('youzan') }],
          },
          key: 'refund:{{msg.refund_id}}',
          version: { key: '{{type}}:{{msg.refund_id}}', value: at('version') },
        },
      ],
    },
  },
  sample: {
    headers: { 'content-type': 'application/json', 'event-type': 'trade_TradePaid' },
    body: `{"client_id":"你的 client_id","kdt_id":160,"kdt_name":"春风小店","type":"trade_TradePaid","id":"E20260102030405000100000001","version":1767323045,"status":"WAIT_SELLER_SEND_GOODS","sendCount":0,"test":false,"mode":1,"yz_open_id":"kZ8mLx2n","msg":"${encodeURIComponent(
      JSON.stringify({
        full_order_info: {
          order_info: { tid: 'E20260102030405000100000001', pay_time: '2026-01-02 11:04:05' },
          pay_info: { payment: '128.50' },
          buyer_info: { yz_open_id: 'kZ8mLx2n' },
          orders: [{ item_id: 3391, sku_id: 77120, title: '保湿面霜', price: '64.25', num: 2 }],
        },
      }),
    )}"}`,
  },
})
