import { EventEmitter } from 'node:events'
import { Logger, run, runMigrations, type Runner, type TaskList, type WorkerEvents } from 'graphile-worker'
import type pg from 'pg'
import type { Log } from '../log.ts'

export type TaskHandler = (payload: unknown, signal: AbortSignal) => Promise<void>

interface Options {
  /** A pool of its own: the library wants 64-bit ids as text. */
  pool: pg.Pool
  handlers: ReadonlyMap<string, TaskHandler>
  log: Log
  graceMs: number
  /** The library writes this name into the jobs it takes; it must be known as alive before jobs are. */
  onName(name: string): void
}

export const concurrentJobs = 4
const fetchFailuresMax = 3

/** Makes or renews the tables of the job queue. */
export async function migrateJobs(pool: pg.Pool, log: Log): Promise<void> {
  await runMigrations({ pgPool: pool, logger: loggerOf(log) })
}

/** Starts taking jobs. */
export async function startTaskRunner({ pool, handlers, log, graceMs, onName }: Options): Promise<Runner> {
  const events: WorkerEvents = new EventEmitter()
  events.on('pool:create', ({ workerPool }) => onName(workerPool.id))
  const watched = watchFetches(events, log)
  const taskList: TaskList = Object.fromEntries(
    [...handlers].map(([task, handler]) => [task, (payload, helpers) => handler(payload, helpers.abortSignal ?? new AbortController().signal)]),
  )
  const runner = await run({
    pgPool: pool,
    taskList,
    parsedCronItems: [],
    noHandleSignals: true,
    events,
    logger: watched.logger,
    preset: {
      worker: {
        concurrentJobs,
        gracefulShutdownAbortTimeout: graceMs,
        // Few jobs ahead: what waits here could run on another process. Finished ones are reported at once.
        localQueue: { size: concurrentJobs + 1, ttl: 10_000 },
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
      },
    },
  })
  watched.onStuck(() => {
    runner.stop('jobs cannot be fetched').catch((error: unknown) => log.error({ error }, 'the job library did not stop'))
  })
  return runner
}

/**
 * The library (0.17.3) remembers for ever when its very first statement failed, e.g. in a restart of PostgreSQL, and only a new runner
 * forgets. It tells of a failed fetch in its log alone.
 */
function watchFetches(events: WorkerEvents, log: Log): { logger: Logger; onStuck(act: () => void): void } {
  let failures = 0
  let act = (): void => {}
  events.on('localQueue:getJobs:complete', () => (failures = 0))
  const logger = loggerOf(log, (message) => {
    if (!message.startsWith('Error occurred fetching jobs')) return
    failures += 1
    if (failures === fetchFailuresMax) act()
  })
  return { logger, onStuck: (stop) => (act = stop) }
}

function loggerOf(log: Log, onError: (message: string) => void = () => {}): Logger {
  return new Logger(() => (level, message, meta) => {
    const name: string = level
    if (name === 'warning') return log.warn({ meta }, message)
    if (name !== 'error') return log.debug({ meta }, message)
    log.error({ meta }, message)
    onError(message)
  })
}
