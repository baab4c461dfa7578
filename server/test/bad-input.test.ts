import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audienceRoutes } from '../../contracts/audience.ts'
import { campaignRoutes } from '../../contracts/campaigns.ts'
import { channelRoutes } from '../../contracts/channels.ts'
import { collectRoutes, orderEvent } from '../../contracts/collect.ts'
import { importRoutes, type Import } from '../../contracts/imports.ts'
import { contentRoutes } from '../../contracts/content.ts'
import { deliveryRoutes } from '../../contracts/delivery.ts'
import { ProblemAnswer } from '../../contracts/errors.ts'
import { insightRoutes } from '../../contracts/insight.ts'
import { peopleRoutes } from '../../contracts/people.ts'
import { startSandboxNetwork, type SandboxNetwork } from '../src/channels/index.ts'
import { signatureHeader, signCallback } from '../src/channels/sandbox/wire.ts'
import { startLiveServer, until, type LiveServer, type LiveWorkspace } from './live-server.ts'

const noon = '2026-03-02T04:00:00Z'
let server: LiveServer
let shop: LiveWorkspace
let writeKey: string
beforeAll(async () => {
  server = await startLiveServer({ now: noon })
  shop = await server.workspace()
  writeKey = (await shop.client.call(collectRoutes.createSource, { params: shop.params, body: { name: '网站' } })).writeKey
})
afterAll(() => server?.stop())

/** Everything that a refused request might have changed, by the product's own answers. */
async function counts() {
  const { params, client } = shop
  const { items: events } = await client.call(collectRoutes.listEventSchemas, { params })
  const { items: imports } = await client.call(importRoutes.listImports, { params, query: { limit: 200 } })
  const { items: messages } = await client.call(deliveryRoutes.listMessages, { params, query: { limit: 200 } })
  const { items: replies } = await client.call(deliveryRoutes.listReplies, { params, query: { limit: 200 } })
  const { items: suppressions } = await client.call(deliveryRoutes.listSuppressions, { params, query: { limit: 200 } })
  const { items: templates } = await client.call(contentRoutes.listTemplates, { params, query: {} })
  return {
    people: (await client.call(peopleRoutes.listPeople, { params, query: { limit: 1 } })).total,
    events: Object.fromEntries(events.map(({ event, count }) => [event, count])),
    inbox: await client.call(collectRoutes.readInbox, { params }).then(({ waiting, failed }) => ({ waiting, failed })),
    imports: imports.length,
    messages: messages.map(({ messageId, state }) => `${messageId} ${state}`).toSorted(),
    replies: replies.length,
    suppressions: suppressions.length,
    templates: templates.length,
    sent: (await client.call(insightRoutes.readOverview, { params, query: { days: 30 } })).messages.sent.value,
  }
}

const workspaceUrl = (path: string): string => `${server.baseUrl}/api/workspaces/${shop.params.workspaceId}${path}`

async function send(url: string, { headers = {}, body }: { headers?: Record<string, string>; body: BodyInit }): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { ...shop.headers, 'accept-language': 'en', ...headers }, body })
}

