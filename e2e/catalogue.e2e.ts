import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import catalogue from '../console/src/locales/zh/catalogue.json' with { type: 'json' }
import common from '../console/src/locales/zh/common.json' with { type: 'json' }
import { axeProblems, scrollsSideways, visitDemo, type ServerUnderTest, type WatchedPage } from './support.ts'

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

it('takes inventory of the demo and says which models its data carries', async () => {
  const { page } = visitor
  await page.goto(`${server.url}/w/1/catalogue/inventory`)
  await page.getByRole('button', { name: catalogue.inventory.again }).click()
  await page.getByRole('heading', { name: catalogue.models.title }).waitFor()
  await page.getByText(catalogue.models.states.ready).first().waitFor()
  await page.locator('.catalogue-working').waitFor({ state: 'detached' })
  await expect.poll(() => page.locator('.fact-card').count()).toBeGreaterThan(3)
  expect.soft(await axeProblems(page)).toEqual([])
})

it('defines a field and masks it as personal data', async () => {
  const { page } = visitor
  await page.goto(`${server.url}/w/1/catalogue/fields?new=1`)
  const drawer = page.getByRole('dialog')
  await drawer.getByLabel(catalogue.fields.key).fill('idCard')
  await drawer.getByLabel(catalogue.fields.labelZh).fill('证件号')
  await drawer.getByLabel(catalogue.fields.pii).click()
  await drawer.getByRole('button', { name: common.save }).click()
  await page.getByRole('button', { name: '证件号' }).waitFor()
  await page.getByRole('row').filter({ hasText: '证件号' }).getByText(catalogue.fields.masked, { exact: true }).waitFor()
})

it('shows what uses what, and fits a phone', async () => {
  const { page } = visitor
  await page.setViewportSize({ width: 390, height: 844 })
  for (const place of ['usage', 'fields', 'inventory']) {
    await page.goto(`${server.url}/w/1/catalogue/${place}`)
    await page.locator('.data-table, .fact-cards').first().waitFor()
    expect(await scrollsSideways(page)).toBe(false)
  }
  expect(visitor.errors).toEqual([])
})
