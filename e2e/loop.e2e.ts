import fs from 'node:fs'
import path from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { CampaignReport } from '../contracts/campaigns.ts'
import type { Rule } from '../contracts/rule.ts'
import english from '../console/src/locales/en/common.json' with { type: 'json' }
import access from '../console/src/locales/zh/access.json' with { type: 'json' }
import campaigns from '../console/src/locales/zh/campaigns.json' with { type: 'json' }
import common from '../console/src/locales/zh/common.json' with { type: 'json' }
import content from '../console/src/locales/zh/content.json' with { type: 'json' }
import data from '../console/src/locales/zh/data.json' with { type: 'json' }
import insight from '../console/src/locales/zh/insight.json' with { type: 'json' }
import overview from '../console/src/locales/zh/overview.json' with { type: 'json' }
import people from '../console/src/locales/zh/people.json' with { type: 'json' }
import settings from '../console/src/locales/zh/settings.json' with { type: 'json' }
import { startSandboxNetwork, type SandboxNetwork } from '../server/src/channels/index.ts'
import { freePort } from '../server/test/free-port.ts'
import { axeProblems, openPage, scrollsSideways, startBrowser, startServer, until, type ServerUnderTest, type WatchedPage } from './support.ts'

/**
 * The whole job by hand in a browser: set up, import, look, write, connect, send, read. What is typed in is English, so that in the English console any
 * Chinese left is a text that nobody translated.
 */
const owner = { email: 'owner@example.com', password: 'eight wild geese', name: 'Lin Shu', workspaceName: 'Tea House' }
/** Numbers whose end decides their fate in the sandbox network: …0001 is switched off, …0005 answers TD. */
const phones = Array.from({ length: 180 }, (_, index) => {
  if (index % 30 === 5) return `1381${100 + index}0005`
  return index % 30 === 7 ? `1381${100 + index}0001` : `1390000${1000 + index}`
})
const known = { phone: phones[0]!, name: 'Customer 0' }

let server: ServerUnderTest
let browser: Browser
let visitor: WatchedPage
let page: Page
let network: SandboxNetwork

beforeAll(async () => {
  // Callback addresses name the port, so it can not be any that is free at that moment.
  server = await startServer({ empty: true, env: { HONGYAN_PORT: String(await freePort()) } })
  browser = await startBrowser()
  visitor = await openPage(browser)
  page = visitor.page
})

afterAll(async () => {
  await browser?.close()
  await network?.stop()
  await server?.stop()
})

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await takeShot(page, `failed ${task.name.slice(0, 40)}`)
})

const go = async (place: string): Promise<void> => {
  await page.goto(`${server.url}/w/1${place}`)
  await page.locator('.page-header').waitFor()
}
/** Calls the product's API as the signed-in page would. */
const api = async <Answer>(method: string, place: string, body?: unknown): Promise<Answer> => {
  const url = `${server.url}/api/workspaces/1${place}`
  const answer = await page.request.fetch(url, { method, ...(body === undefined ? {} : { data: body }), headers: { origin: server.url } })
  expect([place, answer.status()]).toEqual([place, 200])
  return (await answer.json()) as Answer
}
const button = (name: string, within: Page | Locator = page): Locator => within.getByRole('button', { name, exact: true })
const stat = (label: string): Locator => page.locator('.stat').filter({ has: page.getByText(label, { exact: true }) })
const numberOf = async (label: string): Promise<number> => Number((await stat(label).locator('.stat-value').textContent())?.replaceAll(',', ''))

/** Chooses in a select of antd by typing. */
async function choose(label: string, words: string): Promise<void> {
  await page.getByRole('combobox', { name: label }).click()
  await page.keyboard.type(words)
  await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option-active').filter({ hasText: words }).waitFor()
  await page.keyboard.press('Enter')
}

