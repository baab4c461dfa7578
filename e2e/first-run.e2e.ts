import fs from 'node:fs'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import access from '../console/src/locales/zh/access.json' with { type: 'json' }
import common from '../console/src/locales/zh/common.json' with { type: 'json' }
import data from '../console/src/locales/zh/data.json' with { type: 'json' }
import overview from '../console/src/locales/zh/overview.json' with { type: 'json' }
import settings from '../console/src/locales/zh/settings.json' with { type: 'json' }
import { axeProblems, openOnPhone, openPage, scrollsSideways, startBrowser, startServer, until, type ServerUnderTest, type WatchedPage } from './support.ts'

let server: ServerUnderTest
let browser: Browser
let visitor: WatchedPage

const owner = { email: 'owner@example.com', password: 'eight wild geese', name: '林书', workspaceName: '云和茶铺' }

beforeAll(async () => {
  server = await startServer({ empty: true, firstRun: true })
  browser = await startBrowser()
  visitor = await openPage(browser)
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

it('asks the first visitor for an owner and a workspace, and lets them in', async () => {
  const { page } = visitor
  await page.goto(server.url)
  await page.getByRole('heading', { name: access.setup.title }).waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await page.getByLabel(access.setup.workspaceName).fill(owner.workspaceName)
  await page.getByLabel(access.setup.name).fill(owner.name)
  await page.getByLabel(access.email).fill(owner.email)
  await page.getByLabel(access.password).fill('short')
  await page.getByRole('button', { name: access.setup.verb }).click()
  await page.locator('.ant-form-item-explain-error').waitFor()
  await page.getByLabel(access.password).fill(owner.password)
  await page.getByRole('button', { name: access.setup.verb }).click()
  await page.getByText(overview.firstSteps.title).waitFor()
  expect(await page.getByRole('button', { name: owner.workspaceName }).count()).toBe(1)
  expect.soft(await axeProblems(page)).toEqual([])
})

it('signs out, refuses a wrong password in words, and signs in again to where one was going', async () => {
  const { page } = visitor
  await page.getByRole('button', { name: common.user.menu.replace('{{name}}', owner.name) }).click()
  await page.getByRole('menuitem', { name: common.user.signOut }).click()
  await page.getByRole('heading', { name: access.signIn.title }).waitFor()
  await page.goto(`${server.url}/w/1/data/sources`)
  await page.getByRole('heading', { name: access.signIn.title }).waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await page.getByLabel(access.email).fill(owner.email)
  await page.getByLabel(access.password).fill('not the password')
  await page.getByRole('button', { name: access.signIn.verb }).click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel(access.password).fill(owner.password)
  await page.getByRole('button', { name: access.signIn.verb }).click()
  await page.getByRole('heading', { name: data.sources.title, exact: true }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/w/1/data/sources')
})

it('creates a source, shows its key once, and takes what is written with it', async () => {
  const { page } = visitor
  await page.getByText(data.sources.empty).waitFor()
  await page.getByRole('button', { name: data.sources.create }).first().click()
  await page.getByLabel(data.sources.name).fill('小程序商城')
  await page.getByRole('button', { name: common.create, exact: true }).click()
  const key = await page.locator('.shown-once pre').first().textContent()
  expect(key).toBeTruthy()
  expect.soft(await axeProblems(page)).toEqual([])
  await page.getByRole('button', { name: data.sources.keyKept }).click()
  const answer = await fetch(`${server.url}/v1/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` },
    body: JSON.stringify({
      batch: [
        { type: 'identify', userId: 'u-1', traits: { phone: '13800001234', name: '李雷' } },
        { type: 'track', userId: 'u-1', event: 'Order Completed', properties: { order_id: 'A-1', total: 128.5 } },
      ],
    }),
  })
  expect(answer.status).toBe(200)
  const waiting = async () => ((await (await page.request.get(`${server.url}/api/workspaces/1/inbox`)).json()) as { waiting: number }).waiting
  await until(async () => (await waiting()) === 0)
  await page.goto(`${server.url}/w/1/data/events`)
  await page.getByRole('link', { name: 'Order Completed' }).waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
})

it('imports people from a CSV: columns recognised, consent proved, bad rows explained', async () => {
  const { page } = visitor
  const file = path.join(server.dataDir, '..', `${path.basename(server.dataDir)}-people.csv`)
  const rows = Array.from({ length: 300 }, (_, index) => `1390000${String(1000 + index)},顾客${index},${index % 2 ? '杭州' : '上海'},是`)
  fs.writeFileSync(file, `手机号,姓名,城市,同意短信\n${rows.join('\n')}\n123,坏号码,杭州,是\n`)
  await page.goto(`${server.url}/w/1/data/imports/new`)
  await page.getByText(data.imports.whatIsInIt).waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await page.locator('input[type=file]').setInputFiles(file)
  await page.getByText(data.imports.mappingTitle).waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await page.getByRole('button', { name: data.imports.toOptions }).click()
  const check = page.getByRole('button', { name: data.imports.toCheck, exact: true })
  await page.getByLabel(data.imports.consentProof).waitFor()
  expect(await check.isDisabled()).toBe(true)
  await page.getByLabel(data.imports.consentProof).fill('2025 年会员注册页勾选')
  expect.soft(await axeProblems(page)).toEqual([])
  await check.click()
  await page.getByText(data.dryRun.whole).waitFor()
  await page.getByRole('button', { name: data.imports.start, exact: true }).click()
  await page.getByText(data.imports.states.finished).first().waitFor()
  await page.getByText(data.imports.badRows).waitFor()
  await expect.poll(() => page.locator('.stat-value').allTextContents()).toContain('300')
  expect.soft(await axeProblems(page)).toEqual([])
  fs.rmSync(file)
})

it('keeps the contact policy, and says in the audit who changed it', async () => {
  const { page } = visitor
  await page.goto(`${server.url}/w/1/settings/workspace`)
  await page.getByLabel(settings.workspace.capMessages).fill('3')
  await page.getByRole('button', { name: common.save }).click()
  await page.getByText(common.saved).first().waitFor()
  await page.goto(`${server.url}/w/1/settings/audit`)
  await page.getByText(settings.audit.verbs.update.replace('{{noun}}', settings.audit.nouns.workspace)).first().waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
})

it('makes the form of an account from what the provider asks for, and says why it can not connect', async () => {
  const { page } = visitor
  await page.goto(`${server.url}/w/1/settings/accounts?create=1`)
  const form = page.getByRole('dialog')
  await form.getByRole('radio', { name: /SMPP/ }).check()
  await form.getByRole('button', { name: common.save }).click()
  await form.locator('.ant-form-item-explain-error').first().waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await form.getByRole('radio', { name: /沙箱/ }).check()
  await form.getByLabel(settings.accounts.name, { exact: true }).fill('试验通道')
  // Nothing listens on the discard port: a real refusal, not a made-up one.
  await form.getByLabel('接口地址').fill('http://127.0.0.1:9')
  await form.getByLabel('密钥').fill('not a real secret')
  await form.getByRole('button', { name: common.save }).click()
  await form.waitFor({ state: 'detached' })
  await page.getByRole('heading', { name: '试验通道' }).waitFor()
  await page.getByRole('button', { name: settings.accounts.check }).click()
  await page.locator('.check-result .state-bad').waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
})

it('finds a page by the command palette, by keyboard alone', async () => {
  const { page } = visitor
  await page.goto(`${server.url}/w/1`)
  await page.locator('.page-header').waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await page.keyboard.type(settings.members.title)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: settings.members.title, exact: true }).waitFor()
})

it.for([
  '',
  '/data/imports',
  '/data/imports/new',
  '/data/sources',
  '/data/events',
  '/data/inbox',
  '/settings/workspace',
  '/settings/accounts',
  '/settings/members',
  '/settings/api-keys',
  '/settings/audit',
  '/settings/profile',
])('page %s fits a phone and speaks English, in the dark, without breaking a rule of accessibility', async (place) => {
  const { page, errors } = await openOnPhone(browser, visitor)
  await page.goto(`${server.url}/w/1${place}`)
  await page.locator('.page-header').waitFor()
  await page.waitForLoadState('networkidle')
  expect(await scrollsSideways(page)).toBe(false)
  expect.soft(await axeProblems(page)).toEqual([])
  expect(errors).toEqual([])
  await page.context().close()
})

it('throws nothing on the way', () => {
  expect(visitor.errors).toEqual([])
})
