import { always, at, definePreset } from './preset.ts'

const who = [
  { namespace: 'user_id', value: at('user_id', 'text') },
  { namespace: 'member_no', value: at('member_no', 'text') },
  { namespace: 'phone', value: at('phone') },
  { namespace: 'email', value: at('email') },
]
const properties = [{ key: 'store', value: at('store') }]

/** For a system of one's own: a signed JSON order. */
export const genericOrder = definePreset({
  id: 'order',
  group: 'general',
  label: { zh: '通用订单推送', en: 'Orders from any system' },
  description: {
    zh: '自有商城、小程序或中台推送订单，HMAC-SHA256 签名，时间戳防重放',
    en: 'Orders from a system of your own; HMAC-SHA256 with a timestamp against repetition',
  },
  steps: [
    {
      zh: '约定一个密钥，填到这里；推送方用它对「时间戳.正文」做 HMAC-SHA256',
      en: 'Agree on a secret and enter it here; the sender makes an HMAC-SHA256 over timestamp, a dot and the body',
    },
    { zh: '请求头 X-Timestamp 放秒级时间戳，X-Signature 放十六进制签名', en: 'X-Timestamp holds seconds since 1970, X-Signature the signature in hex' },
  ],
  limits: [],
  secrets: [{ key: 'secret', label: { zh: '签名密钥', en: 'Signing secret' } }],
  draft: {
    kind: 'webhook',
    settings: {
      auth: {
        kind: 'hmac',
        algorithm: 'sha256',
        name: 'X-Signature',
        encoding: 'hex',
        templates: ['{{timestamp}}.{{body}}'],
        timestamp: { place: 'header', name: 'X-Timestamp', format: 'seconds', toleranceSeconds: 300 },
      },
      acknowledgement: { body: '{"code":0,"msg":"success"}' },
    },
    mapping: {
      bodyFormat: 'json',
      rules: [
        {
          name: '已付款',
          when: [{ path: 'status', kind: 'in', values: ['paid', 'completed'] }],
          identities: who,
          event: {
            name: always('Order Completed'),
            orderId: at('order_id', 'text'),
            time: at('time', 'date'),
            amount: { value: at('amount'), unit: 'yuan' },
            properties,
            items: {
              path: 'items',
              fields: [
                { key: 'product_id', value: at('product_id', 'text') },
                { key: 'name', value: at('name') },
                { key: 'price', value: at('price', 'number') },
                { key: 'quantity', value: at('quantity', 'number') },
              ],
            },
          },
          keyScope: 'workspace',
        },
        {
          name: '已取消',
          when: [{ path: 'status', kind: 'in', values: ['cancelled', 'closed'] }],
          identities: who,
          event: { name: always('Order Cancelled'), orderId: at('order_id', 'text'), time: at('time', 'date'), properties },
          keyScope: 'workspace',
        },
        {
          name: '已退款',
          when: [{ path: 'status', kind: 'in', values: ['refunded'] }],
          identities: who,
          event: {
            name: always('Order Refunded'),
            orderId: at('order_id', 'text'),
            time: at('time', 'date'),
            amount: { value: at('refund_amount'), unit: 'yuan' },
            properties,
          },
          key: 'refund:{{refund_id}}',
          keyScope: 'workspace',
        },
      ],
    },
  },
  sample: {
    headers: { 'content-type': 'application/json', 'x-timestamp': '1767323045' },
    body: '{"order_id":"SO-20260102-001","status":"paid","user_id":"u1024","phone":"13800001234","amount":"128.50","time":"2026-01-02 11:04:05","store":"杭州湖滨店","items":[{"product_id":"P1","name":"保湿面霜","price":"64.25","quantity":2}]}',
  },
})
