import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Runner } from 'graphile-worker'
import { sql } from 'kysely'
import type pg from 'pg'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { Database } from '../platform.ts'
import { advisoryLocks } from '../postgres/advisory-lock.ts'
import { createPool, type PostgresAddress } from '../postgres/connect.ts'
import { HeldSession } from './held-session.ts'
import type { Jobs } from './jobs.ts'
import { Loop, type LoopStep } from './loop.ts'
import { concurrentJobs, startTaskRunner, type TaskHandler } from './task-runner.ts'

interface Options {
  address: PostgresAddress
  db: Database
  log: Log
  metrics: Metrics
  /** False on a process without the worker role: it adds jobs and wakes others, and runs nothing. */
  runs: boolean
  /** How long a stop waits for what is running before its signal is aborted; by default 10 s. */
  graceMs?: number
  /** How often jobs of processes that were killed are looked for; by default 10 s. */
  deadCheckMs?: number
}

const wakeChannel = 'hongyan_wake'
const notifyEveryMs = 25
const recurringCheckMsMax = 5_000
const deadlineAfterAbortMs = 10_000

export function createJobs(options: Options): Jobs {
  return new PostgresJobs(options)
}

class PostgresJobs implements Jobs {
  readonly #options: Options
  readonly #graceMs: number
  readonly #processId = randomUUID()
  readonly #handlers = new Map<string, TaskHandler>()
  readonly #loops = new Map<string, Loop>()
  readonly #session: HeldSession
  readonly #namesToWake = new Set<string>()
  /** Recurring tasks that do not wait for their interval. */
  readonly #wokenTasks = new Set<string>()
  #notifying: Promise<void> | null = null
  #takerName: string | null = null
  #pool: pg.Pool | null = null
  #runner: Runner | null = null
  #isRunning = false
  #isStopping = false