async function importCsv(target: 'people' | 'orders', lines: readonly string[]): Promise<void> {
  const file = path.join(server.dataDir, `${target}.csv`)
  fs.writeFileSync(file, lines.join('\n'))
  await go(`/data/imports/new?target=${target}`)
  await page.locator('input[type=file]').setInputFiles(file)
  await page.getByText(data.imports.mappingTitle).waitFor()
  await button(data.imports.toOptions).click()
  await button(data.imports.toCheck).waitFor()
}

it('sets the product up and turns quiet hours off', async () => {
  await page.goto(server.url)
  await page.getByLabel(access.setup.workspaceName).fill(owner.workspaceName)
  await page.getByLabel(access.setup.name).fill(owner.name)
  await page.getByLabel(access.email).fill(owner.email)
  await page.getByLabel(access.password).fill(owner.password)
  await button(access.setup.verb).click()
  await page.getByText(overview.firstSteps.title).waitFor()
  await go('/settings/workspace')
  const quietHours = page.getByRole('switch', { name: settings.workspace.quietHours })
  expect(await quietHours.isChecked()).toBe(true)
  await quietHours.click()
  await button(common.save).click()
  await page.getByText(common.saved).first().waitFor()
  await page.reload()
  expect(await page.getByRole('switch', { name: settings.workspace.quietHours }).isChecked()).toBe(false)
})

it('imports customers, and lists the rows that are no good with their reasons', async () => {
  const good = phones.map((phone, index) => `${phone},Customer ${index},${index % 2 ? 'Hangzhou' : 'Shanghai'},yes`)
  await importCsv('people', [
    'phone,name,city,sms consent',
    ...good,
    '12345,Short number,Hangzhou,yes',
    ',Nobody,Hangzhou,yes',
    'not a phone,Words,Hangzhou,no',
  ])
  expect(await button(data.imports.toCheck).isDisabled()).toBe(true)
  await page.getByLabel(data.imports.consentProof).fill('Ticked at registration, 2025')
  await button(data.imports.toCheck).click()
  await page.getByText(data.dryRun.whole).waitFor()
  await button(data.imports.start).click()
  await page.getByText(data.imports.states.finished).first().waitFor()
  await until(async () => (await numberOf(data.imports.rowsGood)) === 180)
  expect(await numberOf(data.imports.rowsBad)).toBe(3)
  const bad = page.getByRole('table').filter({ hasText: data.imports.lineNumber })
  await bad.getByText('182').waitFor()
  expect(await bad.locator('tbody tr:not([aria-hidden])').allInnerTexts()).toEqual([
    expect.stringMatching(/182[\s\S]*位数不够/),
    expect.stringMatching(/183[\s\S]*(认出|手机号)/),
    expect.stringMatching(/184[\s\S]*有效的手机号/),
  ])
  expect.soft(await axeProblems(page)).toEqual([])
})

it('imports orders, finds a customer by the whole phone, and shows what they did', async () => {
  const lines = phones.slice(0, 60).map((phone, index) => `${phone},T-${index},2026-01-${String(1 + (index % 28)).padStart(2, '0')} 10:30,${88 + index}.50`)
  await importCsv('orders', ['phone,order id,ordered at,amount', ...lines])
  await button(data.imports.toCheck).click()
  await button(data.imports.start).click()
  await page.getByText(data.imports.states.finished).first().waitFor()
  await until(async () => (await numberOf(data.imports.rowsGood)) === 60)
  await go('/people')
  await page.getByPlaceholder(people.search).fill(known.phone)
  await until(async () => (await page.getByRole('table').locator('tbody tr:not([aria-hidden])').count()) === 1)
  await expect.poll(() => page.getByRole('table').innerText()).toContain('139****1000')
  expect(await page.getByRole('table').innerText()).not.toContain(known.phone)
  await page.getByRole('link', { name: known.name }).click()
  await page.getByRole('heading', { name: known.name }).waitFor()
  const timeline = page.locator('.timeline-item')
  await timeline.first().waitFor()
  expect(await timeline.first().innerText()).toMatch(/10:30[\s\S]*T-0[\s\S]*88\.50/)
  expect.soft(await axeProblems(page)).toEqual([])
})