/** The problem an answer carries, checked to be one: both languages, the title in the one asked for, nothing of our insides. */
async function problemOf(answer: Response): Promise<ProblemAnswer> {
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  const problem = ProblemAnswer.parse(await answer.json())
  expect(problem.status).toBe(answer.status)
  expect(problem.title).toBe(problem.en)
  for (const words of [problem, ...problem.problems]) {
    expect(words.zh).toMatch(/\p{Script=Han}/u)
    expect(words.en).toMatch(/[a-z]{3}/)
    expect(`${words.zh} ${words.en}`).not.toMatch(/undefined|\[object|node_modules|\bat \/|select |insert /)
  }
  return problem
}

function upload(content: Uint8Array | string, fileName = '客户.csv'): Promise<Response> {
  const form = new FormData()
  form.append('file', new Blob([typeof content === 'string' ? content : new Uint8Array(content)]), fileName)
  return send(workspaceUrl('/imports?target=people'), { body: form })
}

/** Text in GBK, as far as these tests need it. */
const gbk = (text: string): Buffer => Buffer.from(Array.from(text, (character) => gbkBytes[character] ?? [character.charCodeAt(0)]).flat())
const gbkBytes: Record<string, number[]> = {
  手: [0xca, 0xd6],
  机: [0xbb, 0xfa],
  号: [0xba, 0xc5],
  城: [0xb3, 0xc7],
  市: [0xca, 0xd0],
  上: [0xc9, 0xcf],
  海: [0xba, 0xa3],
}

describe('a file that can not be read is refused in words, and nothing is kept of it', () => {
  test.each<[string, () => Promise<Response>, { status?: number; zh: RegExp; en: RegExp }]>([
    ['an empty file', () => upload(''), { zh: /文件是空的/, en: /empty/ }],
    ['a file of empty lines', () => upload('\n\n\r\n'), { zh: /没有内容/, en: /empty/ }],
    ['a header without rows', () => upload('手机号,姓名\n'), { zh: /只有表头/, en: /header and no rows/ }],
    [
      'bytes that are no text',
      () => upload(Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 37) % 256))),
      { zh: /不是文本文件/, en: /not a text file/ },
    ],
    ['a damaged workbook', () => upload(Buffer.from('PK\u0003\u0004\u0014\u0000'), '客户.xlsx'), { zh: /工作簿已损坏.*CSV/, en: /workbook is damaged.*CSV/i }],
    ['a damaged gzip', () => upload(gzipSync('手机号\n13812345678\n').subarray(0, 20), '客户.csv.gz'), { zh: /压缩文件已损坏/, en: /gzip file is damaged/ }],
    [
      'an encoding that is neither UTF-8 nor GBK, with its line',
      () => upload(Buffer.concat([Buffer.from('phone,city\n13812345678,x\n13812345679,'), Buffer.from([0xff, 0xff, 0x0a])])),
      { zh: /第 3 行.*CSV UTF-8/, en: /line 3.*CSV UTF-8/ },
    ],
    ['a form without a file', () => send(workspaceUrl('/imports'), { body: new FormData() }), { zh: /文件/, en: /file/ }],
    [
      'JSON in place of a form',
      () => send(workspaceUrl('/imports'), { headers: { 'content-type': 'application/json' }, body: '{}' }),
      { status: 415, zh: /multipart|内容类型/, en: /multipart|content type/i },
    ],
  ])('%s', async (_, ask, expected) => {
    const before = await counts()
    const problem = await problemOf(await ask())
    expect(problem.status).toBe(expected.status ?? 400)
    expect(`${problem.zh} ${problem.problems.map(({ zh }) => zh).join(' ')}`).toMatch(expected.zh)
    expect(`${problem.en} ${problem.problems.map(({ en }) => en).join(' ')}`).toMatch(expected.en)
    expect(await counts()).toEqual(before)
  })
})

describe('a file in another encoding is read as what it is', () => {
  test.each<[string, Buffer, string]>([
    ['GBK, of which no file says a word', gbk('手机号,城市\n13812340001,上海\n'), 'gb18030'],
    ['UTF-16 with its mark', Buffer.from('\ufeff手机号,城市\n13812340002,上海\n', 'utf16le'), 'utf-16le'],
    ['UTF-16 without', Buffer.from('手机号,城市\n13812340003,上海\n', 'utf16le'), 'utf-16le'],
    ['UTF-16 the other way round', Buffer.from('\ufeff手机号,城市\n13812340004,上海\n', 'utf16le').swap16(), 'utf-16be'],
    ['UTF-8 with its mark', Buffer.from('\ufeff手机号,城市\n13812340005,上海\n'), 'utf-8'],
  ])('%s', async (_, content, encoding) => {
    const answer = await upload(content)
    expect(answer.status).toBe(200)
    expect((await answer.json()) as Import).toMatchObject({
      encoding,
      columns: [
        { header: '手机号', suggestion: 'phone' },
        { header: '城市', suggestion: 'attribute:city', samples: ['上海'] },
      ],
    })
  })
})

