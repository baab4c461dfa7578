import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import common from '../console/src/locales/zh/common.json' with { type: 'json' }
import tags from '../console/src/locales/zh/tags.json' with { type: 'json' }
import { axeProblems, scrollsSideways, until, visitDemo, type ServerUnderTest, type WatchedPage } from './support.ts'

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

it('takes the proposed categories and makes a tag in one of them', async () => {
  const { page } = visitor
  const made = await page.request.post(`${server.url}/api/workspaces`, { data: { name: '没有标签的工作区' }, failOnStatusCode: true })
  const { workspaceId } = (await made.json()) as { workspaceId: number }
  await page.goto(`${server.url}/w/${workspaceId}/tags`)
  await page.getByRole('button', { name: tags.categories.adopt }).click()
  await page.getByRole('button', { name: /^兴趣/ }).waitFor()
  await page.goto(`${server.url}/w/1/tags`)
  await page.getByRole('button', { name: /^兴趣/ }).click()
  await page.getByRole('button', { name: tags.create }).first().click()
  await page.getByLabel(tags.fields.name).fill('杭州老客')
  await page.getByRole('dialog').getByRole('button', { name: common.save }).click()
  await page.getByRole('link', { name: '杭州老客' }).waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
})

it('tags everyone of a list in the background, counts them, and undoes it', async () => {
  const { page } = visitor
  await page.goto(`${server.url}/w/1/people?city=${encodeURIComponent('杭州')}`)
  await page.getByRole('button', { name: tags.bulk.openAll }).click()
  await page.getByRole('dialog').getByRole('combobox', { name: tags.bulk.tag }).click()
  await page.locator('[role="combobox"]:focus').waitFor()
  await page.keyboard.type('杭州老客')
  await page.locator('.ant-select-item-option-active').filter({ hasText: '杭州老客' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: tags.bulk.verb }).click()
  await page.getByText(tags.bulk.started).waitFor()
  await page.goto(`${server.url}/w/1/tags`)
  const action = page.locator('.tag-actions li').filter({ hasText: '杭州老客' })
  await action.getByText(tags.actions.states.finished).waitFor()
  const people = await until(async () => {
    const { items } = (await (await page.request.get(`${server.url}/api/workspaces/1/tags`)).json()) as { items: { name: string; people: number }[] }
    return items.find(({ name, people: tagged }) => name === '杭州老客' && tagged > 0)?.people
  })
  const listed = (await (await page.request.get(`${server.url}/api/workspaces/1/people?city=${encodeURIComponent('杭州')}&limit=1`)).json()) as {
    items: unknown[]
  }
  expect(people).toBeGreaterThan(100)
  expect(listed.items).toHaveLength(1)
  await action.getByRole('button', { name: tags.actions.undo, exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: tags.actions.undo }).click()
  await action.getByText(tags.actions.states.undone).waitFor()
})

it('fits a phone', async () => {
  const { page } = visitor
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`${server.url}/w/1/tags`)
  await page.getByText(tags.actions.title).waitFor()
  expect(await scrollsSideways(page)).toBe(false)
  expect(visitor.errors).toEqual([])
})
