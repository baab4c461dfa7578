import { always, at, definePreset, orderNamespace, text } from './preset.ts'

/**
 * 微盟 WOS messages, as the vendor's own php-ability-sdk and php-project-boot (github.com/weimob-tech) declare them: `weimob_shop.order` with `statusUpdate`
 * (`orderNo`, `orderStatus`, `wid`, `updateTime` in milliseconds) and `bos.user` with `accountCancellationEvent` (`wid`, `time`). Their own receiver passes
 * `sign` through unverified and the algorithm is not published, so the address and an IP list must do.
 */
export const weimob = definePreset({
  id: 'weimob',
  group: 'shop',
  label: { zh: '微盟', en: 'Weimob' },
  description: { zh: '订单状态与客户注销消息；靠保密地址与 IP 白名单', en: 'States of orders and cancelled accounts; kept by a secret address and an IP list' },
  steps: [
    { zh: '在微盟云把消息转发到本连接器的接收地址', en: 'In the Weimob cloud, forward messages to the address of this connector' },
    { zh: '把微盟云应用的出口 IP 填入白名单', en: 'Enter the outgoing addresses of your Weimob application into the IP list' },
  ],
  limits: [
    {
      zh: '微盟没有公开可验证的签名：任何知道地址的人都能冒充。请务必填写 IP 白名单，并定期更换地址',
      en: 'Weimob publishes no signature that could be checked: whoever knows the address can pretend. Fill in the IP list and renew the address now and then',
    },
    {
      zh: '消息只有订单号与状态，没有金额；金额请用「数据库拉取」或「接口拉取」从订单库取得',
      en: 'A message has the order number and its state, no amount; take amounts by a pull',
    },
  ],
  secrets: [],
  draft: {
    kind: 'webhook',
    settings: {
      auth: { kind: 'secretUrl' },
      deliveryId: 'id',
      acknowledgement: { body: '{"code":{"errcode":"0","errmsg":"success"}}' },
    },
    mapping: {
      bodyFormat: 'json',
      decode: [{ path: 'msgBody', kind: 'json' }],
      rules: [
        {
          name: '订单状态变化',
          when: [
            { path: 'topic', kind: 'in', values: ['weimob_shop.order'] },
            { path: 'event', kind: 'in', values: ['create', 'orderCreate', 'statusUpdate', 'orderStatusUpdate'] },
            { path: 'msgBody.wid', kind: 'exists' },
          ],
          identities: [
            { namespace: 'shop_user_id', value: text('weimob:{{msgBody.wid}}') },
            { namespace: orderNamespace, value: text('weimob:{{msgBody.orderNo}}') },
          ],
          event: {
            name: always('Order Updated'),
            orderId: at('msgBody.orderNo', 'text'),
            time: at('msgBody.updateTime', 'epochMilliseconds'),
            properties: [
              {
                key: 'status',
                value: at('msgBody.orderStatus', {
                  kind: 'map',
                  table: {
                    '0': '已创建',
                    '1': '部分支付',
                    '2': '已支付',
                    '3': '待发货',
                    '4': '部分发货',
                    '5': '已发货',
                    '7': '已收货',
                    '8': '已完成',
                    '9': '已取消',
                  },
                }),
              },
              { key: 'platform', value: always('weimob') },
            ],
          },
          key: 'status:{{msgBody.orderNo}}:{{msgBody.orderStatus}}',
          version: { key: '{{msgBody.orderNo}}', value: at('version') },
        },
        {
          name: '客户注销',
          when: [
            { path: 'topic', kind: 'in', values: ['bos.user'] },
            { path: 'event', kind: 'in', values: ['accountCancellationEvent'] },
            { path: 'msgBody.wid', kind: 'exists' },
          ],
          identities: [{ namespace: 'shop_user_id', value: text('weimob:{{msgBody.wid}}') }],
          event: {
            name: always('Account Cancelled'),
            time: at('msgBody.time', 'epochMilliseconds'),
            properties: [{ key: 'platform', value: always('weimob') }],
          },
          key: 'cancel:{{id}}',
        },
      ],
    },
  },
  sample: {
    headers: { 'content-type': 'application/json' },
    body: '{"id":"m-1001","topic":"weimob_shop.order","event":"statusUpdate","bosId":4021064000000000001,"version":2,"sign":"","msgBody":"{\\"orderNo\\":9100000000000000123,\\"orderStatus\\":2,\\"wid\\":10000123456,\\"createTime\\":1767323000000,\\"updateTime\\":1767323045000}"}',
  },
})