describe('a mapping that can not work is refused at its columns', () => {
  test('a field that does not exist, one mapped twice, columns that are not in the file', async () => {
    const { id } = (await (await upload('电话,昵称,城市\n13812345678,小王,上海\n')).json()) as Import
    const before = await counts()
    const start = (mapping: string[], options = {}) =>
      send(workspaceUrl(`/imports/${id}/start`), {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ target: 'people', mapping, options }),
      })
    const places = async (answer: Promise<Response>) => (await problemOf(await answer)).problems.map(({ at }) => at)
    expect(await places(start(['phone', 'shoe_size', 'phone']))).toEqual(['body.mapping.1', 'body.mapping.2'])
    expect(await places(start(['phone']))).toEqual(['body.mapping'])
    expect(await places(start(['', 'attribute:name', 'attribute:city']))).toEqual(['body.mapping'])
    expect(await places(start(['phone', 'sms_consent', '']))).toEqual(['body.options.consentProof'])
    expect(await places(start(['phone', '', ''], { timezone: 'Mars/Olympus' }))).toEqual(['body.options.timezone'])
    expect(await counts()).toEqual(before)
  })
})

test('rows that are no good are listed by line with every reason, and the good ones go in', async () => {
  const content = [
    '手机号,会员号,城市,出生日期',
    '13812340011,R1,上海,1990-01-02',
    '12345,R2,上海,1990-01-02',
    '13812340013,R3',
    '13812340014,R4,上海,1990-01-02,多出一列',
    ',,上海,1990-01-02',
    '不是手机号,,上海,1990-13-45',
  ].join('\n')
  const before = await counts()
  const done = await shop.importFile({ content, target: 'people', fileName: '坏行.csv' })
  expect(done).toMatchObject({
    state: 'finished',
    rowsRead: 6,
    columns: [{ header: '手机号' }, { header: '会员号' }, { header: '城市' }, { header: '出生日期' }],
  })
  const { items } = await shop.client.call(importRoutes.listBadRows, { params: { ...shop.params, id: done.id }, query: {} })
  const rows = Object.fromEntries(items.map(({ row, problems }) => [row, problems]))
  expect(Object.keys(rows)).toEqual(expect.arrayContaining(['3', '5', '6', '7']))
  expect(rows[3]).toMatchObject([{ at: '手机号', zh: expect.stringContaining('手机号'), en: expect.stringMatching(/too few digits/i) }])
  expect(rows[5]![0]!.zh).toMatch(/5.*4|列/)
  expect(done.rowsGood + done.rowsBad).toBe(6)
  expect(done.rowsBad).toBe(items.length)
  await until(counts, ({ people }) => people === before.people! + done.rowsGood)
})

