import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import audience from '../console/src/locales/zh/audience.json' with { type: 'json' }
import common from '../console/src/locales/zh/common.json' with { type: 'json' }
import layers from '../console/src/locales/zh/layers.json' with { type: 'json' }
import people from '../console/src/locales/zh/people.json' with { type: 'json' }
import segments from '../console/src/locales/zh/segments.json' with { type: 'json' }
import { axeProblems, openOnPhone, scrollsSideways, until, visitDemo, type ServerUnderTest, type WatchedPage } from './support.ts'

let server: ServerUnderTest
let browser: Browser
let visitor: WatchedPage

beforeAll(async () => {
  ;({ server, browser, visitor } = await visitDemo({ permissions: ['clipboard-read', 'clipboard-write'] }))
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

/** The number beside the builder once it is that of the rule as it stands. */
async function countOf(page: Page, differsFrom?: number): Promise<number> {
  return until(async () => {
    if ((await page.locator('.live-count-stale').count()) > 0) return undefined
    const shown = Number((await page.locator('.live-count-number .number').textContent())?.replaceAll(',', ''))
    return Number.isInteger(shown) && shown !== differsFrom ? shown : undefined
  })
}

const sentence = (page: Page): Promise<string | null> => page.locator('.rule-sentence:not(.rule-sentence-stale)').textContent()
/** Types into the list that has come to have the focus: what is typed before is lost. */
const choose = async (page: Page, words: string): Promise<void> => {
  await page.locator('[role="combobox"]:focus').waitFor()
  await page.keyboard.type(words)
  await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option-active').filter({ hasText: words }).waitFor()
  await page.keyboard.press('Enter')
}

it('begins with a template, and every condition added by hand changes the count', async () => {
  const { page } = visitor
  await page.goto(`${server.url}/w/1/segments/new`)
  const everyone = await countOf(page)
  expect(everyone).toBeGreaterThanOrEqual(24_000)
  expect.soft(await axeProblems(page)).toEqual([])
  await page.getByRole('button', { name: audience.templates.activeWithoutOrder.title }).click()
  const active = await countOf(page, everyone)
  expect(active).toBeGreaterThan(0)
  await page.getByRole('button', { name: audience.add.attribute, exact: true }).click()
  await page.getByText(audience.count.unfinished_other.replace('{{count}}', '1')).waitFor()
  await choose(page, '城市')
  await page.getByRole('combobox', { name: audience.test.value.replace('{{name}}', '城市') }).click()
  await choose(page, '杭州')
  await choose(page, '上海')
  await page.keyboard.press('Escape')
  const inCities = await countOf(page, active)
  expect(inCities).toBeLessThan(active)
  await expect.poll(() => sentence(page)).toContain('城市是杭州或上海')
  expect.soft(await axeProblems(page)).toEqual([])
})

it('asks for an event with a filter, offering what the data holds', async () => {
  const { page } = visitor
  const before = await countOf(page)
  await page.getByRole('button', { name: audience.add.event, exact: true }).click()
  await choose(page, 'Product Viewed')
  const condition = page.locator('[data-path="rules.3"]')
  await condition.getByRole('button', { name: audience.event.addFilter, exact: true }).click()
  await condition.getByRole('combobox', { name: audience.event.property }).click()
  await choose(page, '品类')
  await condition.getByRole('combobox', { name: audience.test.value.replace('{{name}}', '品类') }).click()
  await choose(page, '护肤')
  await page.keyboard.press('Escape')
  expect(await countOf(page, before)).toBeLessThan(before)
  await expect.poll(() => sentence(page)).toContain('「浏览商品」（品类是护肤）')
})

it('moves, turns round and wraps conditions, and takes each step back', async () => {
  const { page } = visitor
  const before = await sentence(page)
  await page.locator('[data-path="rules.3"] .rule-up').click()
  await until(async () => (await sentence(page)) !== before)
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-path]')?.dataset['path'])).toBe('rules.2')
  await page.keyboard.press('Alt+ArrowDown')
  await until(async () => (await sentence(page)) === before)
  await page.locator('[data-path="rules.0"]').getByRole('button', { name: audience.node.turn }).click()
  await until(async () => (await sentence(page))?.startsWith('不满足（'))
  await page.locator('[data-path="rules.0"]').getByRole('button', { name: audience.node.more }).click()
  await page.getByRole('menuitem', { name: audience.node.wrap }).click()
  await page.getByRole('group', { name: audience.group.anyName }).waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  for (let step = 0; step < 4; step += 1) await page.keyboard.press('Control+z')
  await until(async () => (await sentence(page)) === before)
  await page.keyboard.press('Control+Shift+z')
  await until(async () => (await sentence(page)) !== before)
  await page.keyboard.press('Control+z')
  await until(async () => (await sentence(page)) === before)
})

it('shows the people of the unsaved rule, masked, and says why one is in', async () => {
  const { page } = visitor
  await page.locator('.live-count-number button').click()
  const drawer = page.getByRole('dialog')
  const first = drawer.getByRole('link').first()
  await first.waitFor()
  expect(await drawer.locator('tbody').textContent()).toMatch(/1\d\d\*{4}\d{4}/)
  const personId = /people\/(\d+)/.exec((await first.getAttribute('href')) ?? '')?.[1] ?? ''
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'hidden' })
  await page.getByRole('combobox', { name: audience.explain.person }).click()
  await choose(page, personId)
  await page.getByText(audience.explain.in).waitFor()
  await expect.poll(() => page.locator('.explain-nodes .explain-holds').count()).toBe(4)
  expect.soft(await axeProblems(page)).toEqual([])
})

