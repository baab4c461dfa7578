import { always, at, definePreset, orderNamespace, text } from './preset.ts'

const buyer = [
  { namespace: 'shop_user_id', value: text('doudian:{{data.doudian_open_id}}') },
  { namespace: orderNamespace, value: text('doudian:{{data.p_id}}') },
]
const tag = (value: string) => [
  { path: 'tag', kind: 'in' as const, values: [value] },
  { path: 'data.doudian_open_id', kind: 'exists' as const },
]

/**
 * 抖店 push: `event-sign` = md5(app_key + raw body + app_secret); the body is a list. Fields of `data` as documented at https://op.jinritemai.com: paid
 * (docs/message-docs/30/110: `p_id`, `pay_time`, `pay_amount` in fen), cancelled (30/123: `cancel_time`), refunded (31/121: `aftersale_id`, `success_time`,
 * `refund_amount` in fen), and as in the client SKIT.FlurlHttpClient.ByteDance (.NET). None of them has `doudian_open_id`, which only the order interfaces
 * answer: it is taken where an application adds it. Tags are not among what is documented in public.
 * Known answer: app_key_test, app_secret_test → c6ce80dc…724dd.
 */
export const doudian = definePreset({
  id: 'doudian',
  group: 'shop',
  label: { zh: '抖店', en: 'Douyin shop' },
  description: { zh: '抖店订单与退款推送，按签名验证；金额为分', en: 'Orders and refunds of a Douyin shop, proved by a signature; money in fen' },
  steps: [
    {
      zh: '在抖店开放平台的应用里记下 app_key 与 app_secret，填到这里',
      en: 'In the open platform, note app_key and app_secret of the application and enter them here',
    },
    {
      zh: '在「消息推送」中填写本连接器的接收地址；平台会先发一条 tag 为 0 的探测',
      en: 'Under message push, enter the address of this connector; the platform first sends a probe with tag 0',
    },
  ],
  limits: [
    {
      zh: '推送里没有买家手机号；没有买家 open_id 的消息只记录、不入库，请再用拉取补齐',
      en: 'A push has no phone; messages without the buyer’s open id are recorded but not taken in: complete them by a pull',
    },
  ],
  secrets: [{ key: 'secret', label: { zh: 'app_secret', en: 'app_secret' } }],
  draft: {
    kind: 'webhook',
    settings: {
      auth: { kind: 'digest', algorithm: 'md5', name: 'event-sign', encoding: 'hex', id: '', templates: ['{{id}}{{body}}{{secret}}'] },
      acknowledgement: {
        body: '{"code":0,"msg":"success"}',
        challenge: { when: [{ path: '@body[0].tag', kind: 'in', values: ['0'] }], body: '{"code":0,"msg":"success"}' },
      },
    },
    mapping: {
      bodyFormat: 'json',
      each: '$',
      decodeMessage: [{ path: 'data', kind: 'json' }],
      rules: [
        {
          name: '订单付款',
          when: tag('101'),
          identities: buyer,
          event: {
            name: always('Order Completed'),
            orderId: at('data.p_id', 'text'),
            time: at('data.pay_time', 'epochSeconds'),
            amount: { value: at('data.pay_amount'), unit: 'fen' },
            properties: [
              { key: 'shop_id', value: at('data.shop_id', 'text') },
              { key: 'platform', value: always('doudian') },
            ],
          },
        },
        {
          name: '订单取消',
          when: tag('106'),
          identities: buyer,
          event: {
            name: always('Order Cancelled'),
            orderId: at('data.p_id', 'text'),
            time: at('data.cancel_time', 'epochSeconds'),
            properties: [{ key: 'platform', value: always('doudian') }],
          },
        },
        {
          name: '退款成功',
          when: tag('206'),
          identities: buyer,
          event: {
            name: always('Order Refunded'),
            orderId: at('data.p_id', 'text'),
            time: at('data.success_time', 'epochSeconds'),
            amount: { value: at('data.refund_amount'), unit: 'fen' },
            properties: [{ key: 'platform', value: always('doudian') }],
          },
          key: 'refund:{{data.aftersale_id}}',
        },
      ],
    },
  },
  sample: {
    headers: { 'content-type': 'application/json', 'app-id': '你的 app_key' },
    body: '[{"tag":"101","msg_id":"7200000000000000001","data":"{\\"p_id\\":6920000000000000123,\\"s_ids\\":[6920000000000000123],\\"shop_id\\":4463798,\\"doudian_open_id\\":\\"1@#abc\\",\\"pay_type\\":1,\\"pay_time\\":1767323045,\\"pay_amount\\":12850}"}]',
  },
})
