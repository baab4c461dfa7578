import type { ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { Runner } from './account.ts'
import { isAlive, readPostmasterFile, removeMisleadingFile } from './postmaster-file.ts'
import type { PostgresSettings } from './settings.ts'

export const superuser = 'hongyan'
export const socketPort = 5432

/** A running PostgreSQL; `child` is null when another process of ours left it running. */
export interface Postmaster {
  pid: number
  child: ChildProcess | null
  socketFolder: string
}

export interface PostmasterPlan {
  dataDir: string
  socketFolder: string
  binaries: string
  runner: Runner
  settings: PostgresSettings
  onOutput(text: string): void
}

const startMsMax = 60_000
const attemptsMax = 40

/** Makes the files of an empty database when there are none. What a killed attempt left is thrown away first. */
export function initialise({ dataDir, binaries, runner }: PostmasterPlan): void {
  const mark = unfinishedMark(dataDir)
  if (fs.existsSync(mark)) for (const entry of fs.readdirSync(dataDir)) fs.rmSync(path.join(dataDir, entry), { recursive: true, force: true })
  if (fs.existsSync(path.join(dataDir, 'PG_VERSION'))) return
  fs.writeFileSync(mark, '')
  const locale = ['-E', 'UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
  runner.run(path.join(binaries, 'bin', 'initdb'), ['-D', dataDir, '-U', superuser, '--auth-local=trust', '--auth-host=reject', ...locale, '--no-instructions'])
  fs.rmSync(mark)
}

/** Beside the folder, as initdb wants it empty: a kill in the middle of initdb leaves files that look like a database. */
function unfinishedMark(dataDir: string): string {
  return `${dataDir}.unfinished`
}

/** The PostgreSQL that already runs on the data directory, when it answers. */
export async function adopt(dataDir: string): Promise<Postmaster | null> {
  const left = readPostmasterFile(dataDir)
  if (!left || !isAlive(left.pid) || !(await answers(left.socketFolder, dataDir))) return null
  return { pid: left.pid, child: null, socketFolder: left.socketFolder }
}

/** Starts PostgreSQL and waits until it answers; a predecessor that is still dying is waited for. */
export async function launch(plan: PostmasterPlan): Promise<Postmaster> {
  for (let attempt = 1; ; attempt++) {
    removeMisleadingFile(plan.dataDir)
    const { child, output } = await attemptLaunch(plan)
    if (child) return { pid: child.pid ?? 0, child, socketFolder: plan.socketFolder }
    if (attempt >= attemptsMax || !/pre-existing shared memory|lock file/.test(output)) throw new Error(`PostgreSQL did not start\n${output}`)
    await sleep(250)
  }
}

async function attemptLaunch(plan: PostmasterPlan): Promise<{ child: ChildProcess | null; output: string }> {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: plan.socketFolder,
    unix_socket_permissions: '0700',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...plan.settings,
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = plan.runner.start(path.join(plan.binaries, 'bin', 'postgres'), ['-D', plan.dataDir, '-p', String(socketPort), ...flags])
  let output = ''
  const hasEnded = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null
  child.stderr?.on('data', (bytes: Buffer) => {
    output = (output + bytes.toString()).slice(-8_000)
    plan.onOutput(bytes.toString())
  })
  child.once('error', (error) => (output += error.message))
  const until = Date.now() + startMsMax
  while (!hasEnded() && Date.now() < until) {
    if (readPostmasterFile(plan.dataDir)?.ready && (await answers(plan.socketFolder, plan.dataDir))) return { child, output }
    await sleep(15)
  }
  if (!hasEnded()) child.kill('SIGKILL')
  return { child: null, output }
}

/** Ends PostgreSQL: quickly but cleanly first, harder when it does not listen. */
export async function terminate({ pid, child }: Postmaster): Promise<void> {
  const isGone = () => (child ? child.exitCode !== null || child.signalCode !== null : !isAlive(pid))
  const steps = [
    ['SIGINT', 20_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 2_000],
  ] as const
  for (const [signal, waitMs] of steps) {
    if (isGone()) return
    try {
      process.kill(pid, signal)
    } catch {
      return
    }
    for (const until = Date.now() + waitMs; Date.now() < until && !isGone();) await sleep(10)
  }
}

/** Whether the PostgreSQL behind the socket serves this very data directory. */
async function answers(folder: string, dataDir: string): Promise<boolean> {
  const client = new Client({ host: folder, port: socketPort, user: superuser, database: 'postgres', connectionTimeoutMillis: 2_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ data_directory: string }>('show data_directory')
    return rows[0]?.data_directory === fs.realpathSync(dataDir)
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}