it('writes a template that counts its characters while one types', async () => {
  await go('/templates/new')
  await page.getByLabel(content.templates.name, { exact: true }).fill('Spring tea')
  await page.getByLabel(content.templates.signature).fill('TeaHouse')
  const body = page.getByLabel(content.templates.body)
  await body.fill('{{ name | default: "friend" }}, the spring tea is here.')
  const units = page.locator('.preview-units b')
  await units.waitFor()
  await expect.poll(() => units.innerText()).toMatch(/按 1 条计费/)
  await body.press('End')
  await page.keyboard.type(' Come and taste it before the end of the month: a cup is on us.')
  await expect.poll(() => units.innerText()).toMatch(/按 2 条计费/)
  await page.getByLabel(content.templates.optOutText).fill('Reply TD to stop')
  await page.locator('.sms-bubble').filter({ hasText: 'Reply TD to stop' }).waitFor()
  await button(content.editor.save).click()
  await page.getByText(content.editor.saved).first().waitFor()
})

it('connects the sandbox network by the form of its settings', async () => {
  const { writeKey } = await api<{ writeKey: string }>('POST', '/sources', { name: 'Web shop' })
  network = await startSandboxNetwork({
    port: 0,
    seed: 3,
    speed: 100,
    behaviour: { emptyNumberShare: 0, blacklistedShare: 0, switchedOffShare: 0, flowControlShare: 0, blockedShare: 0, noReceiptShare: 0, replyShare: 0 },
    shop: { collectUrl: server.url, writeKey, orderShare: 1, orderSeconds: [10, 200], totalYuan: [39, 480] },
  })
  await go('/settings/accounts?create=1')
  const form = page.getByRole('dialog')
  await form.getByRole('radio', { name: /沙箱/ }).check()
  await form.getByLabel(settings.accounts.name, { exact: true }).fill('Sandbox')
  await form.getByLabel('接口地址').fill(network.url)
  await form.getByLabel('密钥').fill('a key of the tea house')
  // Slow enough to be paused on the way, whatever else the machine does.
  await form.getByLabel(settings.accounts.rate).fill('1')
  await button(common.save, form).click()
  await form.waitFor({ state: 'detached' })
  await button(settings.accounts.check).click()
  await page.locator('.check-result .state-good').waitFor()
})

it('drafts a campaign, and says what a launch would do before anything is sent', async () => {
  const rule: Rule = { kind: 'hasAddress', channel: 'sms' }
  await api('POST', '/segments', { name: 'Everyone with a phone', rule })
  await go('/campaigns')
  await button(campaigns.list.create).first().click()
  await page.getByRole('heading', { name: campaigns.draft.untitled }).waitFor()
  await page.getByLabel(campaigns.draft.name, { exact: true }).fill('Spring tea')
  await page.getByLabel(campaigns.draft.type).fill('New arrival')
  await choose(campaigns.draft.segment, 'Everyone')
  await choose(campaigns.draft.template, 'Spring')
  await choose(campaigns.draft.account, 'Sandbox')
  await page.getByRole('slider', { name: campaigns.draft.controlPercent }).focus()
  for (let step = 0; step < 10; step++) await page.keyboard.press('ArrowRight')
  const estimate = page.locator('.estimate')
  await until(async () => {
    const shown = await estimate.innerText()
    const control = Number(new RegExp(`${campaigns.estimate.control}\\s+(\\d+)`).exec(shown)?.[1] ?? 0)
    return shown.includes('180') && control > 18
  })
  await expect.poll(() => estimate.innerText()).toContain('Reply TD to stop')
  expect(network.accepted()).toBe(0)
  expect.soft(await axeProblems(page)).toEqual([])
})