it('says at the node what the server finds wrong with it', async () => {
  const { page } = visitor
  await page.getByRole('button', { name: audience.toolbar.paste }).click()
  const wrong = { kind: 'attribute', attribute: 'city', test: { type: 'number', operator: 'between', values: [9, 1] } }
  await page.getByRole('textbox', { name: audience.paste.text }).fill(JSON.stringify({ kind: 'all', rules: [wrong] }))
  await page.getByRole('button', { name: audience.paste.verb }).click()
  await page.locator('[data-path="rules.0"] .rule-problems').waitFor()
  await page.getByText(audience.count.wrong).waitFor()
  await page.getByRole('button', { name: audience.toolbar.undo, exact: true }).click()
  await countOf(page)
  await expect.poll(() => page.locator('.rule-problems').count()).toBe(0)
})

it('guards what is not saved, saves it, and opens its people', async () => {
  const { page } = visitor
  await page.getByRole('link', { name: layers.title, exact: true }).click()
  await page.getByRole('button', { name: audience.leave.stay }).click()
  expect(page.url()).toContain('/segments/new')
  await page.getByLabel(audience.editor.name, { exact: true }).fill('看过护肤的活跃客户')
  const count = await countOf(page)
  await page.getByRole('button', { name: common.save, exact: true }).click()
  await page.getByRole('heading', { name: '看过护肤的活跃客户' }).waitFor()
  expect(new URL(page.url()).pathname).toMatch(/\/segments\/[0-9a-f-]{36}$/)
  await countOf(page)
  await page.locator('.live-count-number a').click()
  await page.getByRole('heading', { name: people.title, exact: true }).waitFor()
  await page.locator('.population-bar').getByRole('link', { name: '看过护肤的活跃客户' }).waitFor()
  // The windows of its rule move on between the two.
  await until(async () => Math.abs(Number((await page.locator('.page-header-title .number').textContent())?.replaceAll(',', '')) - count) <= 3)
})

it('lists segments with their rules in words, finds them by name, and keeps one that another uses', async () => {
  const { page } = visitor
  await page.goto(`${server.url}/w/1/segments`)
  await page.getByRole('link', { name: '看过护肤的活跃客户' }).waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await page.getByPlaceholder(audience.list.search).fill('活跃')
  await until(async () => page.url().includes('search='))
  await until(async () => (await page.locator('.segment-name').count()) === 1)
  const { items } = (await (await page.request.get(`${server.url}/api/workspaces/1/segments?search=活跃客户`)).json()) as { items: { id: string }[] }
  const user = { name: '护肤活跃客户之外', rule: { kind: 'not', rule: { kind: 'segment', segmentId: items[0]?.id } } }
  const made = (await (await page.request.post(`${server.url}/api/workspaces/1/segments`, { data: user })).json()) as { id: string }
  const remove = async (): Promise<void> => {
    await page.getByRole('button', { name: audience.delete.named.replace('{{name}}', '看过护肤的活跃客户') }).click()
    await page.getByRole('dialog').getByRole('button', { name: audience.delete.verb, exact: true }).click()
  }
  await remove()
  await page.getByRole('dialog').getByText(`「${user.name}」`).waitFor()
  await page.getByRole('button', { name: audience.delete.understood }).click()
  await page.request.delete(`${server.url}/api/workspaces/1/segments/${made.id}`)
  await remove()
  await page.getByText(audience.list.notFound).waitFor()
})

it('shows how segments overlap, opens the people of an intersection, and keeps them as a list', async () => {
  const { page } = visitor
  const rules = {
    华东客户: { kind: 'attribute', attribute: 'city', test: { type: 'text', operator: 'oneOf', values: ['上海', '杭州'] } },
    有手机客户: { kind: 'hasAddress', channel: 'sms' },
  }
  const made: string[] = []
  for (const [name, rule] of Object.entries(rules)) {
    const answer = await page.request.post(`${server.url}/api/workspaces/1/segments`, { data: { name, rule }, failOnStatusCode: true })
    made.push(((await answer.json()) as { id: string }).id)
  }
  await page.goto(`${server.url}/w/1/segments/overlap?ids=${made.join(',')}`)
  await page.locator('.upset-column').first().waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await page.locator('.upset-column').first().click()
  const drawer = page.getByRole('dialog')
  await drawer.getByRole('link').first().waitFor()
  await drawer.getByRole('button', { name: segments.set.save }).click()
  const form = page.getByRole('dialog').filter({ hasText: segments.keep.lead })
  await form.getByLabel(segments.keep.name).fill('重叠的人')
  await form.getByRole('button', { name: common.save, exact: true }).click()
  await page.getByRole('heading', { name: '重叠的人' }).waitFor()
  await page.getByText(segments.state.static).first().waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await page.goto(`${server.url}/w/1/segments/${made[0]}/people`)
  await page.getByRole('heading', { name: '华东客户' }).waitFor()
  await page.getByRole('button', { name: segments.people.refresh }).click()
  await page.getByText(segments.people.refreshed).waitFor()
  await page.locator('.stat .number-button').first().click()
  await page.getByRole('dialog').getByRole('link').first().waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
})

it.for(['/segments', '/segments/new', '/segments/overlap'])(
  'page %s fits a phone and speaks English, in the dark, without breaking a rule of accessibility',
  async (place) => {
    const { page, errors } = await openOnPhone(browser, visitor)
    await page.goto(`${server.url}/w/1${place}`)
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
