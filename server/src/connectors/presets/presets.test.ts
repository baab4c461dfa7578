import { createHash, createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ConnectorPreset, ConnectorSecrets } from '../../../../contracts/connector-settings.ts'
import type { TryAnswer } from '../../../../contracts/connector-trials.ts'
import type { Context } from '../../access/index.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import { authenticate } from '../auth/authenticate.ts'
import type { HookRequest } from '../auth/hook-request.ts'
import { createConnector } from '../save-connector.ts'
import type { WebhookDraft } from '../webhooks/map-request.ts'
import { tryConnector } from '../webhooks/try-connector.ts'
import { presets, requirePreset } from './index.ts'

let kit: TestKit
let ctx: Context
beforeAll(async () => {
  kit = await startTestKit({ now: '2026-01-03T00:00:00Z' })
  ctx = await kit.workspace()
  await createConnector(ctx, { name: 'makes the namespace of orders', preset: 'youzan', secrets: {} })
})
afterAll(() => kit.stop())

const webhooks = presets.filter((preset) => preset.draft.kind === 'webhook')

function draftOf(id: string, publicId = ''): WebhookDraft {
  const draft = structuredClone(requirePreset(id).draft) as WebhookDraft
  if (draft.settings.auth.kind === 'digest') draft.settings.auth.id = publicId
  return draft
}

function proof(draft: WebhookDraft, secrets: ConnectorSecrets, request: Partial<HookRequest>, at = '2026-01-02T03:04:05Z') {
  return authenticate(draft.settings, secrets, { headers: {}, query: '', path: '', body: Buffer.alloc(0), address: null, ...request }, Date.parse(at))
}

async function trySample(preset: ConnectorPreset, change: { body?: string; headers?: Record<string, string> } = {}): Promise<TryAnswer> {
  const sample = { ...preset.sample!, ...change }
  return tryConnector(ctx, { draft: preset.draft, secrets: {}, sample })
}

