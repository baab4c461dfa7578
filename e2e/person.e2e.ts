import fs from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import common from '../console/src/locales/zh/common.json' with { type: 'json' }
import people from '../console/src/locales/zh/people.json' with { type: 'json' }
import { axeProblems, openPage, scrollsSideways, startBrowser, startServer, until, type ServerUnderTest, type WatchedPage } from './support.ts'

let server: ServerUnderTest
let browser: Browser
let visitor: WatchedPage
let page: Page
/** Somebody of the demo with orders. */
let personId: number

const api = (address: string): string => `${server.url}/api/workspaces/1${address}`
const button = (name: string) => page.getByRole('button', { name, exact: true })

beforeAll(async () => {
  server = await startServer()
  await until(() => fs.existsSync(path.join(server.dataDir, 'demo.json')), 240_000)
  browser = await startBrowser()
  visitor = await openPage(browser, { permissions: ['clipboard-read', 'clipboard-write'] })
  page = visitor.page
  const { email, password } = JSON.parse(fs.readFileSync(path.join(server.dataDir, 'first-login.json'), 'utf8')) as { email: string; password: string }
  await page.request.post(`${server.url}/api/session`, { data: { email, password }, failOnStatusCode: true })
  const { items } = (await (await page.request.get(api('/people?limit=50'))).json()) as { items: { personId: number; orders: number }[] }
  personId = items.find(({ orders }) => orders >= 4)!.personId
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

it('shows a person whole: identities, attributes with their source, consent, layers, and segments with why', async () => {
  await page.goto(`${server.url}/w/1/people/${personId}`)
  await page.locator('.timeline-item').first().waitFor()
  await page.locator('.person-segments li, .person-segments + .link-button').first().waitFor()
  expect(await page.locator('.identities').textContent()).toMatch(/\*{4}/)
  await page.locator('.attributes').getByRole('link', { name: 'customers.csv' }).first().waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  const others = page.getByRole('button', { name: /不在的/ })
  if ((await others.count()) > 0) await others.click()
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
  expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset['date'])).not.toBe(date)
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
