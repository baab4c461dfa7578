import { always, at, definePreset } from './preset.ts'

const member = [
  { namespace: 'member_no', value: at('member.no', 'text') },
  { namespace: 'phone', value: at('member.phone') },
]
const receipt = (type: string) => [
  { path: 'type', kind: 'in' as const, values: [type] },
  { path: 'member', kind: 'exists' as const },
]

/** Tills and ERPs that post a list of receipts at a time. */
export const pos = definePreset({
  id: 'pos',
  group: 'general',
  label: { zh: '收银 / ERP 小票推送', en: 'Receipts from tills or an ERP' },
  description: { zh: '一次推送多张小票，含退货小票，令牌验证，金额为分', en: 'Several receipts at once, returns included, proved by a token; money in fen' },
  steps: [
    { zh: '设一个令牌，填到这里；收银系统放在请求头 X-Token 中', en: 'Set a token here; the till sends it as X-Token' },
    { zh: '在收银系统里把小票推送地址设为本连接器的地址', en: 'Let the till post receipts to the address of this connector' },
  ],
  limits: [{ zh: '没有会员号或手机号的散客小票不入库', en: 'Receipts without a member number or a phone are not taken in' }],
  secrets: [{ key: 'token', label: { zh: '令牌', en: 'Token' } }],
  draft: {
    kind: 'webhook',
    settings: { auth: { kind: 'token', place: 'header', name: 'X-Token' }, acknowledgement: { body: '{"code":0,"msg":"success"}' } },
    mapping: {
      bodyFormat: 'json',
      each: 'receipts',
      rules: [
        {
          name: '销售小票',
          when: receipt('sale'),
          identities: member,
          event: {
            name: always('Order Completed'),
            orderId: at('no', 'text'),
            time: at('at', 'date'),
            amount: { value: at('paid_fen'), unit: 'fen' },
            properties: [
              { key: 'store', value: at('store.name') },
              { key: 'cashier', value: at('cashier') },
            ],
            items: {
              path: 'lines',
              fields: [
                { key: 'sku', value: at('barcode', 'text') },
                { key: 'name', value: at('name') },
                { key: 'price', value: at('price_fen', 'fenToYuan') },
                { key: 'quantity', value: at('qty', 'number') },
              ],
            },
          },
        },
        {
          name: '退货小票',
          when: receipt('return'),
          identities: member,
          event: {
            name: always('Order Refunded'),
            orderId: at('original_no', 'text'),
            time: at('at', 'date'),
            amount: { value: at('refund_fen'), unit: 'fen' },
            properties: [{ key: 'store', value: at('store.name') }],
          },
          key: 'return:{{no}}',
        },
      ],
    },
  },
  sample: {
    headers: { 'content-type': 'application/json', 'x-token': '你的令牌' },
    body: '{"receipts":[{"no":"R2026010200017","type":"sale","at":"2026-01-02 11:04:05","store":{"id":12,"name":"杭州湖滨店"},"cashier":"07","member":{"no":"V10086","phone":"13800001234"},"paid_fen":12850,"lines":[{"barcode":"6901234567892","name":"保湿面霜","price_fen":6425,"qty":2}]}]}',
  },
})
