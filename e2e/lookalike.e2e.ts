import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import lookalike from '../console/src/locales/zh/lookalike.json' with { type: 'json' }
import segments from '../console/src/locales/zh/segments.json' with { type: 'json' }
import common from '../console/src/locales/zh/common.json' with { type: 'json' }
import { axeProblems, openOnPhone, scrollsSideways, visitDemo, type ServerUnderTest, type WatchedPage } from './support.ts'

/** A segment of the demo; its rule is about orders. */
const seed = '近 90 天复购客户'

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

it('finds people like those of a segment, says what sets them apart, and keeps so many of them', async () => {
  const { page, errors } = visitor
  await page.goto(`${server.url}/w/1/lookalikes`)
  await page.getByText(lookalike.empty).waitFor()
  expect(await axeProblems(page)).toEqual([])

  await page.getByRole('button', { name: lookalike.new }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: lookalike.start.seed }).click()
  await page.locator('.ant-select-item-option').filter({ hasText: seed }).click()
  await dialog.getByRole('button', { name: lookalike.start.begin }).click()
  await page.locator('.lookalike-drivers li').first().waitFor()
  expect(await page.locator('.lookalike-left-out').textContent()).toContain(lookalike.leftOut.rule)

  const words = page.locator('.lookalike-expected')
  const before = await words.textContent()
  await page.getByRole('slider').focus()
  await page.keyboard.press('End')
  await expect.poll(() => words.textContent()).not.toBe(before)
  await page.getByRole('spinbutton', { name: lookalike.curve.slider }).fill('150')
  await page.keyboard.press('Tab')
  await expect.poll(() => words.textContent()).toContain('150')
  await page.locator('.data-table tbody tr').nth(5).waitFor()
  expect(await axeProblems(page)).toEqual([])
  const model = page.url()

  await page.getByRole('button', { name: lookalike.keep.open }).click()
  await page.getByRole('dialog').getByRole('button', { name: common.save }).click()
  await page.waitForURL(/\/segments\/[\da-f-]+\/people/)
  await page.getByText(segments.state.static).first().waitFor()
  await expect.poll(() => page.locator('main').textContent()).toContain('150')

  const phone = await openOnPhone(browser, visitor)
  await phone.page.goto(model)
  await phone.page.locator('.lookalike-drivers li').first().waitFor()
  expect(await scrollsSideways(phone.page)).toBe(false)
  expect([...errors, ...phone.errors]).toEqual([])
})
