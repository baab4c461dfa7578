import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import english from '../console/src/locales/en/connectors.json' with { type: 'json' }
import common from '../console/src/locales/zh/common.json' with { type: 'json' }
import texts from '../console/src/locales/zh/connectors.json' with { type: 'json' }
import { openTcpDoor, type TcpDoor } from '../server/src/connectors/testing/tcp-door.ts'
import { startEmbeddedPostgres } from '../server/src/platform/postgres/embedded.ts'
import { throwawaySettings } from '../server/src/platform/postgres/settings.ts'
import { axeProblems, openPage, scrollsSideways, startBrowser, startServer, until, type ServerUnderTest, type WatchedPage } from './support.ts'

/** A shop is connected by hand: a preset, a sample, a signed message, an order on its buyer's timeline; then a database of somebody else. */
const owner = { email: 'owner@example.com', password: 'eight wild geese' }
const credentials = { id: 'cid_test', secret: 'csec_test' }

let server: ServerUnderTest
let browser: Browser
let visitor: WatchedPage
let page: Page
let shop: { door: TcpDoor; database: string; user: string; stop(): Promise<void> }

beforeAll(async () => {
  const env = { HONGYAN_OWNER_EMAIL: owner.email, HONGYAN_OWNER_PASSWORD: owner.password, HONGYAN_PRIVATE_ADDRESSES: '127.0.0.0/8' }
  server = await startServer({ empty: true, env })
  shop = await startShop()
  browser = await startBrowser()
  visitor = await openPage(browser, { viewport: { width: 1440, height: 1000 } })
  page = visitor.page
  const answer = await page.request.post(`${server.url}/api/session`, { data: owner, headers: { origin: server.url } })
  if (!answer.ok()) throw new Error(`signing in answered ${answer.status()}`)
})

afterAll(async () => {
  await browser?.close()
  await shop?.stop()
  await server?.stop()
})

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await page.screenshot({ path: path.join(os.tmpdir(), `hongyan-connectors-${task.name.slice(0, 30)}.png`), fullPage: true })
})

/** A database with orders, on a server of its own. */
async function startShop(): Promise<typeof shop> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hongyan-shop-'))
  fs.chmodSync(folder, 0o755)
  const postgres = await startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres'), settings: throwawaySettings })
  const { host, port, user, database } = postgres.address
  const client = new Client({ host, port, user, database })
  await client.connect()
  await client.query(`create table orders as select 'S-' || g as order_id, 'V' || g as member_no, null::text as phone, 19.90 * g as amount,
    '2026-01-02 11:00:00+08'::timestamptz + make_interval(mins => g) as paid_at, '2026-01-02 11:00:00+08'::timestamptz + make_interval(mins => g) as updated_at
    from generate_series(1, 3) g`)
  await client.end()
  const door = await openTcpDoor({ host, port })
  return {
    door,
    database,
    user,
    async stop() {
      await door.close()
      await postgres.stop()
      fs.rmSync(folder, { recursive: true, force: true })
    },
  }
}

const go = async (place: string): Promise<void> => {
  await page.goto(`${server.url}/w/1${place}`)
  await page.locator('.page-header').waitFor()
}
const button = (name: string, within: Page | Locator = page): Locator => within.getByRole('button', { name, exact: true })

async function createFrom(preset: string): Promise<void> {
  await go('/data/connectors/new')
  await button(`${texts.gallery.choose} ${preset}`).click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('.ant-btn-primary').click()
  await page.getByRole('heading', { level: 1, name: preset }).waitFor()
  await page.locator('.connector-save').waitFor()
}

it('makes a connector of the 有赞 preset and shows what a pasted message becomes', async () => {
  await go('/data/connectors')
  await page.getByText(texts.empty).waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await createFrom('有赞')
  await page.getByLabel(texts.auth.id).fill(credentials.id)
  await page.getByLabel('client_secret').fill(credentials.secret)
  await button(texts.try.run).click()
  await page.getByText(texts.try.notProved).waitFor()
  const computed = await page.locator('.try-signature code').innerText()
  expect(computed).toMatch(/^[\da-f]{32}$/)
  await page.locator('.result-items').getByText('¥128.50').waitFor()
  const headers = page.locator('.try-sample textarea').first()
  await headers.fill(`${await headers.inputValue()}\nEvent-Sign: ${computed}`)
  await button(texts.try.run).click()
  await page.getByText(texts.try.proved).waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await button(common.save).click()
  await page.getByText(common.saved).first().waitFor()
})