  constructor(options: Options) {
    this.#options = options
    this.#graceMs = options.graceMs ?? 10_000
    this.#session = new HeldSession({
      address: options.address,
      log: options.log,
      onOpen: (client) => this.#opened(client),
      onNotice: (payload) => this.#noticed(payload),
    })
  }

  handle(task: string, handler: TaskHandler): void {
    this.#refuseWhenRunning()
    if (this.#handlers.has(task)) throw new Error(`The task ${task} has a handler already`)
    this.#handlers.set(task, handler)
  }

  every(task: string, intervalSeconds: number, handler: (signal: AbortSignal) => Promise<void>): void {
    const checkMs = Math.min(intervalSeconds * 1_000, recurringCheckMsMax)
    this.loop(recurringLoop(task), checkMs, async (signal) => {
      const waitSeconds = this.#wokenTasks.delete(task) ? 0 : intervalSeconds
      await this.#session.alone([advisoryLocks.recurringTask, task], async () => {
        if (await this.#claimRecurring(task, waitSeconds)) await handler(signal)
      })
      return false
    })
  }

  loop(name: string, idleMs: number, step: LoopStep): void {
    this.#refuseWhenRunning()
    this.#addLoop(name, idleMs, step)
  }

  #addLoop(name: string, idleMs: number, step: LoopStep): void {
    if (this.#loops.has(name)) throw new Error(`There is a loop ${name} already`)
    const { log, metrics } = this.#options
    const steps = metrics.counter({ name: 'hongyan_loop_steps_total', help: 'Steps of background loops by outcome', labels: ['loop', 'outcome'] })
    this.#loops.set(name, new Loop({ name, idleMs, step, log, onStep: (outcome) => steps.inc({ loop: name, outcome }) }))
  }

  wake(name: string): void {
    this.#wakeHere(name)
    this.#namesToWake.add(name)
    this.#notifying ??= this.#notifyOthers()
  }

  #wakeHere(name: string): void {
    this.#loops.get(name)?.wake()
    const recurring = this.#loops.get(recurringLoop(name))
    if (recurring) this.#wokenTasks.add(name)
    recurring?.wake()
  }

  async add(tx: unknown, task: string, payload: unknown, { key, runAt }: { key?: string; runAt?: Date } = {}): Promise<void> {
    await sql`
      select graphile_worker.add_job(
        identifier => ${task}, payload => ${JSON.stringify(payload ?? {})}::json,
        run_at => ${runAt ?? null}::timestamptz, job_key => ${key ?? null}::text)`.execute(tx as Database)
  }

  async start(): Promise<void> {
    if (!this.#options.runs || this.#isRunning) return
    this.#isRunning = true
    this.#isStopping = false
    if (this.#handlers.size > 0) this.#addLoop('jobs of the dead', this.#options.deadCheckMs ?? 10_000, async () => (await this.#freeJobsOfTheDead(), false))
    await this.#session.open()
    await this.#startTasks()
    for (const loop of this.#loops.values()) loop.start()
  }

  async stop(): Promise<void> {
    if (this.#isRunning) {
      this.#isStopping = true
      const finished = Promise.all([...[...this.#loops.values()].map((loop) => loop.stop(this.#graceMs)), this.#runner?.stop()])
      await within(this.#graceMs + deadlineAfterAbortMs, finished, () =>
        this.#options.log.error('background work did not end in time; it goes on after the next start'),
      )
      this.#isRunning = false
      await this.#session.close()
    }
    await this.#notifying
    await this.#pool?.end()
    this.#pool = null
    this.#runner = null
  }

  async #startTasks(): Promise<void> {
    if (this.#handlers.size === 0) return
    const { address, log } = this.#options
    this.#pool ??= createPool(address, { log, connectionsMax: concurrentJobs + 4 })
    await this.#freeJobsOfTheDead()
    this.#runner = await startTaskRunner({ pool: this.#pool, handlers: this.#handlers, log, graceMs: this.#graceMs, onName: (name) => this.#named(name) })
    this.#runner.promise.then(
      () => this.#taskRunnerEnded(),
      (error: unknown) => this.#taskRunnerEnded(error),
    )
  }

  /** The library gives up after many errors in a row, e.g. a long outage of PostgreSQL; the process must not go on without jobs. */
  #taskRunnerEnded(reason?: unknown): void {
    if (this.#isStopping || !this.#runner) return
    this.#options.log.warn({ error: reason }, 'taking jobs stopped; starting it again')
    this.#runner = null
    this.#startTasksAgain().catch((error: unknown) => this.#options.log.error({ error }, 'jobs are not taken any more'))
  }

  async #startTasksAgain(): Promise<void> {
    for (let pauseMs = 1_000; !this.#isStopping; pauseMs = Math.min(pauseMs * 2, 30_000)) {
      await sleep(pauseMs, undefined, { ref: false })
      if (this.#isStopping) return
      try {
        return await this.#startTasks()
      } catch (error) {
        this.#options.log.warn({ error }, 'jobs cannot be taken yet')
      }
    }
  }

  /** A name in `locked_by` whose lock nobody holds belongs to a process that was killed: its jobs may run again. */
  async #freeJobsOfTheDead(): Promise<void> {
    const { db, log } = this.#options
    const { rows } = await sql<{ name: string }>`
      with takers as (
        select locked_by as name from graphile_worker._private_jobs where locked_by is not null
        union
        select locked_by from graphile_worker._private_job_queues where locked_by is not null
      ),
      alive as (
        select objid::bigint as hash from pg_locks where locktype = 'advisory' and classid::bigint = ${advisoryLocks.jobTaker} and granted
          and database = (select oid from pg_database where datname = current_database())
      )
      select name from takers where hashtext(name)::bigint & 4294967295 not in (select hash from alive)`.execute(db)
    if (rows.length === 0) return
    const names = rows.map((row) => row.name)
    await sql`select graphile_worker.force_unlock_workers(${names}::text[])`.execute(db)
    log.info({ names }, 'jobs of a process that was killed are free again')
  }

  #named(name: string): void {
    this.#takerName = name
    this.#session
      .hold([advisoryLocks.jobTaker, name])
      .catch((error: unknown) => this.#options.log.warn({ error }, 'could not mark this process as taking jobs'))
  }

  async #opened(client: pg.Client): Promise<void> {
    await client.query(`listen ${wakeChannel}`)
    if (this.#takerName !== null) await client.query('select pg_advisory_lock_shared($1, hashtext($2))', [advisoryLocks.jobTaker, this.#takerName])
    // Wakes may have been missed while there was no connection.
    for (const loop of this.#loops.values()) loop.wake()
  }

  #noticed(payload: string): void {
    const [sender, ...names] = payload.split('\n')
    if (sender === this.#processId) return
    for (const name of names) this.#wakeHere(name)
  }

  /** One NOTIFY for many wakes: under load each commit with a NOTIFY waits for a lock of the whole database. */
  async #notifyOthers(): Promise<void> {
    await sleep(notifyEveryMs)
    const payload = [this.#processId, ...this.#namesToWake].join('\n')
    this.#namesToWake.clear()
    this.#notifying = null
    await sql`select pg_notify(${wakeChannel}, ${payload})`
      .execute(this.#options.db)
      .catch((error: unknown) => this.#options.log.debug({ error }, 'a wake was not passed on'))
  }

  async #claimRecurring(task: string, intervalSeconds: number): Promise<boolean> {
    const { rows } = await sql`
      insert into recurring_tasks (task, last_run_at) values (${task}, now())
      on conflict (task) do update set last_run_at = now()
        where recurring_tasks.last_run_at <= now() - make_interval(secs => ${intervalSeconds}::double precision)
      returning task`.execute(this.#options.db)
    return rows.length > 0
  }

  #refuseWhenRunning(): void {
    if (this.#isRunning) throw new Error('Background work is registered before it is started')
  }
}

const recurringLoop = (task: string): string => `every ${task}`

async function within(durationMs: number, work: Promise<unknown>, onLate: () => void): Promise<void> {
  const timer = new AbortController()
  const late = sleep(durationMs, 'late' as const, { signal: timer.signal }).catch(() => 'early' as const)
  if ((await Promise.race([work, late])) === 'late') onLate()
  timer.abort()
}
