import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { AppError, errorMessage } from '../errors.ts'
import { createRunner, type Runner } from './account.ts'
import { locateBinaries } from './binaries.ts'
import type { PostgresAddress } from './connect.ts'
import { prepareFolder, socketFolder } from './folders.ts'
import { isAlive } from './postmaster-file.ts'
import { adopt, initialise, launch, socketPort, superuser, terminate, type Postmaster, type PostmasterPlan } from './postmaster.ts'
import { durableSettings, type PostgresSettings } from './settings.ts'

interface Options {
  dataDir: string
  settings?: PostgresSettings
  /** Lines that PostgreSQL prints. */
  onOutput?(text: string): void
  /** PostgreSQL ended without being asked and is started again. */
  onRestart?(reason: string): void
}

/** A PostgreSQL of our own, reachable by a socket only. */
export interface EmbeddedPostgres {
  /** Of its standard database `hongyan`. */
  address: Extract<PostgresAddress, { host: string }>
  pid(): number
  /** It was already running when we came. */
  adopted: boolean
  stop(): Promise<void>
  /** Stops watching it and lets it run, when it turns out to serve somebody else. */
  leave(): void
}

const watchMs = 500
const databaseName = 'hongyan'

/**
 * Starts PostgreSQL on a data directory, or takes over the one that a killed process left running there, and keeps it running:
 * when it dies it is started again. Works as root (PostgreSQL then runs as `postgres` or `nobody`) and below closed folders.
 */
export async function startEmbeddedPostgres(options: Options): Promise<EmbeddedPostgres> {
  const plan = preparePlan(options)
  const running = await adopt(plan.dataDir)
  if (!running) initialise(plan)
  const supervisor = new Supervisor(plan, running ?? (await launch(plan)), options)
  try {
    await createDatabase(supervisor.socketFolder)
  } catch (error) {
    await supervisor.stop()
    throw error
  }
  return {
    address: { host: supervisor.socketFolder, port: socketPort, user: superuser, database: databaseName },
    pid: () => supervisor.pid,
    adopted: running !== null,
    stop: () => supervisor.stop(),
    leave: () => supervisor.leave(),
  }
}

/** Notices that PostgreSQL is gone and starts it again, with growing pauses when it keeps dying. */
class Supervisor {
  readonly #plan: PostmasterPlan
  readonly #options: Options
  readonly #stopping = new AbortController()
  readonly #watching: Promise<void>
  #postmaster: Postmaster

  constructor(plan: PostmasterPlan, postmaster: Postmaster, options: Options) {
    this.#plan = plan
    this.#postmaster = postmaster
    this.#options = options
    this.#watching = this.#watch()
  }

  get pid(): number {
    return this.#postmaster.pid
  }

  get socketFolder(): string {
    return this.#postmaster.socketFolder
  }

  leave(): void {
    this.#stopping.abort()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#watching
    await terminate(this.#postmaster)
    fs.rmSync(this.#postmaster.socketFolder, { recursive: true, force: true })
  }

  async #watch(): Promise<void> {
    let failures = 0
    while (await this.#pause(watchMs * 2 ** Math.min(failures, 6))) {
      if (this.#isRunning()) continue
      try {
        this.#options.onRestart?.(failures === 0 ? 'PostgreSQL ended unexpectedly' : 'PostgreSQL is down')
        // A new launch keeps the socket folder that clients already know.
        this.#postmaster = await launch({ ...this.#plan, socketFolder: this.socketFolder })
        failures = 0
      } catch (error) {
        failures += 1
        this.#options.onRestart?.(errorMessage(error))
      }
    }
  }

  #isRunning(): boolean {
    const { child, pid } = this.#postmaster
    return child ? child.exitCode === null && child.signalCode === null : isAlive(pid)
  }

  async #pause(durationMs: number): Promise<boolean> {
    await sleep(durationMs, undefined, { signal: this.#stopping.signal, ref: false }).catch(() => {})
    return !this.#stopping.signal.aborted
  }
}

function preparePlan(options: Options): PostmasterPlan {
  const runner = createRunner()
  const dataDir = path.resolve(options.dataDir)
  const socket = socketFolder(dataDir)
  prepareFolder(socket, runner)
  prepareFolder(dataDir, runner)
  return {
    dataDir,
    socketFolder: socket,
    binaries: locateBinaries(runner),
    runner: runnerReaching(dataDir, runner),
    settings: options.settings ?? durableSettings,
    onOutput: options.onOutput ?? (() => {}),
  }
}

function runnerReaching(dataDir: string, runner: Runner): Runner {
  if (runner.reaches(dataDir)) return runner
  const stronger = runner.passingClosedFolders()
  if (stronger.reaches(dataDir)) return stronger
  throw new AppError('precondition', {
    zh: `以 root 运行时 PostgreSQL 的账号无法进入 ${dataDir}：请把 HONGYAN_DATA_DIR 设为 /root 以外的目录`,
    en: `Started as root, PostgreSQL's account cannot enter ${dataDir}; set HONGYAN_DATA_DIR to a folder outside /root`,
  })
}

async function createDatabase(host: string): Promise<void> {
  const client = new Client({ host, port: socketPort, user: superuser, database: 'postgres' })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [databaseName])
    if (rowCount === 0) await client.query(`create database ${databaseName}`)
  } finally {
    await client.end()
  }
}