describe('signatures as the vendors make them (known answers)', () => {
  test('有赞: md5(client_id + body + client_secret)', () => {
    const body = Buffer.from(
      '{"client_id":"cid_test","kdt_id":"160","type":"trade_TradePaid","id":"E20260102030405000100000001","msg":"%7B%22tid%22%3A%22E1%22%2C%22name%22%3A%22%E5%BC%A0%E4%B8%89%22%7D","version":1767323045,"status":"WAIT_SELLER_SEND_GOODS"}',
    )
    const headers = { 'event-sign': '392581f393ef7aea42685c1d10b72dfb' }
    expect(proof(draftOf('youzan', 'cid_test'), { secret: 'csec_test' }, { body, headers })).toMatchObject({ ok: true, computed: headers['event-sign'] })
    expect(proof(draftOf('youzan', 'cid_test'), { secret: 'csec_other' }, { body, headers }).ok).toBe(false)
    expect(proof(draftOf('youzan', 'cid_test'), { secret: 'csec_test' }, { body: Buffer.concat([body, Buffer.from(' ')]), headers }).ok).toBe(false)
  })

  test('抖店: md5(app_key + body + app_secret), in letters of either case', () => {
    const body = Buffer.from('[{"tag":"100","msg_id":"1","data":"{\\"p_id\\":1}"}]')
    const sign = 'c6ce80dc825b72859701668470a724dd'
    for (const given of [sign, sign.toUpperCase()])
      expect(proof(draftOf('doudian', 'app_key_test'), { secret: 'app_secret_test' }, { body, headers: { 'event-sign': given } }).ok).toBe(true)
  })

  test('抖音开放平台: sha1(client_secret + body)', () => {
    const secret = '0123456789abcdef0123456789abcdef'
    const known = [
      [
        '{"event":"life_trade_order_notify","client_key":"ck_test","content":"{\\"action\\":\\"pay_success\\"}","log_id":"L1"}',
        '917f1f821c84b135fb7a8049aa020a1696c6f58d',
      ],
      ['{"event":"verify_webhook","client_key":"ck_test","content":{"challenge":12345}}', 'c529598b1bde7913b7b7c705aa08ab288d6a2ef0'],
    ]
    for (const [body = '', sign = ''] of known)
      expect(proof(draftOf('douyin'), { secret }, { body: Buffer.from(body), headers: { 'x-douyin-signature': sign } })).toMatchObject({
        ok: true,
        computed: sign,
      })
  })

  test('京东秒送: MD5 of sorted fields, with and without jd_param_json, within six minutes', () => {
    const fields = { token: 'yourtoken', app_key: 'yourappkey', timestamp: '2026-01-02 11:04:05', format: 'json', v: '1.0', jd_param_json: '{"billId":"123"}' }
    const form = (sign: string) => ({ body: Buffer.from(new URLSearchParams({ ...fields, sign }).toString()) })
    const secrets = { secret: 'yourappSecret' }
    expect(proof(draftOf('jingdong'), secrets, form('8CABEA4250E69E94C5E14D21AD8C4178')).ok).toBe(true)
    const without = createHash('md5')
      .update('yourappSecretapp_keyyourappkeyformatjsontimestamp2026-01-02 11:04:05tokenyourtokenv1.0yourappSecret')
      .digest('hex')
    expect(proof(draftOf('jingdong'), secrets, form(without)).ok).toBe(true)
    const late = proof(draftOf('jingdong'), secrets, form('8CABEA4250E69E94C5E14D21AD8C4178'), '2026-01-02T03:10:30Z')
    expect(late).toMatchObject({ ok: false, reason: { zh: expect.stringContaining('360') } })
    expect(proof(draftOf('jingdong'), secrets, form('00000000000000000000000000000000')).ok).toBe(false)
  })

  test('Shopify: base64 of HMAC-SHA256 over the raw body', () => {
    const body = Buffer.from('{"id":1,"note":"春 spring"}')
    const sign = createHmac('sha256', 'hush').update(body).digest('base64')
    // As OpenSSL makes it.
    expect(sign).toBe('lSRm5Uprd6904zRuwm9Ftc3+uR1JbtEKTInUCgvFwlk=')
    expect(proof(draftOf('shopify'), { secret: 'hush' }, { body, headers: { 'x-shopify-hmac-sha256': sign } }).ok).toBe(true)
    expect(proof(draftOf('shopify'), { secret: 'hush' }, { body, headers: { 'x-shopify-hmac-sha256': sign.toLowerCase() } }).ok).toBe(false)
  })

  test('general orders: HMAC-SHA256 over time and body, within five minutes', () => {
    const body = Buffer.from('{"order_id":"1"}')
    const sign = createHmac('sha256', 's3cret').update('1767323045.{"order_id":"1"}').digest('hex')
    const headers = { 'x-timestamp': '1767323045', 'x-signature': sign }
    expect(proof(draftOf('order'), { secret: 's3cret' }, { body, headers }).ok).toBe(true)
    expect(proof(draftOf('order'), { secret: 's3cret' }, { body, headers }, '2026-01-02T03:10:00Z').ok).toBe(false)
    expect(proof(draftOf('order'), { secret: 's3cret' }, { body, headers: { ...headers, 'x-timestamp': '1767323046' } }).ok).toBe(false)
  })

  test('微盟 signs nothing that could be checked: the preset says so and leaves the list of addresses to fill in', () => {
    const preset = requirePreset('weimob')
    expect((preset.draft as WebhookDraft).settings.auth).toEqual({ kind: 'secretUrl' })
    expect(preset.limits.map(({ zh }) => zh).join()).toContain('没有公开可验证的签名')
  })

  test('a method with a secret refuses while none is set', () => {
    for (const preset of webhooks.filter(({ secrets }) => secrets.length > 0))
      expect(proof(preset.draft as WebhookDraft, {}, { headers: { 'event-sign': '', 'x-token': '', authorization: 'Bearer ' } }).ok).toBe(false)
  })
})