describe('a body that can not be read is refused, and nothing is kept of it', () => {
  const json = { 'content-type': 'application/json' }
  const tracking = (): Record<string, string> => ({ ...json, authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` })
  const track = (body: string, headers = tracking()) => send(`${server.baseUrl}/v1/batch`, { headers, body })
  const tenMegabytes = (): string => JSON.stringify({ name: 'x'.repeat(10 * 1024 * 1024) })
  const hundredKilobytes = 'x'.repeat(100_000)

  test.each<[string, () => Promise<Response>, { status: number; at: string[] }]>([
    ['ten megabytes to a route of the console', () => send(workspaceUrl('/segments'), { headers: json, body: tenMegabytes() }), { status: 413, at: [] }],
    [
      'ten megabytes of events',
      () =>
        track(
          JSON.stringify({
            batch: Array.from({ length: 100 }, (_, index) => ({ type: 'track', userId: `u${index}`, event: 'Viewed', properties: { hundredKilobytes } })),
          }),
        ),
      { status: 413, at: [] },
    ],
    ['thirteen megabytes of anything', () => track('x'.repeat(13 * 1024 * 1024)), { status: 413, at: [] }],
    ['JSON that breaks off, to the console', () => send(workspaceUrl('/segments'), { headers: json, body: '{"name": "x"' }), { status: 400, at: ['body'] }],
    ['JSON that breaks off, to the collector', () => track('{"batch": [{'), { status: 400, at: [] }],
    ['another content type', () => send(workspaceUrl('/segments'), { headers: { 'content-type': 'text/xml' }, body: '<name/>' }), { status: 415, at: [] }],
    [
      'fields of the wrong type',
      () => send(workspaceUrl('/templates'), { headers: json, body: '{"name":7,"category":"x"}' }),
      { status: 400, at: ['body.name', 'body.category', 'body.signature', 'body.body'] },
    ],
    [
      'a write key that is none',
      () => track('{"batch":[]}', { ...json, authorization: `Basic ${Buffer.from('wrong:').toString('base64')}` }),
      { status: 401, at: [] },
    ],
    [
      'a phone that is none, for the suppression list',
      () => send(workspaceUrl('/suppressions'), { headers: json, body: '{"phone":"12345"}' }),
      { status: 400, at: ['body.phone'] },
    ],
    [
      'a rule with an operator that does not exist',
      () =>
        send(workspaceUrl('/rule-counts'), {
          headers: json,
          body: '{"rule":{"kind":"attribute","attribute":"city","test":{"type":"text","operator":"sounds","values":[]}}}',
        }),
      { status: 400, at: ['body.rule.test.operator'] },
    ],
  ])('%s', async (_, ask, { status, at }) => {
    const before = await counts()
    const problem = await problemOf(await ask())
    expect(problem.status).toBe(status)
    expect(problem.problems.map((each) => each.at)).toEqual(at)
    expect(await counts()).toEqual(before)
  })
})

describe('templates', () => {
  const words = { category: 'marketing', signature: '鸿雁优选' } as const

  test.each([
    ['{{ name', /没有结束|not closed|花括号|\}\}/],
    ['{{ name | shout }}您好', /shout/],
    ['{% include "x" %}', /include/],
  ])('%s is refused at the body', async (body, says) => {
    const before = await counts()
    const refused = await send(workspaceUrl('/templates'), {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: '坏', ...words, body }),
    })
    const problem = await problemOf(refused)
    expect(problem.problems.map(({ at }) => at)).toEqual(['body.body'])
    expect(`${problem.problems[0]?.zh} ${problem.problems[0]?.en}`).toMatch(says)
    expect(await counts()).toEqual(before)
  })

  test('a variable that nobody has is named in the preview, and stops a launch with its reason', async () => {
    const desk = await server.workspace()
    const { params, client } = desk
    await desk.importFile({ content: '手机号,同意短信\n13812349001,是\n13812349002,是\n', target: 'people', options: { consentProof: '门店签字' } })
    const body = '{{ lucky_number }}号会员您好'
    const preview = await client.call(contentRoutes.previewTemplate, { params, body: { ...words, body } })
    expect(preview.missing).toEqual(['lucky_number'])
    const template = await client.call(contentRoutes.createTemplate, { params, body: { name: '幸运', ...words, body } })
    const segment = await client.call(audienceRoutes.createSegment, { params, body: { name: '全部', rule: { kind: 'all', rules: [] } } })
    const account = await client.call(channelRoutes.createAccount, {
      params,
      body: { provider: 'sandbox', name: '沙箱', config: { endpoint: 'http://127.0.0.1:9', apiKey: 'nobody-there' }, ratePerSecond: 10 },
    })
    const { id } = await client.call(campaignRoutes.createCampaign, {
      params,
      body: {
        name: '幸运',
        segmentId: segment.id,
        templateId: template.id,
        accountId: account.id,
        controlPercent: 0,
        goal: { event: orderEvent, windowDays: 7 },
      },
    })
    const estimate = await client.call(campaignRoutes.estimateCampaign, { params: { ...params, id } })
    expect(estimate).toMatchObject({ recipients: 0, suppressed: [{ reason: 'missingVariable', count: 2 }] })
    const launched = client.call(campaignRoutes.launchCampaign, { params: { ...params, id }, body: { confirmRecipients: 2 } })
    await expect(launched).rejects.toMatchObject({ problem: { name: 'validation', problems: [{ at: 'segmentId' }] } })
    expect((await client.call(campaignRoutes.readCampaign, { params: { ...params, id } })).state).toBe('draft')
  })
})

describe('callbacks', () => {
  const apiKey = 'the-key-of-the-shop'
  let network: SandboxNetwork
  let callbackUrl: string
  let message: { messageId: number; vendorId: string | null }

  beforeAll(async () => {
    network = await startSandboxNetwork({ port: 0, seed: 1 })
    const { params, client } = shop
    // To this number the network sends no receipt: what arrives is only what the tests send.
    await shop.importFile({ content: '手机号,会员号,同意短信\n13812340004,CB,是\n', target: 'people', options: { consentProof: '门店签字' } })
    const template = await client.call(contentRoutes.createTemplate, {
      params,
      body: { name: '回执', category: 'marketing', signature: '鸿雁优选', body: '您好' },
    })
    const rule = { kind: 'all' as const, rules: [{ kind: 'hasAddress' as const, channel: 'sms' as const }] }
    const segment = await client.call(audienceRoutes.createSegment, { params, body: { name: '有号码', rule } })
    const account = await client.call(channelRoutes.createAccount, {
      params,
      body: { provider: 'sandbox', name: '沙箱', config: { endpoint: network.url, apiKey }, ratePerSecond: 10 },
    })
    callbackUrl = account.callbackUrl!
    const campaign = await client.call(campaignRoutes.createCampaign, {
      params,
      body: {
        name: '回执',
        segmentId: segment.id,
        templateId: template.id,
        accountId: account.id,
        controlPercent: 0,
        goal: { event: orderEvent, windowDays: 7 },
      },
    })
    await client.call(campaignRoutes.launchCampaign, { params: { ...params, id: campaign.id }, body: { confirmRecipients: 1 } })
    const sent = await until(
      () => client.call(deliveryRoutes.listMessages, { params, query: { campaignId: campaign.id, state: 'accepted' } }),
      ({ items }) => items.length === 1,
    )
    message = sent.items[0]!
    await settled()
  })
  afterAll(() => network?.stop())

  const receipt = (state = 'DELIVRD') =>
    JSON.stringify({ events: [{ type: 'receipt', id: message.vendorId, reference: String(message.messageId), to: '+8613812340004', state, at: noon }] })
  const post = (body: string | Uint8Array, { url = callbackUrl, key = apiKey } = {}) =>
    send(url, {
      headers: { 'content-type': 'application/json', [signatureHeader]: signCallback(key, Buffer.from(body)) },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    })
  /** Callbacks are read after they are acknowledged: waits until they were. */
  const settled = () => until(counts, ({ inbox }) => inbox.waiting === 0)

  test('to an address with a guessed token are not found', async () => {
    const before = await counts()
    const forged = callbackUrl.replace(/[^/]+$/, 'guessed-token-of-somebody')
    expect(await problemOf(await post(receipt(), { url: forged }))).toMatchObject({ status: 404, name: 'not-found' })
    expect(await counts()).toEqual(before)
  })

  test('with a forged signature, of rubbish, or past all size change nothing', async () => {
    const before = await counts()
    for (const answer of [
      await post(receipt(), { key: 'a-guessed-key' }),
      await post('<html>502 Bad Gateway</html>'),
      await post(Buffer.from([0, 255, 1, 254])),
      await post(JSON.stringify({ events: 'none' })),
      await post(JSON.stringify({ events: [{ type: 'receipt', id: 'of nobody', to: '+8613812340004', state: 'DELIVRD', at: noon }] })),
    ])
      expect(answer.status).toBe(200)
    expect(await problemOf(await post('x'.repeat(13 * 1024 * 1024)))).toMatchObject({ status: 413 })
    expect(await settled()).toEqual(before)
  })

  test('that come again change nothing again', async () => {
    await post(receipt())
    await until(counts, ({ messages, events }) => messages.some((each) => each === `${message.messageId} delivered`) && events['Message Delivered'] === 1)
    const before = await settled()
    expect(before.events).toMatchObject({ 'Message Delivered': 1 })
    await post(receipt())
    await post(receipt('MK:0001'))
    expect(await settled()).toEqual(before)
    const reply = JSON.stringify({ events: [{ type: 'reply', id: 'reply-1', from: '+8613812340004', text: 'TD', at: noon }] })
    await post(reply)
    await until(counts, ({ replies, events }) => replies === before.replies + 1 && events['Message Opted Out'] === 1)
    const after = await settled()
    expect(after).toMatchObject({ suppressions: before.suppressions + 1, events: { 'Message Opted Out': 1 } })
    await post(reply)
    expect(await settled()).toEqual(after)
  })
})
