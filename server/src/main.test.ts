import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { isAlive, readPostmasterFile } from './platform/postgres/postmaster-file.ts'
import { projectPath } from './platform/project-root.ts'

let dataDir: string
const children: ChildProcess[] = []

beforeEach(() => {
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'hongyan-main-'))
  fs.chmodSync(dataDir, 0o755)
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL')
    await exitOf(child)
  }
  await vi.waitUntil(() => !postgresLives(), { timeout: 180_000 })
  fs.rmSync(dataDir, { recursive: true, force: true, maxRetries: 20 })
})

interface Product {
  child: ChildProcess
  output(): string
  /** Its address, once it is ready. */
  ready(): Promise<string>
}

const address = /^ +(http:\S+)\n/m

/** The program as a process of its own, on a free port. */
function start(environment: Record<string, string> = {}): Product {
  let output = ''
  const env = { ...process.env, HONGYAN_DATA_DIR: dataDir, HONGYAN_PORT: '0', HONGYAN_LOG_LEVEL: 'warn', ...environment }
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/src/main.ts', '--empty'], { cwd: projectPath(), env, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (output += bytes.toString()))
  return {
    child,
    output: () => output,
    ready: () =>
      vi.waitFor(
        () => {
          expect(output).toContain('Hongyan is ready')
          // The lines come one after the other.
          expect(output).toMatch(address)
          return address.exec(output)![1]!
        },
        { timeout: 180_000, interval: 50 },
      ),
  }
}

function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve) => child.once('exit', resolve))
}

function postgresLives(): boolean {
  return isAlive(readPostmasterFile(path.join(dataDir, 'postgres'))?.pid ?? 0)
}

const owner = { HONGYAN_OWNER_EMAIL: 'owner@example.com', HONGYAN_OWNER_PASSWORD: 'correct horse' }
const signIn = (url: string) =>
  fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email: owner.HONGYAN_OWNER_EMAIL, password: owner.HONGYAN_OWNER_PASSWORD }),
  })

test('starts with nothing there, creates the owner of the settings, stops cleanly, and starts again with its data', async () => {
  const first = start(owner)
  const url = await first.ready()
  await expect.poll(async () => (await fetch(`${url}/readyz`)).json()).toMatchObject({ status: 'ok' })
  expect((await signIn(url)).status).toBe(200)
  expect(fs.readFileSync(path.join(dataDir, 'first-login.json'), 'utf8')).not.toContain('correct horse')
  first.child.kill('SIGTERM')
  expect(await exitOf(first.child)).toBe(0)
  expect(postgresLives()).toBe(false)

  const second = start()
  expect((await signIn(await second.ready())).status).toBe(200)
})

test('finds its data after being killed, and refuses a second process on the same data', async () => {
  const first = start(owner)
  await first.ready()
  first.child.kill('SIGKILL')
  const second = start()
  expect((await signIn(await second.ready())).status).toBe(200)
  const third = start()
  expect(await exitOf(third.child)).toBe(1)
  expect(third.output()).toContain('Another Hongyan process is using the data directory')
  expect((await signIn(await second.ready())).status).toBe(200)
})

test('takes one Ctrl-C that arrives twice as one', async () => {
  const product = start()
  await product.ready()
  product.child.kill('SIGINT')
  product.child.kill('SIGINT')
  expect(await exitOf(product.child)).toBe(0)
})

test('names every wrong variable and ends', async () => {
  const product = start({ HONGYAN_PORT: 'x', HONGYAN_ROLES: 'boss', DATABASE_URL: 'mysql://x' })
  expect(await exitOf(product.child)).toBe(1)
  for (const name of ['HONGYAN_PORT', 'HONGYAN_ROLES', 'DATABASE_URL']) expect(product.output()).toContain(name)
})