it('launches it, pauses and resumes it, and sees the numbers move until they add up', async () => {
  await until(() => button(campaigns.launch.button).isEnabled())
  await button(campaigns.launch.button).click()
  await button(campaigns.launch.confirm).click()
  await stat(campaigns.report.sent).waitFor()
  await until(async () => (await numberOf(campaigns.report.sent)) > 0)
  await button(campaigns.run.pause).click()
  await button(campaigns.run.pause, page.getByRole('dialog')).click()
  await button(campaigns.run.resume).waitFor()
  const held = await until(async () => {
    const [shown, taken] = [await numberOf(campaigns.report.sent), network.accepted()]
    return shown === taken ? taken : undefined
  })
  expect(held).toBeLessThan(130)
  const [account] = (await api<{ items: { id: string }[] }>('GET', '/accounts')).items
  await api('PATCH', `/accounts/${account!.id}`, { ratePerSecond: 100 })
  await button(campaigns.run.resume).click()
  await until(async () => (await numberOf(campaigns.report.sent)) > held)
  await page.getByText('已完成').first().waitFor()
  const planned = await numberOf(campaigns.report.planned)
  expect(planned).toBe(180)
  await until(async () => {
    const { campaign } = await api<CampaignReport>('GET', `/campaigns/${campaignId()}/report`)
    const { sent, delivered, failed, control } = campaign.progress
    return sent + control === planned && delivered + failed === sent && (await numberOf(campaigns.report.delivered)) === delivered
  })
  expect(network.accepted()).toBe(await numberOf(campaigns.report.sent))
  await until(async () => (await numberOf(campaigns.report.converted)) > 20)
  expect.soft(await axeProblems(page)).toEqual([])
})

const campaignId = (): string => /campaigns\/([\w-]+)/.exec(page.url())?.[1] ?? ''

it('opens the people behind a number', async () => {
  const delivered = await numberOf(campaigns.report.delivered)
  await stat(campaigns.report.delivered).getByRole('link').first().click()
  await page.getByRole('heading', { name: people.title, exact: true }).waitFor()
  await until(async () => (await page.locator('.page-header').innerText()).includes(String(delivered)))
  await page.goBack()
  await stat(campaigns.report.sent).waitFor()
})

it('lists who asked to stop, and keeps their numbers from being written to', async () => {
  await go('/replies')
  const rows = page.getByRole('table').locator('tbody tr:not([aria-hidden])')
  await until(async () => (await rows.filter({ hasText: campaigns.replies.kinds.optOut }).count()) >= 3)
  await rows.first().getByRole('link').first().click()
  await page.getByText(people.person.suppressed).first().waitFor()
  await until(async () => (await page.locator('.timeline-item').count()) >= 3)
  await go('/suppressions')
  await until(async () => (await rows.filter({ hasText: '138****0005' }).filter({ hasText: campaigns.suppressions.reasons.optedOut }).count()) >= 3)
})

it('finds a person by the command palette', async () => {
  await go('')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').waitFor()
  await page.keyboard.type(known.phone)
  await page.getByRole('option', { name: known.name }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: known.name }).waitFor()
})

/** Places of the console with something on them, by what has to be there before one looks. Sources, inbox and settings are looked at in `first-run`. */
const places: readonly [place: string, marker: string][] = [
  ['', '.stat-value'],
  ['/data/imports', 'tbody a'],
  ['/data/events', 'tbody a'],
  ['/people', 'tbody a'],
  ['/people/1', '.identities'],
  ['/people/1?view=history', '.timeline-item'],
  ['/segments', 'tbody a'],
  ['/layers', '.page-header'],
  ['/templates', 'tbody a'],
  ['/campaigns', 'tbody a'],
  ['/campaigns/LAUNCHED', '.stat-value'],
  ['/messages', 'tbody a'],
  ['/replies', 'tbody a'],
  ['/suppressions', 'tbody tr'],
  ['/insight/campaigns', 'tbody a'],
]

let launched: string | undefined
async function placed(place: string): Promise<string> {
  launched ??= (await api<{ items: { id: string }[] }>('GET', '/campaigns')).items[0]!.id
  return `${server.url}/w/1${place.replace('LAUNCHED', launched)}`
}

