import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import oneId from '../console/src/locales/zh/one-id.json' with { type: 'json' }
import people from '../console/src/locales/zh/people.json' with { type: 'json' }
import common from '../console/src/locales/zh/common.json' with { type: 'json' }
import { axeProblems, openPage, scrollsSideways, startBrowser, startServer, until, type ServerUnderTest, type WatchedPage } from './support.ts'

let server: ServerUnderTest
let browser: Browser
let visitor: WatchedPage
let page: Page
let writeKey: string

const owner = { email: 'owner@example.com', password: 'eight wild geese', name: '林书', workspaceName: '云和茶铺' }
const api = (address: string): string => `${server.url}/api/workspaces/1${address}`
const button = (name: string) => page.getByRole('button', { name, exact: true })

beforeAll(async () => {
  server = await startServer({ empty: true })
  browser = await startBrowser()
  visitor = await openPage(browser)
  page = visitor.page
  await page.request.post(`${server.url}/api/setup`, { data: owner, failOnStatusCode: true })
  const source = await page.request.post(api('/sources'), { data: { name: '小程序' }, failOnStatusCode: true })
  writeKey = ((await source.json()) as { writeKey: string }).writeKey
  // Four pairs: each of the second ones comes with the phone of the first, which a limit forbids to join.
  for (let pair = 0; pair < 4; pair += 1) {
    await identify(`A${pair}`, { phone: `1391234000${pair}`, name: `陈一${pair}`, city: '杭州' })
    await identify(`B${pair}`, { email: `b${pair}@example.com`, name: `陈依${pair}`, city: '上海' })
    await identify(`B${pair}`, { phone: `1391234000${pair}` })
  }
  await until(async () => ((await (await page.request.get(api('/identity-conflicts'))).json()) as { open: number }).open === 4)
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

async function identify(userId: string, traits: Record<string, string>): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`
  await page.request.post(`${server.url}/v1/batch`, {
    headers: { authorization },
    data: { batch: [{ type: 'identify', userId, traits }] },
    failOnStatusCode: true,
  })
  // One after the other: who came first is part of the story.
  await until(async () => ((await (await page.request.get(api('/inbox'))).json()) as { waiting: number }).waiting === 0)
}

/** Keys of a decision do something once its buttons can be pressed. */
async function decide(key: string): Promise<void> {
  await page.locator('.decision-verb:enabled').first().waitFor()
  await page.keyboard.press(key)
}

const personOf = async (search: string): Promise<number> =>
  ((await (await page.request.get(api(`/people?search=${search}`))).json()) as { items: { personId: number }[] }).items[0]!.personId

it('shows both sides of a conflict, and is decided by keyboard', async () => {
  await page.goto(`${server.url}/w/1/one-id/conflicts`)
  await page.locator('.queue-row').first().waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await page.keyboard.press('j')
  await page.locator('.compare').waitFor()
  expect(await page.locator('.compare-differs').count()).toBeGreaterThan(1)
  expect(await page.locator('.compare').textContent()).toMatch(/陈依3[\s\S]*陈一3/)
  expect.soft(await axeProblems(page)).toEqual([])
  await decide('2')
  await until(async () => (await page.locator('.queue-row').count()) === 3)
  await until(async () => (await page.locator('.compare').textContent())?.includes('陈依2'))
  await decide('1')
  await until(async () => (await page.locator('.queue-row').count()) === 2)
  expect(await personOf('A2')).toBe(await personOf('B2'))
})

it('decides several at once, and remembers', async () => {
  await page.getByRole('checkbox', { name: oneId.queue.all }).check()
  await page.locator('.queue-bulk').getByRole('button', { name: oneId.conflicts.decisions.shared.short }).click()
  await page.getByRole('dialog').getByRole('button', { name: oneId.conflicts.decisions.shared.short }).click()
  await page
    .locator('.ant-modal-confirm-title')
    .filter({ hasText: oneId.queue.decided.replace('{{count}}', '2') })
    .waitFor()
  await page.locator('.ant-modal-confirm-btns button').click()
  await page.getByText(oneId.conflicts.empty).waitFor()
  await page.getByText(oneId.conflicts.decided, { exact: true }).click()
  await until(async () => (await page.locator('.queue-row').count()) === 4)
  await identify('B3', { phone: '13912340003' })
  expect(((await (await page.request.get(api('/identity-conflicts'))).json()) as { open: number }).open).toBe(0)
})

it('merges two people by hand from the list, and takes it back', async () => {
  const [first, second] = [await personOf('A0'), await personOf('B1')]
  await page.goto(`${server.url}/w/1/people`)
  for (const name of ['陈一0', '陈依1']) await page.getByRole('row').filter({ hasText: name }).getByRole('checkbox').check()
  await button(people.mergeTwoVerb).click()
  await page.locator('.compare').waitFor()
  expect(new URL(page.url()).search).toBe(`?kept=${Math.min(first, second)}&merged=${Math.max(first, second)}`)
  expect.soft(await axeProblems(page)).toEqual([])
  await button(oneId.merge.swap).click()
  await until(() => new URL(page.url()).search === `?kept=${Math.max(first, second)}&merged=${Math.min(first, second)}`)
  await page.locator('.decision-confirm').getByRole('button', { name: oneId.merge.verb }).click()
  await page.getByText(oneId.merge.done).waitFor()
  await page.getByText(people.merges.title, { exact: true }).waitFor()
  expect(await personOf('A0')).toBe(await personOf('B1'))
  await page.goto(`${server.url}/w/1/one-id/merges`)
  await button(oneId.merges.undo).first().click()
  await page.getByRole('dialog').getByRole('button', { name: oneId.merges.undo }).click()
  await page.getByText(oneId.merges.isUndone).first().waitFor()
  expect([await personOf('A0'), await personOf('B1')]).toEqual([first, second])
  expect.soft(await axeProblems(page)).toEqual([])
})

it('splits what came together, after a look', async () => {
  const personId = await personOf('A2')
  await page.goto(`${server.url}/w/1/one-id/split/${personId}`)
  await page.locator('.split-group legend input').first().check()
  await page.getByText(oneId.split.preview).waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await button(oneId.split.verb).click()
  await page.getByText(oneId.split.done).waitFor()
  expect(await personOf('A2')).not.toBe(await personOf('B2'))
})

it('makes a kind of identity, tries its pattern, and puts it in order', async () => {
  await page.goto(`${server.url}/w/1/one-id/namespaces`)
  await page.locator('.namespace').first().waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await button(oneId.namespaces.add).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(oneId.namespaces.key, { exact: true }).fill('loyalty_card')
  await dialog.getByLabel(oneId.namespaces.nameZh).fill('会员卡')
  await dialog.getByLabel(oneId.namespaces.pattern).fill('[A-Z]{2}[0-9]{8}')
  await dialog.getByLabel(oneId.namespaces.try).fill('AB1234567')
  await dialog.getByText(oneId.namespaces.verdicts.differs).waitFor()
  await dialog.getByLabel(oneId.namespaces.try).fill('AB12345678')
  await dialog.getByText(oneId.namespaces.verdicts.fits).waitFor()
  await dialog.getByRole('button', { name: common.save }).click()
  const rows = page.locator('.namespace-name')
  await rows.filter({ hasText: 'loyalty_card' }).waitFor()
  const place = async (): Promise<number> => (await rows.allTextContents()).findIndex((text) => text.includes('loyalty_card'))
  const before = await place()
  await button(oneId.namespaces.up.replace('{{name}}', 'loyalty_card')).click()
  await until(async () => (await place()) === before - 1)
})

it('suggests people who look alike with the reasons; one pair is merged and one dismissed by keyboard', async () => {
  const looks = [
    { name: '李春燕', address: '浙江省杭州市西湖区文三路398号东信大厦1201室', birthday: '1980-03-04', phone: '13712340001' },
    { name: '周建国', address: '四川省成都市武侯区天府大道99号', birthday: '1975-11-20', phone: '13856782002' },
    { name: '欧阳明月', address: '广东省深圳市南山区科技园北区6栋', birthday: '1992-07-15', phone: '15998763003' },
  ]
  for (const [at, like] of looks.entries()) {
    await identify(`L${at}`, like)
    await identify(`R${at}`, { ...like, address: like.address.replace('省', ''), phone: `${like.phone.slice(0, -1)}9` })
  }
  const ofState = async (state: string) =>
    ((await (await page.request.get(api(`/merge-suggestions?state=${state}`))).json()) as { items: { leftName: string; leftId: number; rightId: number }[] })
      .items
  await page.goto(`${server.url}/w/1/one-id/duplicates`)
  await page.getByText(oneId.duplicates.empty.open).waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await button(oneId.search.start).focus()
  await page.keyboard.press('Enter')
  await page.locator('.queue-row').nth(2).waitFor()
  const pairs = await ofState('open')
  expect(pairs.map(({ leftName }) => leftName).toSorted()).toEqual(looks.map(({ name }) => name).toSorted())

  await page.keyboard.press('j')
  const reasons = page.locator('.reasons')
  await reasons.locator('li').nth(3).waitFor()
  expect(await reasons.textContent()).toMatch(/(\d{4}-\d\d-\d\d) ↔ \1/)
  await reasons.getByText(oneId.duplicates.nearlySame).waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await decide('1')
  await until(async () => (await page.locator('.queue-row').count()) === 2)
  const [first, second] = [pairs[0]!, pairs[1]!]
  expect((await ofState('merged')).map(({ leftName }) => leftName)).toEqual([first.leftName])
  const at = looks.findIndex(({ name }) => name === first.leftName)
  expect(await personOf(`L${at}`)).toBe(await personOf(`R${at}`))

  await page.locator('.queue-row-open').getByText(second.leftName).first().waitFor()
  await decide('2')
  await until(async () => (await page.locator('.queue-row').count()) === 1)
  expect((await ofState('dismissed')).map(({ leftName }) => leftName)).toEqual([second.leftName])
  const kept = looks.findIndex(({ name }) => name === second.leftName)
  expect(await personOf(`L${kept}`)).not.toBe(await personOf(`R${kept}`))

  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`${server.url}/w/1/one-id/duplicates`)
  await page.locator('.queue-row > button').first().click()
  await reasons.locator('li').first().waitFor()
  expect(await scrollsSideways(page)).toBe(false)
  expect.soft(await axeProblems(page)).toEqual([])
  await page.setViewportSize({ width: 1440, height: 900 })
})

it('stands on a phone', async () => {
  await page.setViewportSize({ width: 390, height: 844 })
  for (const address of ['/one-id/conflicts?state=decided', '/one-id/duplicates', '/one-id/merges', '/one-id/merge', '/one-id/namespaces']) {
    await page.goto(`${server.url}/w/1${address}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect([address, await scrollsSideways(page)]).toEqual([address, false])
  }
  expect(visitor.errors).toEqual([])
})
