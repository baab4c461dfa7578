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

/** Makes or renews the tables of the job queue. */
export async function migrateJobs(pool: pg.Pool, log: Log): Promise<void> {
  await runMigrations({ pgPool: pool, logger: loggerOf(log) })
}

/** Starts taking jobs. */
export async function startTaskRunner({ pool, handlers, log, graceMs, onName }: Options): Promise<Runner> {
  const events: WorkerEvents = new EventEmitter()
  events.on('pool:create', ({ workerPool }) => onName(workerPool.id))
  const taskList: TaskList = Object.fromEntries(
    [...handlers].map(([task, handler]) => [task, (payload, helpers) => handler(payload, helpers.abortSignal ?? new AbortController().signal)]),
  )
  return run({
    pgPool: pool,
    taskList,
    parsedCronItems: [],
    noHandleSignals: true,
    events,
    logger: loggerOf(log),
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
}

function loggerOf(log: Log): Logger {
  return new Logger(() => (level, message, meta) => {
    switch (String(level)) {
      case 'error':
        return log.error({ meta }, message)
      case 'warning':
        return log.warn({ meta }, message)
      default:
        return log.debug({ meta }, message)
    }
  })
}