/** Lines with Han characters, except where a language names itself and where a reply's own word is meant. */
const chineseOn = (shown: Page): Promise<string[]> =>
  shown.evaluate(() =>
    (document.body.innerText.replaceAll('“退订”', '').match(/[^\n]*\p{Script=Han}[^\n]*/gu) ?? []).filter((line) => !['鸿雁', '中'].includes(line.trim())),
  )

const views = {
  'at a desk, by day, in Chinese': { viewport: { width: 1440, height: 900 }, colorScheme: 'light', locale: 'zh' },
  'on a phone, in the dark, in English': { viewport: { width: 390, height: 844 }, colorScheme: 'dark', locale: 'en' },
} as const

describe.for(Object.entries(views))('%s, nothing is out of place', ([view, { viewport, colorScheme, locale }]) => {
  let watched: WatchedPage
  beforeAll(async () => {
    watched = await openPage(browser, { storageState: await page.context().storageState(), viewport, colorScheme })
    await watched.page.addInitScript((chosen) => localStorage.setItem('hongyan.preferences', JSON.stringify({ locale: chosen })), locale)
  })
  afterAll(() => watched.page.context().close())

  it.for(places)('%s', async ([place, marker]) => {
    const { page: shown, errors } = watched
    await shown.goto(await placed(place))
    await shown.locator(marker).first().waitFor()
    await until(async () => (await shown.locator('.ant-skeleton').count()) === 0)
    await takeShot(shown, `${place} ${view.slice(0, 7)}`)
    expect.soft(await axeProblems(shown)).toEqual([])
    expect.soft(await scrollsSideways(shown)).toBe(false)
    expect.soft(locale === 'en' ? await chineseOn(shown) : []).toEqual([])
    expect(errors.splice(0)).toEqual([])
  })
})

/** Pictures for the eye, where a folder for them is named. */
async function takeShot(shown: Page, name: string): Promise<void> {
  const folder = process.env['HONGYAN_TEST_SHOTS']
  if (folder === undefined) return
  fs.mkdirSync(folder, { recursive: true })
  // Charts are drawn a moment after their numbers came.
  await shown.waitForLoadState('networkidle')
  await shown.screenshot({ path: path.join(folder, `${name.replaceAll('/', '_') || '_'}.png`), fullPage: true })
}

it('changes language and light by its buttons, and remembers both', async () => {
  await go('')
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const light = await background()
  await page.getByRole('button', { name: common.appearance.toDark }).click()
  await expect.poll(background).not.toBe(light)
  const dark = await background()
  await page.getByRole('button', { name: common.language.switch }).click()
  await page.getByRole('button', { name: english.appearance.toLight }).waitFor()
  await page.reload()
  await page.getByRole('button', { name: english.appearance.toLight }).waitFor()
  await expect.poll(background).toBe(dark)
  await page.getByRole('button', { name: english.language.switch }).click()
  await page.getByRole('button', { name: common.appearance.toLight }).click()
  await expect.poll(background).toBe(light)
})

it('signs out and in by keyboard alone', async () => {
  await go('')
  await page.getByRole('button', { name: common.user.menu.replace('{{name}}', owner.name) }).focus()
  await page.keyboard.press('Enter')
  const out = page.getByRole('menuitem', { name: common.user.signOut })
  await out.waitFor()
  // A menu moves the focus with the next frame after an arrow: a key pressed before that goes to the item left behind.
  await until(async () => {
    if (await out.evaluate((item) => item === document.activeElement)) return true
    await page.keyboard.press('ArrowDown')
    return false
  })
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: access.signIn.title }).waitFor()
  await until(() => page.evaluate(() => document.activeElement?.tagName === 'INPUT'))
  await page.keyboard.type(owner.email)
  await page.keyboard.press('Tab')
  await page.keyboard.type(owner.password)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: owner.workspaceName }).waitFor()
})

it('compares the campaign with others, by type', async () => {
  await go('/insight/campaigns')
  await page.getByText('Spring tea').first().waitFor()
  await page.getByText(insight.title).first().waitFor()
})

it('throws nothing on the way', () => {
  expect(visitor.errors).toEqual([])
})
