import { always, at, definePreset, orderNamespace, text } from './preset.ts'

/**
 * 京东秒送 push (form fields, `/djsw/newOrder` behind the address): sign = MD5(secret + sorted names and values + secret).
 * Documented at https://opendj.jd.com: `jd_param_json` holds `billId`, `statusId` and `timestamp`, no buyer (`buyerPin` is of the order interface and taken
 * where a middleman adds it). The published text leaves out `jd_param_json`, its example has it in: both are accepted, with it first.
 */
export const jingdong = definePreset({
  id: 'jingdong',
  group: 'shop',
  label: { zh: '京东秒送（到家）', en: 'JD instant delivery' },
  description: { zh: '秒送订单推送，按签名和时间验证', en: 'Pushes of instant-delivery orders, proved by signature and time' },
  steps: [
    { zh: '在京东秒送开放平台记下应用的 appSecret，填到这里', en: 'Note the appSecret of the application and enter it here' },
    {
      zh: '把接收地址填为本连接器的地址；平台会在后面加上 /djsw/newOrder 等路径',
      en: 'Enter the address of this connector; the platform appends /djsw/newOrder and the like',
    },
  ],
  limits: [
    {
      zh: '推送只有订单号，没有买家与金额：没有买家标识的消息只记录、不入库。京东主站没有公开的推送，请用「数据库拉取」从 ERP 取订单',
      en: 'A push has the order number, no buyer and no amount: without a buyer it is recorded only. The main JD site has no public push; pull orders from your ERP',
    },
  ],
  secrets: [{ key: 'secret', label: { zh: 'appSecret', en: 'appSecret' } }],
  draft: {
    kind: 'webhook',
    settings: {
      auth: {
        kind: 'digest',
        algorithm: 'md5',
        place: 'form',
        name: 'sign',
        encoding: 'hex',
        templates: ['{{secret}}{{sorted}}{{secret}}', '{{secret}}{{sorted:-jd_param_json}}{{secret}}'],
        timestamp: { place: 'form', name: 'timestamp', format: 'datetime', toleranceSeconds: 360 },
      },
      acknowledgement: { body: '{"code":"0","msg":"success","data":""}' },
    },
    mapping: {
      bodyFormat: 'form',
      decode: [{ path: 'jd_param_json', kind: 'json' }],
      rules: [
        {
          name: '订单推送',
          when: [{ path: 'jd_param_json.buyerPin', kind: 'exists' }],
          identities: [
            { namespace: 'shop_user_id', value: text('jingdong:{{jd_param_json.buyerPin}}') },
            { namespace: orderNamespace, value: text('jingdong:{{jd_param_json.billId}}') },
          ],
          event: {
            name: always('Order Updated'),
            orderId: at('jd_param_json.billId', 'text'),
            time: at('jd_param_json.timestamp', { kind: 'date', timezone: 'Asia/Shanghai' }),
            properties: [
              { key: 'status', value: at('jd_param_json.statusId', 'text') },
              { key: 'message', value: at('@path') },
              { key: 'platform', value: always('jingdong') },
            ],
          },
          key: 'status:{{jd_param_json.billId}}:{{jd_param_json.statusId}}',
        },
      ],
    },
  },
  sample: {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    path: 'djsw/newOrder',
    body: `token=yourtoken&app_key=yourappkey&timestamp=${encodeURIComponent('2026-01-02 11:04:05')}&format=json&v=1.0&jd_param_json=${encodeURIComponent('{"billId":"123"}')}&sign=8CABEA4250E69E94C5E14D21AD8C4178`,
  },
})
