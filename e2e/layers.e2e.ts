import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import layers from '../console/src/locales/zh/layers.json' with { type: 'json' }
import common from '../console/src/locales/zh/common.json' with { type: 'json' }
import { axeProblems, openOnPhone, scrollsSideways, until, visitDemo, type ServerUnderTest, type WatchedPage } from './support.ts'

let server: ServerUnderTest
let browser: Browser
let visitor: WatchedPage

beforeAll(async () => {
  ;({ server, browser, visitor } = await visitDemo())
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const openRfm = async (page: Page): Promise<void> => {
  await page.goto(`${server.url}/w/1/layers`)
  await page.getByRole('link', { name: 'RFM', exact: true }).click()
  await page.locator('.rfm-cell').first().waitFor()
}
const tab = (page: Page, name: keyof typeof layers.tabs) => page.getByRole('tab', { name: layers.tabs[name] }).click()

it('lists models with how everybody is spread, and opens the people of a layer and of a cell', async () => {
  const { page } = visitor
  await page.goto(`${server.url}/w/1/layers`)
  await page.locator('.layer-bar a').first().waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await openRfm(page)
  await expect.poll(() => page.locator('.layer-cell').count()).toBe(9)
  expect.soft(await axeProblems(page)).toEqual([])
  const cell = page.locator('.rfm-cell').first()
  const count = await cell.locator('b').textContent()
  await cell.click()
  await until(async () => (await page.locator('.page-header-title .number').textContent()) === count)
  expect(page.url()).toMatch(/recencyScore=5&frequencyScore=1/)
})

it('makes a segment of a layer', async () => {
  const { page } = visitor
  await openRfm(page)
  await page.getByRole('button', { name: layers.table.createSegmentOf.replace('{{layer}}', '重要价值') }).click()
  await page.getByRole('heading', { name: 'RFM 重要价值' }).waitFor()
  await page.locator('.rule-sentence:not(.rule-sentence-stale)').filter({ hasText: '「RFM」属于重要价值' }).waitFor()
})

it('shows who would move before other days are saved', async () => {
  const { page } = visitor
  await openRfm(page)
  await page.getByRole('button', { name: layers.settings, exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('spinbutton', { name: layers.definition.days }).fill('60')
  await dialog.getByRole('button', { name: layers.preview, exact: true }).click()
  await dialog.locator('.layer-matrix').waitFor()
  expect(await dialog.getByText(/人会换层，占/).count()).toBe(1)
  expect.soft(await axeProblems(page)).toEqual([])
  await dialog.locator('.layer-matrix .number-button').first().click()
  const people = page.locator('.ant-drawer.ant-drawer-open')
  await people.locator('tbody a').first().waitFor()
  await people.locator('.ant-drawer-close').click()
  await people.waitFor({ state: 'detached' })
  await dialog.getByRole('button', { name: layers.save, exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
})

it('makes a model of stages of life, writes what is done for a layer, and says how good the model is', async () => {
  const { page } = visitor
  await page.goto(`${server.url}/w/1/layers/new`)
  await page.getByRole('button', { name: `${layers.use} ${layers.kinds.lifecycle}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: layers.create, exact: true }).click()
  await page.getByRole('heading', { name: layers.kinds.lifecycle, exact: true }).waitFor()
  await until(async () => (await page.locator('.layer-cell').count()) === 6)
  await tab(page, 'plays')
  await page.getByRole('button', { name: layers.play.editOf.replace('{{layer}}', '新客') }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(layers.play.goal).fill('30 天内第二单')
  await dialog.getByRole('button', { name: common.save, exact: true }).click()
  await page.locator('dd', { hasText: '30 天内第二单' }).waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await tab(page, 'health')
  await page.getByRole('region', { name: layers.health.results }).waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await tab(page, 'moves')
  await page.getByText(layers.moves.none, { exact: true }).waitFor()
})

it('finds groups of people who are alike, and makes them a model', async () => {
  const { page } = visitor
  await page.goto(`${server.url}/w/1/layers/new`)
  await page.getByRole('button', { name: layers.clusters.find, exact: true }).click()
  await page.getByRole('button', { name: layers.clusters.adopt, exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: layers.create, exact: true }).click()
  await page.getByRole('heading', { name: layers.clusters.title, exact: true }).waitFor()
  await until(async () => (await page.locator('.layer-cell').count()) >= 3)
})

it('builds the rule of a layer like that of a segment', async () => {
  const { page } = visitor
  await page.goto(`${server.url}/w/1/layers/new`)
  await page.getByRole('button', { name: `${layers.use} ${layers.kinds.rules}` }).click()
  const name = layers.definition.newLayer.replace('{{number}}', '1')
  await page.getByRole('button', { name: layers.definition.editRuleOf.replace('{{layer}}', name) }).click()
  const drawer = page.locator('.ant-drawer.ant-drawer-open')
  await drawer.getByRole('button', { name: '行为', exact: true }).click()
  const use = drawer.getByRole('button', { name: layers.definition.ruleDone })
  await until(() => use.isDisabled())
  await page.keyboard.type('Order Completed')
  await page.locator('.ant-select-item-option-active', { hasText: 'Order Completed' }).waitFor()
  await page.keyboard.press('Enter')
  await until(() => use.isEnabled())
  await use.click()
  await page.locator('.layer-rule', { hasText: '最近 30 天内有过「完成订单」' }).waitFor()
})

it.for(['/layers', '/layers/new', 'tab=layers', 'tab=plays', 'tab=health', 'tab=moves'])(
  'page %s fits a phone and speaks English, in the dark, without breaking a rule of accessibility',
  async (place) => {
    const { items } = (await (await visitor.page.request.get(`${server.url}/api/workspaces/1/layer-models`)).json()) as { items: { id: string }[] }
    const { page, errors } = await openOnPhone(browser, visitor)
    await page.goto(`${server.url}/w/1${place.startsWith('/') ? place : `/layers/${items[0]?.id}?${place}`}`)
    await page.locator('.page-header').waitFor()
    await page.waitForLoadState('networkidle')
    expect(await scrollsSideways(page)).toBe(false)
    expect.soft(await axeProblems(page)).toEqual([])
    expect(errors).toEqual([])
    await page.context().close()
  },
)

it('throws nothing on the way', () => {
  expect(visitor.errors).toEqual([])
})
