import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { copyTemplate } from './template.ts'

const root = path.resolve(import.meta.dirname, '..')

export interface ServerUnderTest {
  url: string
  dataDir: string
  /** Everything it has printed. */
  output: () => string
  stop: () => Promise<void>
}

interface ServerOptions {
  /** Without the demo workspace. */
  empty?: boolean
  /** On a directory that nobody has used, as somebody starts who has just downloaded it; else on a copy of one that was started before. */
  firstRun?: boolean
  env?: Record<string, string>
}

/** The built server as a process of its own, on a free port and data of its own. */
export async function startServer({ empty = false, firstRun = false, env = {} }: ServerOptions = {}): Promise<ServerUnderTest> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'hongyan-e2e-'))
  const removeData = (): void => fs.rmSync(dataDir, { recursive: true, force: true })
  try {
    if (!firstRun) await copyTemplate(empty ? 'empty' : 'demo', dataDir, (template) => runServer(template, { empty }))
    const server = await runServer(dataDir, { empty, env })
    const stop = async (): Promise<void> => {
      await server.stop()
      removeData()
    }
    return { ...server, dataDir, stop }
  } catch (error) {
    removeData()
    throw error
  }
}

type RunningServer = Omit<ServerUnderTest, 'dataDir'>

async function runServer(dataDir: string, { empty, env = {} }: ServerOptions): Promise<RunningServer> {
  const child = spawn(process.execPath, [path.join(root, 'dist/server/src/main.js'), ...(empty === true ? ['--empty'] : [])], {
    cwd: root,
    env: { ...process.env, HONGYAN_DATA_DIR: dataDir, HONGYAN_PORT: '0', HONGYAN_LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (printed += bytes.toString()))
  const stop = (): Promise<void> => stopChild(child)
  try {
    const url = await until(() => {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${printed}`)
      return /^\s+(http:\/\/\S+)\n/m.exec(printed)?.[1]
    }, startMsMax)
    return { url, output: () => printed, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const killer = setTimeout(() => child.kill('SIGKILL'), 120_000)
  await ended
  clearTimeout(killer)
}

/** How long something may take to come: a ceiling for what never comes, on a machine that may be busy. */
const patienceMs = 180_000
/** How long a server may take to start, which with the demo is to make it. */
const startMsMax = 600_000
/** How long a page may take to lay itself out anew. */
const settleMs = 30_000

/** Waits until `look` answers something; rethrows what it throws. */
export async function until<Found>(
  look: () => Found | undefined | null | false | Promise<Found | undefined | null | false>,
  timeoutMs = patienceMs,
): Promise<Found> {
  const endMs = performance.now() + timeoutMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== null && found !== false) return found
    if (performance.now() > endMs) throw new Error(`not within ${timeoutMs} ms: ${look.toString().slice(0, 200)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Chromium of the system, without a display and without going out. */
export function startBrowser(): Promise<Browser> {
  // `npm test` says where it found, or put, a browser.
  const executablePath = process.env['HONGYAN_TEST_BROWSER'] ?? '/usr/bin/chromium'
  if (!fs.existsSync(executablePath))
    throw new Error('no Chromium found: install it (`apt-get install chromium fonts-noto-cjk`) or name one in HONGYAN_TEST_BROWSER')
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
}

export interface WatchedPage {
  page: Page
  /** Errors of the page so far: exceptions, and console errors except answers that a test provokes (4xx). */
  errors: string[]
}

/** A fresh visitor, who asks for no motion: what axe measures must not be half faded in. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(patienceMs)
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(`${page.url()}: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/the server responded with a status of 4\d\d/.test(message.text())) errors.push(`${page.url()}: ${message.text()}`)
  })
  return { page, errors }
}

/** Broken rules of accessibility on the page as it stands, one line each. */
export async function axeProblems(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze()
  return violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')}: ${node.failureSummary?.replaceAll(/\s+/g, ' ') ?? violation.help}`),
  )
}

/** Whether the page scrolls sideways, which no page may: also not once whatever follows the width of the window has followed it. */
export async function scrollsSideways(page: Page): Promise<boolean> {
  const fits = (): Promise<boolean> => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth + 1)
  return until(fits, settleMs).then(
    () => false,
    () => true,
  )
}

export interface DemoVisit {
  server: ServerUnderTest
  browser: Browser
  visitor: WatchedPage
}

/** A server with the demo, and its owner signed in on a fresh page. */
export async function visitDemo(options: BrowserContextOptions = {}): Promise<DemoVisit> {
  const server = await startServer()
  try {
    const browser = await startBrowser()
    const visitor = await openPage(browser, options)
    const { email, password } = JSON.parse(fs.readFileSync(path.join(server.dataDir, 'first-login.json'), 'utf8')) as { email: string; password: string }
    await visitor.page.request.post(`${server.url}/api/session`, { data: { email, password }, failOnStatusCode: true })
    return { server, browser, visitor }
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** The same visitor on a phone, in English and in the dark. */
export async function openOnPhone(browser: Browser, visitor: WatchedPage): Promise<WatchedPage> {
  const storageState = await visitor.page.context().storageState()
  const phone = await openPage(browser, { storageState, viewport: { width: 390, height: 844 }, colorScheme: 'dark', locale: 'en-GB' })
  await phone.page.addInitScript(() => localStorage.setItem('hongyan.preferences', JSON.stringify({ locale: 'en' })))
  return phone
}
