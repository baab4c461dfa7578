import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import audience from '../console/src/locales/zh/audience.json' with { type: 'json' }
import tags from '../console/src/locales/zh/tags.json' with { type: 'json' }
import { axeProblems, scrollsSideways, until, visitDemo, type ServerUnderTest, type WatchedPage } from './support.ts'

let server: ServerUnderTest
let browser: Browser
let visitor: WatchedPage
let page: Page

beforeAll(async () => {
  ;({ server, browser, visitor } = await visitDemo({ permissions: ['clipboard-read', 'clipboard-write'] }))
  page = visitor.page
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const sentence = () => page.locator('.rule-sentence:not(.rule-sentence-stale)')
const node = (at: string) => page.locator(`[data-path="${at}"]`)

/** Opens the list of everything, types, and takes what stands first. */
async function addByName(words: string): Promise<void> {
  await page.getByRole('button', { name: audience.add.search }).last().click()
  const field = page.getByRole('combobox', { name: audience.add.searchName })
  await field.fill(words)
  await page.getByRole('option', { selected: true }).filter({ hasText: words }).waitFor()
  await field.press('Enter')
}

it('finds any condition by name with the keyboard, and says in words what it means', async () => {
  await page.goto(`${server.url}/w/1/segments/new`)
  await addByName('Order Completed')
  await node('rules.0').waitFor()
  await addByName(audience.consent.sms)
  await sentence().filter({ hasText: '完成订单' }).waitFor()
  await page.getByRole('button', { name: audience.toolbar.counts }).click()
  await expect.poll(() => page.locator('.rule-count:not(.rule-count-stale)').count()).toBe(2)
  expect.soft(await axeProblems(page)).toEqual([])
  // What was used last stands first the next time.
  await page.getByRole('button', { name: audience.add.search }).click()
  const recent = page.getByRole('group', { name: audience.add.groups.recent }).getByRole('option')
  await recent.first().waitFor()
  expect(await recent.first().textContent()).toContain(audience.consent.sms)
  await page.keyboard.press('Escape')
})

it('drags a condition to another place, copies one behind another, and takes all that back', async () => {
  const kinds = () => page.locator('.rule-condition').evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')))
  expect(await kinds()).toEqual([audience.kinds.event, audience.kinds.consent])
  await node('rules.1')
    .locator('.rule-grip')
    .dragTo(node('rules.0'), { targetPosition: { x: 60, y: 3 } })
  await expect.poll(kinds).toEqual([audience.kinds.consent, audience.kinds.event])
  await node('rules.1').focus()
  await page.keyboard.press('Control+c')
  await node('rules.0').focus()
  await page.keyboard.press('Control+v')
  await expect.poll(kinds).toEqual([audience.kinds.consent, audience.kinds.event, audience.kinds.event])
  await page.keyboard.press('Control+z')
  await page.keyboard.press('Control+z')
  await expect.poll(kinds).toEqual([audience.kinds.event, audience.kinds.consent])
})

it('draws an order of steps, and is readable on a phone', async () => {
  await addByName(audience.add.shapes.sequence)
  const steps = node('rules.2').locator('.rule-step')
  await expect.poll(() => steps.count()).toBe(2)
  for (const [index, event] of ['Product Viewed', 'Order Completed'].entries()) {
    await page.getByRole('combobox', { name: audience.sequence.step.replace('{{number}}', String(index + 1)) }).click()
    await page.keyboard.type(event)
    await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option-active').filter({ hasText: event }).waitFor()
    await page.keyboard.press('Enter')
  }
  // The demo has a name of its own for it.
  await sentence().filter({ hasText: '浏览商品' }).waitFor()
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await scrollsSideways(page)).toBe(false)
  await page.setViewportSize({ width: 1440, height: 900 })
})

it('gives a tag a rule after showing who would get it, and switches a built-in tag on', async () => {
  await page.goto(`${server.url}/w/1/built-in-tags`)
  await page.getByRole('button', { name: tags.builtIn.switchOnNamed.replace('{{name}}', '活跃时段') }).click()
  await page.getByRole('link', { name: '活跃时段' }).click()
  await page.getByText(tags.rule.on, { exact: true }).waitFor()
  const answer = await page.request.post(`${server.url}/api/workspaces/1/tags`, { data: { name: '近期下过单' }, failOnStatusCode: true })
  const { id } = (await answer.json()) as { id: string }
  await page.goto(`${server.url}/w/1/tags/${id}`)
  await page.getByRole('button', { name: tags.rule.add }).click()
  await addByName('Order Completed')
  await page.getByRole('button', { name: audience.tagRules.ask }).click()
  const given = page.locator('.tag-preview-numbers div').filter({ hasText: audience.tagRules.numbers.given }).locator('.number')
  const shown = await until(async () => Number((await given.textContent())?.replaceAll(',', '')) || undefined)
  expect.soft(await axeProblems(page)).toEqual([])
  await page.getByRole('button', { name: audience.tagRules.save }).click()
  await page.getByText(tags.rule.on, { exact: true }).waitFor()
  // Whoever ordered thirty days ago to the second is in the one and not in the other.
  await until(async () => {
    const { people } = (await (await page.request.get(`${server.url}/api/workspaces/1/tags/${id}`)).json()) as { people: number }
    return Math.abs(people - shown) <= 3
  })
  expect(visitor.errors).toEqual([])
})
