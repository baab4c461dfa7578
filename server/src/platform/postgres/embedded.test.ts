import { execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLog } from '../log.ts'
import { projectPath } from '../project-root.ts'
import { connect } from './connect.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded.ts'
import { lockInstallation } from './installation-lock.ts'
import { isAlive } from './postmaster-file.ts'
import { throwawaySettings } from './settings.ts'

const log = createLog({ level: 'fatal' })
const runsAsRoot = process.getuid?.() === 0
let folder: string
let dataDir: string
const running: EmbeddedPostgres[] = []

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hongyan-embedded-'))
  fs.chmodSync(folder, 0o755)
  dataDir = path.join(folder, 'postgres')
})
afterEach(async () => {
  for (const postgres of running.splice(0)) await postgres.stop()
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
})

async function start(options: { onRestart?: (reason: string) => void } = {}): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, settings: throwawaySettings, ...options })
  running.push(postgres)
  return postgres
}

async function query(postgres: EmbeddedPostgres, text: string): Promise<Record<string, unknown>[]> {
  const { pool, close } = connect(postgres.address, { log, connectionsMax: 1 })
  try {
    return (await pool.query<Record<string, unknown>>(text)).rows
  } finally {
    await close()
  }
}

test('starts with nothing there, is closed to everybody else, stops, and keeps its data', async () => {
  const first = await start()
  await query(first, 'create table kept as select 1 as one')
  expect(await query(first, 'show listen_addresses')).toEqual([{ listen_addresses: '' }])
  expect(fs.statSync(first.address.host).mode & 0o777).toBe(0o700)
  await first.stop()
  expect(isAlive(first.pid())).toBe(false)
  const second = await start()
  expect(second.adopted).toBe(false)
  expect(await query(second, 'select one from kept')).toEqual([{ one: 1 }])
})

test('takes over the one that is already running instead of starting a second', async () => {
  const first = await start()
  const second = await start()
  expect(second).toMatchObject({ adopted: true })
  expect(second.pid()).toBe(first.pid())
  first.leave()
})

test('starts PostgreSQL again when it is killed, for the same clients', async () => {
  const reasons: string[] = []
  const postgres = await start({ onRestart: (reason) => reasons.push(reason) })
  const { pool, close } = connect(postgres.address, { log })
  await pool.query('create table kept as select 1 as one')
  await pool.query('checkpoint')
  const killed = postgres.pid()
  process.kill(killed, 'SIGKILL')
  await vi.waitFor(() => expect(postgres.pid()).not.toBe(killed), { timeout: 180_000, interval: 50 })
  // The connections of the old one fail; the pool opens new ones by itself.
  await vi.waitFor(async () => expect((await pool.query('select one from kept')).rows).toEqual([{ one: 1 }]), { timeout: 180_000, interval: 50 })
  expect(reasons).toEqual(['PostgreSQL ended unexpectedly'])
  await close()
})

test('starts over the file that a killed PostgreSQL left, also when its process id belongs to another program now', async () => {
  const first = await start()
  await first.stop()
  for (const pid of [4_194_000, process.pid]) {
    fs.writeFileSync(path.join(dataDir, 'postmaster.pid'), [pid, dataDir, 1, 5432, first.address.host, '', '0 0', 'ready', ''].join('\n'))
    const postgres = await start()
    expect(postgres.adopted).toBe(false)
    await postgres.stop()
  }
})

test('ends with the process that started it, even when that is killed; the next start finds the data', async () => {
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(path.join(import.meta.dirname, 'embedded.ts'))}
    const postgres = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)} })
    process.stdout.write(String(postgres.pid()))`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { cwd: projectPath(), stdio: ['ignore', 'pipe', 'inherit'] })
  const pid = await new Promise<number>((resolve) => child.stdout.once('data', (bytes: Buffer) => resolve(Number(bytes.toString()))))
  expect(isAlive(pid)).toBe(true)
  child.kill('SIGKILL')
  const postgres = await start()
  expect(await query(postgres, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('throws away what a kill in the middle of the first initialisation left', async () => {
  fs.mkdirSync(dataDir, { mode: 0o700 })
  fs.writeFileSync(path.join(dataDir, 'PG_VERSION'), '18\n')
  fs.writeFileSync(`${dataDir}.unfinished`, '')
  expect(await query(await start(), 'select 1 as one')).toEqual([{ one: 1 }])
})

test('keeps its hands off a folder with something else in it', async () => {
  fs.mkdirSync(dataDir, { mode: 0o700 })
  fs.writeFileSync(path.join(dataDir, 'holiday.jpg'), 'x')
  await expect(start()).rejects.toThrow(/initdb/)
  expect(fs.readdirSync(dataDir)).toEqual(['holiday.jpg'])
})

test.runIf(runsAsRoot)('runs as another account when started as root, also below a folder that only root may enter', async () => {
  fs.chmodSync(folder, 0o700)
  const postgres = await start()
  const uid = /^Uid:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${postgres.pid()}/status`, 'utf8'))?.[1]
  expect(Number(uid)).toBeGreaterThan(0)
  expect(await query(postgres, 'select 1 as one')).toEqual([{ one: 1 }])
})

test.runIf(runsAsRoot)('runs without root', async () => {
  fs.chmodSync(folder, 0o777)
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(path.join(import.meta.dirname, 'embedded.ts'))}
    const postgres = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)} })
    await postgres.stop()
    process.stdout.write('stopped')`
  const args = ['--reuid', '65534', '--regid', '65534', '--clear-groups', '--', process.execPath, '--import', 'tsx', '--input-type=module', '-e', script]
  expect(execFileSync('setpriv', args, { cwd: projectPath(), encoding: 'utf8', env: { ...process.env, HOME: '/tmp', TMPDIR: folder } })).toBe('stopped')
  expect(fs.statSync(dataDir).uid).toBe(65_534)
})

test('lets one process use an installation, and the next one when it is gone', async () => {
  const postgres = await start()
  const lock = await lockInstallation(postgres.address, folder)
  await expect(lockInstallation(postgres.address, folder, { waitMsMax: 300 })).rejects.toThrow('Another Hongyan process is using the data directory')
  const waiting = lockInstallation(postgres.address, folder)
  await lock.release()
  await (await waiting).release()
})
