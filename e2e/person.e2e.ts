import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import common from '../console/src/locales/zh/common.json' with { type: 'json' }
import people from '../console/src/locales/zh/people.json' with { type: 'json' }
import { axeProblems, openPage, scrollsSideways, startBrowser, startServer, until, type ServerUnderTest, type WatchedPage } from './support.ts'

let server: ServerUnderTest
let browser: Browser
let visitor: WatchedPage
let page: Page
let personId: number

const owner = { email: 'owner@example.com', password: 'eight wild geese', name: '林书', workspaceName: '云和茶铺' }
const api = (address: string): string => `${server.url}/api/workspaces/1${address}`
const button = (name: string) => page.getByRole('button', { name, exact: true })
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString()

beforeAll(async () => {
  server = await startServer({ empty: true })
  browser = await startBrowser()
  visitor = await openPage(browser, { permissions: ['clipboard-read', 'clipboard-write'] })
  page = visitor.page
  const post = async (address: string, data: unknown): Promise<Record<string, unknown>> =>
    (await (await page.request.post(address, { data, failOnStatusCode: true })).json()) as Record<string, unknown>
  await post(`${server.url}/api/setup`, owner)
  const { writeKey } = await post(api('/sources'), { name: '小程序' })
  const seen = Array.from({ length: 30 }, (_, index) => ({
    type: 'track',
    userId: 'u-1',
    event: 'Product Viewed',
    timestamp: daysAgo(1 + index * 3),
    properties: { path: `/p/${index}`, 品类: index % 2 ? '茶饮' : '零食' },
  }))
  const bought = Array.from({ length: 3 }, (_, index) => ({
    type: 'track',
    userId: 'u-1',
    event: 'Order Completed',
    timestamp: daysAgo(2 + index * 20),
    properties: { order_id: `T-${index}`, total: 88.5, items: [{ name: '龙井', quantity: 2, price: 44.25 }] },
  }))
  const identify = { type: 'identify', userId: 'u-1', traits: { name: '王小明', phone: '13800001234', email: 'wang@example.com', city: '杭州' } }
  await page.request.post(`${server.url}/v1/batch`, {
    headers: { authorization: `Basic ${Buffer.from(`${String(writeKey)}:`).toString('base64')}` },
    data: { batch: [identify, ...seen, ...bought] },
    failOnStatusCode: true,
  })
  const ordered = {
    kind: 'event',
    event: 'Order Completed',
    measure: { kind: 'times' },
    comparison: { operator: 'atLeast', values: [1] },
    window: { kind: 'ever' },
  }
  personId = await until(async () => {
    const { items } = (await (await page.request.get(api('/people?limit=5'))).json()) as { items: { personId: number; orders: number }[] }
    return items.find(({ orders }) => orders === 3)?.personId
  })
  // A segment shows the people of when it was last read, which is first when it is made.
  await post(api('/segments'), { name: '买过的人', rule: ordered })
  await post(api('/segments'), { name: '没买过的人', rule: { kind: 'not', rule: ordered } })
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

it('shows a person whole: identities, attributes with their source, consent, layers, and segments with why', async () => {
  await page.goto(`${server.url}/w/1/people/${personId}`)
  await page.locator('.timeline-item').first().waitFor()
  await page.locator('.person-segments').getByRole('link', { name: '买过的人', exact: true }).waitFor()
  expect(await page.locator('.identities').textContent()).toMatch(/\*{4}/)
  await page.locator('.attributes').getByRole('link', { name: '小程序' }).first().waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await button(people.segments.showOthers.replace('{{count}}', '1')).click()
  await page.locator('.person-segments').getByRole('link', { name: '没买过的人' }).waitFor()
  await page.getByRole('button', { name: people.segments.why }).first().click()
  await page.locator('.segment-why li').first().waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
})

it('narrows the timeline by kind, day, event and text, in the address', async () => {
  const count = () => page.locator('.timeline-item').count()
  const everything = await count()
  await page.getByRole('combobox', { name: people.timeline.kind }).click()
  await page.locator('.ant-select-item-option').filter({ hasText: people.person.kinds.order }).click()
  await until(async () => page.url().includes('kind=order') && (await page.locator('.timeline-dot-event').count()) === 0)
  expect(await count()).toBeLessThan(everything)
  await page.locator('.timeline-open').first().click()
  await page.locator('.timeline-details').waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await page.reload()
  await until(async () => (await count()) > 0 && (await page.locator('.timeline-dot-event').count()) === 0)
  await page.getByRole('button', { name: common.filter.clear }).click()
  await until(async () => (await count()) === everything)
  const day = page.locator('.activity-day[tabindex="0"]')
  const date = await day.getAttribute('data-date')
  await day.focus()
  await page.keyboard.press('Enter')
  await until(() => page.url().includes(`from=${date}&to=${date}`))
  await until(async () => (await page.locator('.timeline-day').count()) === 1)
  await page.keyboard.press('ArrowLeft')
  await page.locator(`.activity-day:focus:not([data-date="${date}"])`).waitFor()
  await page.getByRole('button', { name: common.filter.clear }).click()
  await page.getByPlaceholder(people.timeline.text).fill('没有这样的文字')
  await page.getByText(people.timeline.notFound).waitFor()
  await page.getByRole('button', { name: people.timeline.all }).click()
  await until(async () => (await count()) === everything)
})

it('lists orders with what was bought, and messages', async () => {
  await page.getByRole('tab', { name: people.orders.title }).click()
  await page.locator('.order').first().waitFor()
  await page.locator('.order-lines li').first().waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await page.getByRole('tab', { name: people.messages.title }).click()
  await until(() => page.url().includes('tab=messages'))
  expect.soft(await axeProblems(page)).toEqual([])
})

it('changes an attribute in place and takes it back', async () => {
  const city = page.locator('.attributes li').filter({ hasText: '城市' })
  const before = (await city.locator('.attribute-value').textContent())!.trim()
  await city.getByRole('button').click()
  await page.getByRole('textbox', { name: people.attributes.value }).fill('三亚')
  await page.keyboard.press('Enter')
  await until(async () => (await city.locator('.attribute-value').textContent())?.trim() === '三亚')
  await city.getByText(people.sources.console).waitFor()
  await button(people.attributes.undo).click()
  await until(async () => (await city.locator('.attribute-value').textContent())?.trim() === before)
})

it('gives and takes a tag, and says so in the history', async () => {
  await page.request.post(api('/tags'), { data: { name: '老朋友', colour: 'gold' }, failOnStatusCode: true })
  await button(people.tags.add).click()
  await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option').filter({ hasText: '老朋友' }).click()
  await page.locator('.tags').getByText('老朋友').waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await page.locator('.tags').getByLabel(people.tags.remove.replace('{{name}}', '老朋友')).click()
  await until(async () => (await page.locator('.tags').getByText('老朋友').count()) === 0)
  await button(people.tags.history).click()
  await page.getByRole('list', { name: people.tags.history }).getByText('老朋友').first().waitFor()
})

it('records consent in a ledger', async () => {
  await button(people.person.grant).click()
  await page.getByLabel(people.person.proof).fill('门店签字 2026-11-22')
  await page.getByRole('dialog').getByRole('button', { name: people.person.grant }).click()
  await page.getByRole('list', { name: people.consents.ledger }).getByText('门店签字 2026-11-22').waitFor()
  await page.locator('.person-facts').getByText(people.person.granted).waitFor()
})

it('stands on a phone, facts and history each for themselves', async () => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`${server.url}/w/1/people/${personId}`)
  await page.locator('.identities').waitFor()
  expect(await scrollsSideways(page)).toBe(false)
  await page.getByText(people.person.viewHistory, { exact: true }).click()
  await page.locator('.timeline-item').first().waitFor()
  expect(await scrollsSideways(page)).toBe(false)
  expect.soft(await axeProblems(page)).toEqual([])
  expect(visitor.errors).toEqual([])
})