describe('samples through the mapping', () => {
  test.each(webhooks.map((preset) => [preset.id, preset] as const))('%s: the preset has no problem of its own', async (_, preset) => {
    expect((await trySample(preset)).problems).toEqual([])
  })

  const orders: [string, object][] = [
    ['youzan', { event: 'Order Completed', amountFen: 12_850, time: '2026-01-02T03:04:05.000Z', key: null, version: '1767323045' }],
    ['doudian', { event: 'Order Completed', amountFen: 12_850, time: '2026-01-02T03:04:05.000Z' }],
    ['douyin', { event: 'Order Completed', amountFen: 9_900 }],
    ['shopify', { event: 'Order Completed', amountFen: 59_894, time: '2026-01-02T03:04:05.000Z' }],
    ['order', { event: 'Order Completed', amountFen: 12_850, time: '2026-01-02T03:04:05.000Z' }],
    ['pos', { event: 'Order Completed', amountFen: 12_850, time: '2026-01-02T03:04:05.000Z' }],
  ]
  test.each(orders)('%s: a paid order is a completed order, in fen and at its time', async (id, expected) => {
    const answer = await trySample(requirePreset(id))
    expect(answer.items).toHaveLength(1)
    expect(answer.items[0]).toMatchObject({ ...expected, key: expect.stringMatching(/^Order Completed:/) })
  })

  test('numbers longer than 2^53 stay as they are', async () => {
    const { items } = await trySample(requirePreset('doudian'))
    expect(items[0]?.properties['order_id']).toBe('6920000000000000123')
    const shopify = await trySample(requirePreset('shopify'))
    expect(shopify.items[0]?.properties).toMatchObject({ order_id: '450789469000000123', currency: 'CNY', coupon: 'SPRING' })
    expect(shopify.items[0]?.properties['products']).toEqual([{ product_id: '632910392', sku: 'CREAM-50', name: '保湿面霜', price: 199, quantity: 3 }])
    expect(shopify.items[0]?.identities).toEqual([
      { namespace: 'shop_user_id', value: 'shopify:207119551' },
      { namespace: 'email', value: 'li@example.com' },
      { namespace: 'phone', value: '+8613800001234' },
      { namespace: 'order_no', value: 'shopify:450789469000000123' },
    ])
  })

  test('Shopify: refunds name the order and count as refunds, customers become attributes', async () => {
    const preset = requirePreset('shopify')
    const topic = (name: string) => ({ headers: { 'content-type': 'application/json', 'x-shopify-topic': name } })
    const refund = await trySample(preset, {
      ...topic('refunds/create'),
      body: '{"id":509562969,"order_id":450789469000000123,"created_at":"2026-01-02T12:00:00+08:00","transactions":[{"amount":"41.94"},{"amount":"8.06"}]}',
    })
    expect(refund.items).toMatchObject([
      { event: 'Order Refunded', amountFen: 5_000, identities: [{ namespace: 'order_no', value: 'shopify:450789469000000123' }], key: 'refund:509562969' },
    ])
    const customer = await trySample(preset, {
      ...topic('customers/create'),
      body: '{"id":7,"email":"Li@Example.com ","first_name":"小明","last_name":"王","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z","default_address":{"city":"杭州"}}',
    })
    expect(customer.items).toMatchObject([{ type: 'identify', attributes: { name: '王小明', city: '杭州' } }])
    const created = await trySample(preset, topic('orders/create'))
    expect(created.items).toMatchObject([{ event: 'Order Created' }])
  })

  test('有赞: a refund and a closed order', async () => {
    const preset = requirePreset('youzan')
    const message = (type: string, msg: object) =>
      JSON.stringify({ type, id: 'E2', version: 3, yz_open_id: 'u1', test: false, msg: encodeURIComponent(JSON.stringify(msg)) })
    const refund = await trySample(preset, {
      body: message('trade_refund_RefundSuccess', { tid: 'E2', refund_id: 'R9', refunded_fee: '3.86', update_time: '2026-01-02 12:00:00' }),
    })
    expect(refund.items).toMatchObject([{ event: 'Order Refunded', amountFen: 386, key: 'refund:R9' }])
    // The newer messages hold an object.
    const newer = await trySample(preset, {
      body: '{"type":"youzan_trade_RefundSuccess","id":"E2","version":1,"yz_open_id":"u1","test":false,"msg":{"tid":"E2","refund_id":"R9","refunded_fee":"3.86","update_time":"2026-01-02 12:00:00"}}',
    })
    expect(newer.items).toMatchObject([{ event: 'Order Refunded', amountFen: 386, key: 'refund:R9' }])
    const closed = await trySample(preset, { body: message('trade_TradeClose', { update_time: '2026-01-02 12:00:00' }) })
    expect(closed.items).toMatchObject([{ event: 'Order Cancelled' }])
    const test = await trySample(preset, { body: message('trade_TradePaid', {}).replace('"test":false', '"test":true') })
    expect(test).toMatchObject({ items: [], unmatched: 1, problems: [] })
  })

  test('抖音: the buyer is who the message is from; a refunded coupon is a refund', async () => {
    const preset = requirePreset('douyin')
    const paid = await trySample(preset)
    expect(paid.items[0]?.identities).toEqual([
      { namespace: 'shop_user_id', value: 'douyin:_000u1' },
      { namespace: 'order_no', value: 'douyin:1090000000000000001' },
    ])
    const content = JSON.stringify({ action: 'refund_success', msg_time: 1767323045, certificate: { certificate_id: 'C1', order_id: '1090000000000000001' } })
    const refund = { event: 'life_trade_certificate_notify', client_key: 'ck_test', content, log_id: 'L2' }
    expect((await trySample(preset, { body: JSON.stringify({ ...refund, from_user_id: '_000u1' }) })).items).toMatchObject([
      { event: 'Order Refunded', time: '2026-01-02T03:04:05.000Z', key: 'refund:C1' },
    ])
    expect(await trySample(preset, { body: JSON.stringify({ ...refund, from_user_id: '' }) })).toMatchObject({ items: [], unmatched: 1 })
  })

  test('challenges are answered and bring nothing in', async () => {
    const douyin = await trySample(requirePreset('douyin'), { body: '{"event":"verify_webhook","client_key":"ck_test","content":{"challenge":12345}}' })
    expect(douyin).toMatchObject({ acknowledgement: '{"challenge":12345}', items: [] })
    const doudian = await trySample(requirePreset('doudian'), { body: '[{"tag":"0","msg_id":"0","data":"2026-01-02 11:04:05"}]' })
    expect(doudian).toMatchObject({ acknowledgement: '{"code":0,"msg":"success"}', items: [], problems: [] })
  })

  test('a push without its buyer is nobody’s order', async () => {
    const doudian = await trySample(requirePreset('doudian'), { body: '[{"tag":101,"msg_id":"1","data":"{\\"p_id\\":1,\\"pay_amount\\":100}"}]' })
    expect(doudian).toMatchObject({ items: [], unmatched: 1 })
    expect(await trySample(requirePreset('jingdong'))).toMatchObject({ items: [], unmatched: 1 })
  })

  test('微盟: states of an order by their names', async () => {
    const { items } = await trySample(requirePreset('weimob'))
    expect(items).toMatchObject([
      { event: 'Order Updated', time: '2026-01-02T03:04:05.000Z', properties: { status: '已支付', order_id: '9100000000000000123' }, version: '2' },
    ])
    const cancelled = await trySample(requirePreset('weimob'), {
      body: '{"id":"m-2","topic":"bos.user","event":"accountCancellationEvent","msgBody":"{\\"wid\\":10000123456,\\"time\\":1767323045000}"}',
    })
    expect(cancelled.items).toMatchObject([{ event: 'Account Cancelled', time: '2026-01-02T03:04:05.000Z' }])
  })

  test('access logs become page views', async () => {
    for (const id of ['log-combined', 'log-json']) {
      const { items } = await trySample(requirePreset(id))
      expect(items).toMatchObject([
        {
          event: 'Page Viewed',
          time: '2026-01-02T03:04:05.000Z',
          identities: [{ namespace: 'anonymous_id', value: 'a1b2c3' }],
          properties: { path: '/products/cream', utm_source: 'wechat' },
        },
      ])
      expect(JSON.stringify(items)).not.toContain('203.0.113.7')
    }
  })

  test('every preset can become a connector as it is', async () => {
    for (const { id } of presets) expect((await createConnector(ctx, { name: id, preset: id, secrets: {} })).preset).toBe(id)
  })
})