it('puts a problem of a sample at the field that it comes from', async () => {
  const amount = page.getByLabel(texts.mapping.amount, { exact: true }).first()
  const right = await amount.inputValue()
  await amount.fill('kdt_name')
  await button(texts.try.run).click()
  await page.locator('.ant-form-item-explain-error').filter({ hasText: '不是以元为单位的金额' }).waitFor()
  await amount.fill(right)
  await button(texts.try.run).click()
  await page.locator('.result-items').getByText('¥128.50').waitFor()
  await until(async () => (await page.locator('.ant-form-item-explain-error').count()) === 0)
})

it('takes a signed message over HTTP, and the order stands on the timeline of its buyer', async () => {
  const address = await page.locator('.copyable pre').first().innerText()
  const body = await page.locator('.try-sample textarea').nth(1).inputValue()
  const sign = createHash('md5')
    .update(credentials.id + body + credentials.secret)
    .digest('hex')
  const post = (eventSign: string) =>
    fetch(`${server.url}${new URL(address).pathname}`, { method: 'POST', body, headers: { 'content-type': 'application/json', 'event-sign': eventSign } })
  expect((await post('wrong')).status).toBe(401)
  const answer = await post(sign)
  expect([answer.status, await answer.text()]).toEqual([200, '{"code":0,"msg":"success"}'])
  await page.getByRole('tab', { name: texts.tabs.deliveries }).click()
  await page.getByText(texts.outcomes.taken, { exact: true }).first().waitFor()
  await page.getByText(texts.outcomes.refused, { exact: true }).first().waitFor()
  const people = () =>
    page.request.get(`${server.url}/api/workspaces/1/people`).then(async (one) => ((await one.json()) as { items: { personId: number }[] }).items)
  const [buyer] = await until(async () => ((await people()).length > 0 ? people() : null))
  await go(`/people/${buyer!.personId}`)
  await page.getByText('完成订单').first().waitFor()
  await page.getByText('¥128.50').first().waitFor()
})

it('opens a refused message in the try-out, where the reason shows', async () => {
  await go('/data/connectors')
  await page.getByRole('link', { name: '有赞' }).click()
  await page.getByRole('tab', { name: texts.tabs.deliveries }).click()
  const refused = page.getByRole('row').filter({ hasText: texts.outcomes.refused })
  await refused.getByRole('button', { name: texts.deliveries.open }).click()
  await page.getByText(texts.try.notProved).waitFor()
  await page.getByText('签名不对').first().waitFor()
})

it('pulls a database: preview, run, orders', async () => {
  await createFrom('数据库拉取（PostgreSQL）')
  await page.getByLabel(texts.sql.host).fill(shop.door.host)
  await page.getByLabel(texts.sql.port, { exact: true }).fill(String(shop.door.port))
  await page.getByLabel(texts.sql.database).fill(shop.database)
  await page.getByLabel(texts.sql.user).fill(shop.user)
  await button(texts.preview.test).click()
  await page.getByText(texts.preview.failed).waitFor()
  await page.getByRole('combobox', { name: texts.sql.tls }).click()
  await page.getByTitle(texts.sql.tlsKinds.off).click()
  await button(texts.preview.run).click()
  await page.locator('.preview-rows').getByText('"order_id": "S-1"').waitFor()
  await page.locator('.result-items').getByText('¥19.90').waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await button(common.save).click()
  await page.getByText(common.saved).first().waitFor()
  await page.getByRole('tab', { name: texts.tabs.runs }).click()
  await button(texts.runs.start).click()
  const run = page.getByRole('row').filter({ hasText: texts.runs.states.finished })
  await run.waitFor()
  expect(await run.innerText()).toMatch(/手动[\s\S]*3/)
  const members = async () => (await (await page.request.get(`${server.url}/api/workspaces/1/people`)).json()) as { items: unknown[] }
  await until(async () => (await members()).items.length === 4)
})

it('fits a phone, and speaks English', async () => {
  await page.setViewportSize({ width: 390, height: 844 })
  for (const place of ['/data/connectors', '/data/connectors/new']) {
    await go(place)
    await page.locator('.panel, .connector-preset').first().waitFor()
    expect.soft([place, await scrollsSideways(page)]).toEqual([place, false])
  }
  await go('/data/connectors')
  for (const name of ['有赞', '数据库拉取（PostgreSQL）']) {
    await go('/data/connectors')
    await page.getByRole('link', { name }).click()
    await page.locator('.connector-save').waitFor()
    expect.soft([name, await scrollsSideways(page)]).toEqual([name, false])
    await page.getByRole('tab').nth(1).click()
    await page.locator('.data-table').waitFor()
    expect.soft([name, await scrollsSideways(page)]).toEqual([name, false])
  }
  await page.setViewportSize({ width: 1440, height: 1000 })
  await go('/data/connectors/new')
  await button(common.language.switch).click()
  await page.getByText(english.gallery.lead).waitFor()
  await button(`${english.gallery.choose} Youzan`).waitFor()
  expect(visitor.errors).toEqual([])
})
