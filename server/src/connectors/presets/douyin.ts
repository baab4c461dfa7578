import type { z } from 'zod'
import type { MappingCondition } from '../../../../contracts/connector-mapping.ts'
import { always, at, definePreset, orderNamespace, text } from './preset.ts'

const buyer = { namespace: 'shop_user_id', value: text('douyin:{{from_user_id}}') }
const hasBuyer: z.input<typeof MappingCondition> = { path: 'from_user_id', kind: 'exists' }

/**
 * 抖音开放平台: `X-Douyin-Signature` = sha1(client_secret + raw body); the first message asks for its challenge back. Documented at
 * https://developer.open-douyin.com (local-life, order.query): `life_trade_order_notify` when an order is paid (fen, seconds) and
 * `life_trade_certificate_notify` when a coupon of it is refunded, without an amount. The buyer is `from_user_id` of the envelope, as recorded messages
 * in public repositories show; fields as in the client SKIT.FlurlHttpClient.ByteDance (.NET).
 */
export const douyin = definePreset({
  id: 'douyin',
  group: 'shop',
  label: { zh: '抖音开放平台（生活服务）', en: 'Douyin open platform (local services)' },
  description: { zh: '生活服务订单，按签名验证并自动回答验证消息', en: 'Orders of local services, proved by a signature; the challenge is answered' },
  steps: [
    { zh: '在抖音开放平台的应用里记下 client_secret，填到这里', en: 'Note the client_secret of the application and enter it here' },
    {
      zh: '在 Webhooks 中填写本连接器的接收地址（须为 HTTPS），保存时平台会发验证消息',
      en: 'Under webhooks, enter the address of this connector (HTTPS); the platform sends a challenge when it is saved',
    },
  ],
  limits: [
    {
      zh: '消息可能丢失、重复或乱序；没有买家（from_user_id）的消息只记录、不入库；券退款的消息不带金额',
      en: 'Messages may be lost, repeated or out of order; those without a buyer (from_user_id) are recorded only; refunds of coupons name no amount',
    },
  ],
  secrets: [{ key: 'secret', label: { zh: 'client_secret', en: 'client_secret' } }],
  draft: {
    kind: 'webhook',
    settings: {
      auth: { kind: 'digest', algorithm: 'sha1', name: 'X-Douyin-Signature', encoding: 'hex', templates: ['{{secret}}{{body}}'] },
      deliveryId: '@headers.msg-id',
      acknowledgement: {
        body: '{"success":true}',
        challenge: { when: [{ path: 'event', kind: 'in', values: ['verify_webhook'] }], body: '{"challenge":{{content.challenge}}}' },
      },
    },
    mapping: {
      bodyFormat: 'json',
      decode: [{ path: 'content', kind: 'json' }],
      rules: [
        {
          name: '订单付款',
          when: [{ path: 'event', kind: 'in', values: ['life_trade_order_notify'] }, { path: 'content.action', kind: 'in', values: ['pay_success'] }, hasBuyer],
          identities: [buyer, { namespace: orderNamespace, value: text('douyin:{{content.order.order_id}}') }],
          event: {
            name: always('Order Completed'),
            orderId: at('content.order.order_id', 'text'),
            time: at('content.order.pay_time', 'epochSeconds'),
            amount: { value: at('content.order.pay_amount'), unit: 'fen' },
            properties: [{ key: 'platform', value: always('douyin') }],
          },
        },
        {
          name: '券退款成功',
          when: [
            { path: 'event', kind: 'in', values: ['life_trade_certificate_notify'] },
            { path: 'content.action', kind: 'in', values: ['refund_success'] },
            hasBuyer,
          ],
          identities: [buyer, { namespace: orderNamespace, value: text('douyin:{{content.certificate.order_id}}') }],
          event: {
            name: always('Order Refunded'),
            orderId: at('content.certificate.order_id', 'text'),
            time: at('content.msg_time', 'epochSeconds'),
            properties: [{ key: 'platform', value: always('douyin') }],
          },
          key: 'refund:{{content.certificate.certificate_id}}',
        },
      ],
    },
  },
  sample: {
    headers: { 'content-type': 'application/json', 'msg-id': 'msg-1' },
    body: '{"event":"life_trade_order_notify","client_key":"ck_test","from_user_id":"_000u1","content":"{\\"action\\":\\"pay_success\\",\\"msg_time\\":1767323045,\\"order\\":{\\"order_id\\":\\"1090000000000000001\\",\\"account_id\\":\\"7126518681177163816\\",\\"pay_amount\\":9900,\\"original_amount\\":12900,\\"pay_time\\":1767323045}}","log_id":"L1"}',
  },
})
