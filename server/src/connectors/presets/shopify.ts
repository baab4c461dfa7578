import { always, at, definePreset, orderNamespace, text } from './preset.ts'

const customer = [
  { namespace: 'shop_user_id', value: text('shopify:{{customer.id}}') },
  { namespace: 'email', value: at('email', 'trim') },
  { namespace: 'phone', value: at('customer.phone', 'trim') },
]
const topic = (...values: string[]) => ({ path: '@headers.x-shopify-topic', kind: 'in' as const, values })
const order = { namespace: orderNamespace, value: text('shopify:{{id}}') }
const lines = {
  path: 'line_items',
  fields: [
    { key: 'product_id', value: at('product_id', 'text') },
    { key: 'sku', value: at('sku') },
    { key: 'name', value: at('title') },
    { key: 'price', value: at('price', 'number') },
    { key: 'quantity', value: at('quantity', 'number') },
  ],
}

/**
 * Shopify webhooks (https://shopify.dev/docs/apps/build/webhooks): `X-Shopify-Hmac-Sha256` = base64 of HMAC-SHA256 over the raw body,
 * `X-Shopify-Webhook-Id` names the delivery; bodies are the Order, Refund and Customer of the REST Admin API
 * (https://shopify.dev/docs/api/admin-rest). Paid orders come without their transactions: the amount is `total_price`.
 */
export const shopify = definePreset({
  id: 'shopify',
  group: 'shop',
  label: { zh: 'Shopify', en: 'Shopify' },
  description: { zh: '下单、付款、退款与客户资料，按 HMAC 验证', en: 'Orders, payments, refunds and customers, proved by HMAC' },
  steps: [
    {
      zh: '在 Settings → Notifications → Webhooks 新建 webhook，格式选 JSON，地址填本连接器的地址',
      en: 'Under Settings → Notifications → Webhooks, create webhooks in JSON with the address of this connector',
    },
    {
      zh: '订阅 orders/create、orders/paid、refunds/create、customers/create；把页面上的签名密钥填到这里',
      en: 'Subscribe to orders/create, orders/paid, refunds/create and customers/create; enter the signing secret shown there',
    },
  ],
  limits: [{ zh: '金额按店铺币种原样记为元；多币种店铺请自行换算', en: 'Amounts are taken as they are in the shop’s currency' }],
  secrets: [{ key: 'secret', label: { zh: 'Webhook 签名密钥', en: 'Webhook signing secret' } }],
  draft: {
    kind: 'webhook',
    settings: {
      auth: { kind: 'hmac', algorithm: 'sha256', name: 'X-Shopify-Hmac-Sha256', encoding: 'base64' },
      deliveryId: '@headers.x-shopify-webhook-id',
      acknowledgement: { body: '{"ok":true}' },
    },
    mapping: {
      bodyFormat: 'json',
      rules: [
        {
          name: 'orders/create',
          when: [topic('orders/create')],
          identities: [...customer, order],
          event: {
            name: always('Order Created'),
            orderId: at('id', 'text'),
            time: at('created_at', 'date'),
            amount: { value: at('total_price'), unit: 'yuan' },
            properties: [
              { key: 'currency', value: at('currency') },
              { key: 'platform', value: always('shopify') },
            ],
            items: lines,
          },
        },
        {
          name: 'orders/paid',
          when: [topic('orders/paid')],
          identities: [...customer, order],
          event: {
            name: always('Order Completed'),
            orderId: at('id', 'text'),
            time: at('processed_at', 'date'),
            amount: { value: at('total_price'), unit: 'yuan' },
            properties: [
              { key: 'currency', value: at('currency') },
              { key: 'coupon', value: at('discount_codes[*].code', 'join') },
              { key: 'platform', value: always('shopify') },
            ],
            items: lines,
          },
        },
        {
          name: 'refunds/create',
          when: [topic('refunds/create')],
          identities: [{ namespace: orderNamespace, value: text('shopify:{{order_id}}') }],
          event: {
            name: always('Order Refunded'),
            orderId: at('order_id', 'text'),
            time: at('created_at', 'date'),
            amount: { value: at('transactions[*].amount', 'sum'), unit: 'yuan' },
            properties: [{ key: 'platform', value: always('shopify') }],
          },
          key: 'refund:{{id}}',
        },
        {
          name: 'customers/create',
          when: [topic('customers/create', 'customers/update')],
          identities: [
            { namespace: 'shop_user_id', value: text('shopify:{{id}}') },
            { namespace: 'email', value: at('email', 'trim') },
            { namespace: 'phone', value: at('phone', 'trim') },
          ],
          attributes: [
            { key: 'name', value: text('{{last_name}}{{first_name}}') },
            { key: 'city', value: at('default_address.city') },
          ],
          attributesAt: at('updated_at', 'date'),
          registeredAt: at('created_at', 'date'),
        },
      ],
    },
  },
  sample: {
    headers: { 'content-type': 'application/json', 'x-shopify-topic': 'orders/paid', 'x-shopify-webhook-id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043' },
    body: '{"id":450789469000000123,"email":"li@example.com","created_at":"2026-01-02T11:00:00+08:00","processed_at":"2026-01-02T11:04:05+08:00","currency":"CNY","total_price":"598.94","customer":{"id":207119551,"phone":"+8613800001234"},"discount_codes":[{"code":"SPRING","amount":"10.00"}],"line_items":[{"product_id":632910392,"sku":"CREAM-50","title":"保湿面霜","price":"199.00","quantity":3}]}',
  },
})
