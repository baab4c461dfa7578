import { always, at, definePreset, orderNamespace, text } from './preset.ts'

/** 抖音开放平台: `X-Douyin-Signature` = sha1(client_secret + raw body); the first message asks for its challenge back. */
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
      zh: '消息可能丢失、重复或乱序；没有买家 open_id 的消息只记录、不入库',
      en: 'Messages may be lost, repeated or out of order; those without an open id are recorded only',
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
          when: [
            { path: 'event', kind: 'in', values: ['life_trade_order_notify'] },
            { path: 'content.action', kind: 'in', values: ['pay_success'] },
            { path: 'content.order.open_id', kind: 'exists' },
          ],
          identities: [
            { namespace: 'shop_user_id', value: text('douyin:{{content.order.open_id}}') },
            { namespace: orderNamespace, value: text('douyin:{{content.order.order_id}}') },
          ],
          event: {
            name: always('Order Completed'),
            orderId: at('content.order.order_id', 'text'),
            time: at('content.order.pay_time', 'epochSeconds'),
            amount: { value: at('content.order.pay_amount'), unit: 'fen' },
            properties: [{ key: 'platform', value: always('douyin') }],
          },
        },
        {
          name: '退款成功',
          when: [
            { path: 'event', kind: 'in', values: ['life_trade_order_notify'] },
            { path: 'content.action', kind: 'in', values: ['refund_success'] },
            { path: 'content.order.open_id', kind: 'exists' },
          ],
          identities: [
            { namespace: 'shop_user_id', value: text('douyin:{{content.order.open_id}}') },
            { namespace: orderNamespace, value: text('douyin:{{content.order.order_id}}') },
          ],
          event: {
            name: always('Order Refunded'),
            orderId: at('content.order.order_id', 'text'),
            amount: { value: at('content.order.refund_amount'), unit: 'fen' },
            properties: [{ key: 'platform', value: always('douyin') }],
          },
          key: 'refund:{{content.order.order_id}}:{{content.msg_time}}',
        },
      ],
    },
  },
  sample: {
    headers: { 'content-type': 'application/json', 'msg-id': 'msg-1' },
    body: '{"event":"life_trade_order_notify","client_key":"ck_test","content":"{\\"action\\":\\"pay_success\\",\\"msg_time\\":1767323045,\\"order\\":{\\"order_id\\":1090000000000000001,\\"open_id\\":\\"u-1\\",\\"pay_amount\\":9900,\\"original_amount\\":12900,\\"pay_time\\":1767323045}}","log_id":"L1"}',
  },
})
