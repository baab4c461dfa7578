import { always, at, chinaTime, definePreset, orderNamespace, text } from './preset.ts'

const buyer = [
  { namespace: 'shop_user_id', value: text('taobao:{{buyer_open_uid}}') },
  { namespace: orderNamespace, value: text('taobao:{{tid}}') },
]

/** 淘宝/天猫 has no HTTP push: its message service (TMC) is a long connection whose data must stay in the vendor's cloud. Orders are pulled from where they already are. */
export const taobao = definePreset({
  id: 'taobao',
  group: 'shop',
  label: { zh: '淘宝 / 天猫', en: 'Taobao / Tmall' },
  description: { zh: '没有 HTTP 推送：从聚石塔或 ERP 的订单库定时拉取', en: 'No HTTP push: orders are pulled from the order database of your ERP' },
  steps: [
    { zh: '请 ERP 或聚石塔服务商提供一个只读数据库账号与订单视图', en: 'Ask the ERP or the cloud vendor for a read-only account and a view of orders' },
    {
      zh: '按视图的列名修改下面的语句与映射，先「试取 10 行」再启用',
      en: 'Adapt the statement and the mapping to the columns of the view; preview ten rows before you enable it',
    },
  ],
  limits: [
    {
      zh: '淘宝的消息服务（TMC）是长连接，不是 HTTP 推送，且数据须留在聚石塔内；本系统不直接连接 TMC',
      en: 'Taobao’s message service (TMC) is a long connection, not an HTTP push, and its data must stay in the vendor’s cloud; this product does not connect to it',
    },
    { zh: '收件人手机号为密文，按 buyer_open_uid 识别客户', en: 'Phones are encrypted; people are known by buyer_open_uid' },
  ],
  secrets: [{ key: 'password', label: { zh: '数据库密码', en: 'Database password' } }],
  draft: {
    kind: 'sqlPull',
    settings: {
      engine: 'mysql',
      host: 'rds.example.com',
      port: 3306,
      database: 'erp',
      user: 'hongyan_reader',
      statement: 'select tid, buyer_open_uid, payment, status, pay_time, modified\nfrom taobao_trades\nwhere modified >= :cursor\norder by modified',
      cursor: { column: 'modified', type: 'time', start: '2026-01-01 00:00:00', overlapSeconds: 60 },
      schedule: { kind: 'every', minutes: 10 },
    },
    mapping: {
      rules: [
        {
          name: '已付款订单',
          when: [{ path: 'status', kind: 'in', values: ['WAIT_SELLER_SEND_GOODS', 'WAIT_BUYER_CONFIRM_GOODS', 'TRADE_FINISHED'] }],
          identities: buyer,
          event: {
            name: always('Order Completed'),
            orderId: at('tid', 'text'),
            time: at('pay_time', chinaTime),
            amount: { value: at('payment'), unit: 'yuan' },
            properties: [{ key: 'platform', value: always('taobao') }],
          },
        },
        {
          name: '已关闭订单',
          when: [{ path: 'status', kind: 'in', values: ['TRADE_CLOSED', 'TRADE_CLOSED_BY_TAOBAO'] }],
          identities: buyer,
          event: {
            name: always('Order Cancelled'),
            orderId: at('tid', 'text'),
            time: at('modified', chinaTime),
            properties: [{ key: 'platform', value: always('taobao') }],
          },
        },
      ],
    },
  },
  sample: null,
})
