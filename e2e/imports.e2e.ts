import fs from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import data from '../console/src/locales/zh/data.json' with { type: 'json' }
import segments from '../console/src/locales/zh/segments.json' with { type: 'json' }
import common from '../console/src/locales/zh/common.json' with { type: 'json' }
import { dryRunOutcomeLabels } from '../contracts/import-foresight.ts'
import { axeProblems, openPage, scrollsSideways, startBrowser, startServer, until, type ServerUnderTest, type WatchedPage } from './support.ts'

let server: ServerUnderTest
let browser: Browser
let visitor: WatchedPage
let page: Page

const owner = { email: 'owner@example.com', password: 'eight wild geese', name: '林书', workspaceName: '云和茶铺' }

beforeAll(async () => {
  server = await startServer({ empty: true })
  browser = await startBrowser()
  visitor = await openPage(browser)
  page = visitor.page
  await page.request.post(`${server.url}/api/setup`, { data: owner, failOnStatusCode: true })
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const button = (name: string) => page.getByRole('button', { name, exact: true })
const fieldOf = (column: string) => page.getByRole('combobox', { name: data.imports.fieldOf.replace('{{column}}', column) })

/** Opens the choice of fields of a column; what is typed next narrows it. */
async function openFields(column: string): Promise<void> {
  await fieldOf(column).click()
  await page.locator('[role="combobox"]:focus').waitFor()
}

function write(name: string, lines: readonly string[]): string {
  const file = path.join(server.dataDir, name)
  fs.writeFileSync(file, lines.join('\n'))
  return file
}

async function upload(file: string): Promise<void> {
  await page.goto(`${server.url}/w/1/data/imports/new`)
  await page.locator('input[type=file]').setInputFiles(file)
  await page.getByText(data.imports.mappingTitle).waitFor()
}

/** Rows of an outcome in the picture of the dry run. */
async function counted(outcome: keyof typeof dryRunOutcomeLabels): Promise<number> {
  const row = page.locator('.dry-run-counts li').filter({ has: page.getByRole('button', { name: dryRunOutcomeLabels[outcome].zh, exact: true }) })
  return Number((await row.locator('b').textContent())?.replaceAll(',', ''))
}

it('reads a file with words above its header, lets that be put right, and makes an attribute on the way', async () => {
  const rows = Array.from({ length: 120 }, (_, index) => `1390000${1000 + index};顾客${index};${index % 3 === 0 ? '' : '金卡'};是`)
  await upload(write('members.csv', ['会员名单 2026;;;', '手机号;姓名;俱乐部级别;同意短信', ...rows, '123;坏号码;金卡;是', '13900001000;重复;金卡;是']))
  await page.getByText(data.imports.delimiters.semicolon, { exact: true }).waitFor()
  await button(data.imports.headerAt.replace('{{line}}', '2')).click()
  await page.getByText(data.imports.headerHelp).waitFor()
  await page.keyboard.press('Escape')
  await page.getByText(data.imports.headerHelp).waitFor({ state: 'hidden' })
  expect.soft(await axeProblems(page)).toEqual([])
  await openFields('俱乐部级别')
  await page.keyboard.type(data.imports.new_attribute.slice(0, 6))
  await page.locator('.ant-select-item-option').filter({ hasText: data.imports.new_attribute }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(data.imports.fieldKey).fill('club_level')
  await dialog.getByRole('button', { name: data.imports.create }).click()
  await dialog.waitFor({ state: 'hidden' })
  await until(async () => (await page.locator('.mapping-table').textContent())?.includes('俱乐部级别'))
})

it('says at the column when two go to one field', async () => {
  await openFields('姓名')
  await page.keyboard.type('手机号')
  await page
    .locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option')
    .filter({ hasText: /^手机号$/ })
    .click()
  await page.locator('.mapping-problem').first().waitFor()
  await expect.poll(() => page.locator('.mapping-wrong').count()).toBe(2)
  expect(await button(data.imports.toOptions).isDisabled()).toBe(true)
  await openFields('姓名')
  await page.keyboard.type('姓名')
  await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option').filter({ hasText: '姓名' }).first().click()
  await until(async () => (await page.locator('.mapping-wrong').count()) === 0)
})

it('keeps every choice over a reload, and shows what would happen before anything does', async () => {
  await button(data.imports.toOptions).click()
  await page.getByLabel(data.imports.consentProof).fill('2026 年会员日签署')
  await page.getByText(data.imports.existing.fillEmpty, { exact: true }).click()
  await page.reload()
  await page.getByLabel(data.imports.consentProof).waitFor()
  expect(await page.getByLabel(data.imports.consentProof).inputValue()).toBe('2026 年会员日签署')
  expect(await page.getByRole('radio', { name: data.imports.existing.fillEmpty }).isChecked()).toBe(true)
  expect.soft(await axeProblems(page)).toEqual([])
  await button(data.imports.toCheck).click()
  await page.getByText(data.dryRun.whole).waitFor()
  expect([await counted('new'), await counted('invalid'), await counted('duplicate')]).toEqual([120, 1, 1])
  await expect.poll(() => page.locator('.missing-bars').textContent()).toContain('俱乐部级别')
  expect.soft(await axeProblems(page)).toEqual([])
  const people = (await (await page.request.get(`${server.url}/api/workspaces/1/people`)).json()) as { total: number }
  expect(people.total).toBe(0)
  await page.reload()
  await page.getByText(data.dryRun.whole).waitFor()
})

it('imports, opens the people behind the numbers, and keeps the mapping for the next file', async () => {
  await button(data.imports.start).click()
  await page.getByText(data.imports.states.finished).first().waitFor()
  await page.getByText(data.imports.badRows).first().waitFor()
  await button(data.imports.saveMapping).click()
  await page.getByRole('dialog').getByRole('button', { name: common.save }).click()
  await page.getByText(data.imports.mappingSaved).waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await upload(write('members-again.csv', ['手机号;姓名;俱乐部级别;同意短信', '13900001000;顾客甲;黑金;是']))
  await page.getByText(data.imports.savedUsed.replace('{{name}}', 'members')).waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
})

it('keeps the people of an import as a segment', async () => {
  await page.goto(`${server.url}/w/1/data/imports`)
  await page.getByRole('link', { name: 'members.csv' }).click()
  await button(segments.keep.title).click()
  await page.getByRole('dialog').getByRole('button', { name: common.save }).click()
  await page.waitForURL(/\/segments\/[^/]+\/people$/)
  await page.getByRole('heading', { level: 1, name: 'members.csv' }).waitFor()
  const [, id] = /\/segments\/([^/]+)\//.exec(page.url())!
  const segment = (await (await page.request.get(`${server.url}/api/workspaces/1/segments/${id}`)).json()) as { kind: string; count: number }
  expect(segment).toMatchObject({ kind: 'static', count: 120 })
})

it('undoes an import, after saying what that means', async () => {
  await page.goto(`${server.url}/w/1/data/imports`)
  await page.getByRole('link', { name: 'members.csv' }).click()
  await button(data.undo.verb).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(data.undo.counts.peopleRemoved).waitFor()
  expect.soft(await axeProblems(page)).toEqual([])
  await dialog.getByRole('button', { name: data.undo.verb }).click()
  await page.getByText(data.undo.states.finished).first().waitFor()
  await until(async () => ((await (await page.request.get(`${server.url}/api/workspaces/1/people`)).json()) as { total: number }).total === 0)
})

it('stands on a phone', async () => {
  await page.setViewportSize({ width: 390, height: 844 })
  for (const address of ['/data/imports', '/data/imports/new']) {
    await page.goto(`${server.url}/w/1${address}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect([address, await scrollsSideways(page)]).toEqual([address, false])
  }
  expect(visitor.errors).toEqual([])
})
