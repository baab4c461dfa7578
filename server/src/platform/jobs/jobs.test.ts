import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { cloneDatabase } from '../../../test/kit.ts'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { connect, type Connection, type PostgresAddress } from '../postgres/connect.ts'
import { projectPath } from '../project-root.ts'
import { createJobs } from './create-jobs.ts'
import type { Jobs } from './jobs.ts'

const log = createLog({ level: 'fatal' })
let address: PostgresAddress
let connection: Connection
const running: Jobs[] = []

beforeEach(async () => {
  address = await cloneDatabase()
  connection = connect(address, { log })
})
afterEach(async () => {
  for (const jobs of running.splice(0)) await jobs.stop()
  await connection.close()
})

/** The background work of one process of the installation. */
function processOf(options: { runs?: boolean; deadCheckMs?: number } = {}): Jobs {
  const jobs = createJobs({ address, db: connection.db, log, metrics: createMetrics({ process: false }), runs: true, graceMs: 60_000, ...options })
  running.push(jobs)
  return jobs
}

const waitOptions = { timeout: 180_000, interval: 20 }

test('runs a job with its payload after the transaction commits, and not when it is undone', async () => {
  const seen: unknown[] = []
  const jobs = processOf()
  jobs.handle('greet', async (payload) => void seen.push(payload))
  await jobs.start()
  await connection.db
    .transaction()
    .execute(async (tx) => {
      await jobs.add(tx, 'greet', { name: '无' })
      throw new Error('undone')
    })
    .catch(() => {})
  await connection.db.transaction().execute(async (tx) => {
    await jobs.add(tx, 'greet', { name: '雁' })
    await sleep(50)
    expect(seen).toEqual([])
  })
  await vi.waitFor(() => expect(seen).toEqual([{ name: '雁' }]), waitOptions)
})

test('keeps one job per key until it starts, and waits for its time', async () => {
  const seen: unknown[] = []
  const jobs = processOf()
  jobs.handle('count', async (payload) => void seen.push(payload))
  for (const round of [1, 2, 3]) await jobs.add(connection.db, 'count', { round }, { key: 'only' })
  await jobs.add(connection.db, 'count', { round: 'tomorrow' }, { runAt: new Date(Date.now() + 86_400_000) })
  await jobs.start()
  await vi.waitFor(() => expect(seen).toEqual([{ round: 3 }]), waitOptions)
  await sleep(100)
  expect(seen).toHaveLength(1)
})

test('repeats a job that failed', async () => {
  let attempts = 0
  const jobs = processOf()
  jobs.handle('fragile', async () => {
    attempts += 1
    if (attempts === 1) throw new Error('broken')
  })
  await jobs.add(connection.db, 'fragile', {})
  await jobs.start()
  await vi.waitFor(() => expect(attempts).toBe(1), waitOptions)
  await connection.pool.query('update graphile_worker._private_jobs set run_at = now()')
  await vi.waitFor(() => expect(attempts).toBe(2), waitOptions)
})

test('lets a running job finish when stopped', async () => {
  const seen: string[] = []
  const jobs = processOf()
  jobs.handle('slow', async () => {
    seen.push('begun')
    await sleep(300)
    seen.push('done')
  })
  await jobs.add(connection.db, 'slow', {})
  await jobs.start()
  await vi.waitFor(() => expect(seen).toEqual(['begun']), waitOptions)
  await jobs.stop()
  expect(seen).toEqual(['begun', 'done'])
  expect((await connection.pool.query('select 1 from graphile_worker._private_jobs')).rows).toEqual([])
})

/** Another process that takes the job `stuck` and never ends it; resolves when it has the job. */
async function processStuckInJob(): Promise<ChildProcess> {
  const module = (name: string) => JSON.stringify(path.join(import.meta.dirname, name))
  const script = `
    import { createJobs } from ${module('create-jobs.ts')}
    import { connect } from ${module('../postgres/connect.ts')}
    import { createLog } from ${module('../log.ts')}
    import { createMetrics } from ${module('../metrics.ts')}
    const address = ${JSON.stringify(address)}
    const log = createLog({ level: 'fatal' })
    const { db } = connect(address, { log })
    const jobs = createJobs({ address, db, log, metrics: createMetrics({ process: false }), runs: true })
    jobs.handle('stuck', () => new Promise(() => { process.stdout.write('taken'); setInterval(() => {}, 1000) }))
    await jobs.start()`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { cwd: projectPath(), stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return child
}

test('runs a job again whose process was killed, and leaves one alone whose process lives', async () => {
  let runs = 0
  const jobs = processOf()
  jobs.handle('stuck', async () => void (runs += 1))
  await jobs.add(connection.db, 'stuck', {})
  const other = await processStuckInJob()

  await jobs.start()
  await sleep(500)
  expect(runs).toBe(0)
  await jobs.stop()

  other.kill('SIGKILL')
  await new Promise((resolve) => other.once('exit', resolve))
  const next = processOf()
  next.handle('stuck', async () => void (runs += 1))
  await next.start()
  await vi.waitFor(() => expect(runs).toBe(1), waitOptions)
})

test('frees the jobs of a process that was killed while another goes on', async () => {
  let runs = 0
  await processOf().add(connection.db, 'stuck', {})
  const other = await processStuckInJob()
  const jobs = processOf({ deadCheckMs: 100 })
  jobs.handle('stuck', async () => void (runs += 1))
  await jobs.start()
  other.kill('SIGKILL')
  await vi.waitFor(() => expect(runs).toBe(1), waitOptions)
})

test('runs a recurring task on one process, and again only after its interval', async () => {
  const seen: string[] = []
  for (const name of ['a', 'b', 'c']) {
    const jobs = processOf()
    jobs.every('tidy', 3_600, async () => void seen.push(name))
    jobs.every('often', 0.05, async () => void seen.push('often'))
    await jobs.start()
  }
  await vi.waitFor(() => expect(seen.filter((name) => name === 'often').length).toBeGreaterThan(3), waitOptions)
  expect(seen.filter((name) => name !== 'often')).toHaveLength(1)
})

test('does not run a recurring task twice at once', async () => {
  let current = 0
  let most = 0
  let runs = 0
  for (let count = 0; count < 3; count++) {
    const jobs = processOf()
    jobs.every('long', 0.02, async () => {
      current += 1
      most = Math.max(most, current)
      await sleep(100)
      current -= 1
      runs += 1
    })
    await jobs.start()
  }
  await vi.waitFor(() => expect(runs).toBeGreaterThan(3), waitOptions)
  expect(most).toBe(1)
})

test('wakes a loop here and on other processes, also from one that runs nothing', async () => {
  const steps = { here: 0, there: 0 }
  const [here, there, silent] = [processOf(), processOf(), processOf({ runs: false })]
  here.loop('inbox', 3_600_000, async () => ((steps.here += 1), false))
  there.loop('inbox', 3_600_000, async () => ((steps.there += 1), false))
  silent.loop('inbox', 1, async () => {
    throw new Error('runs nothing')
  })
  for (const jobs of [here, there, silent]) await jobs.start()
  await vi.waitFor(() => expect(Math.min(steps.here, steps.there)).toBeGreaterThan(0), waitOptions)
  const before = { ...steps }
  here.wake('inbox')
  await vi.waitFor(() => expect(steps).toEqual({ here: before.here + 1, there: before.there + 1 }), waitOptions)
  silent.wake('inbox')
  await vi.waitFor(() => expect(steps).toEqual({ here: before.here + 2, there: before.there + 2 }), waitOptions)
})

test('runs a recurring task before its time when woken, also when that happens while it runs', async () => {
  let begun = 0
  let finish: () => void = () => {}
  const [there, silent] = [processOf(), processOf({ runs: false })]
  there.every('long', 3_600, () => {
    begun += 1
    return new Promise((resolve) => (finish = resolve))
  })
  for (const jobs of [there, silent]) await jobs.start()
  await vi.waitFor(() => expect(begun).toBe(1), waitOptions)
  there.wake('long')
  finish()
  await vi.waitFor(() => expect(begun).toBe(2), waitOptions)
  finish()
  silent.wake('long')
  await vi.waitFor(() => expect(begun).toBe(3), waitOptions)
  finish()
})

test('goes on after the server ended all its connections', async () => {
  const seen: string[] = []
  const jobs = processOf()
  jobs.handle('greet', async () => void seen.push('job'))
  jobs.loop('inbox', 3_600_000, async () => (seen.push('loop'), false))
  await jobs.start()
  await vi.waitFor(() => expect(seen).toContain('loop'), waitOptions)
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`.execute(connection.db)
  // The loop is woken when the session is back: a wake may have been missed.
  await vi.waitFor(() => expect(seen.filter((what) => what === 'loop')).toHaveLength(2), waitOptions)
  await vi.waitFor(() => jobs.add(connection.db, 'greet', {}), waitOptions)
  await vi.waitFor(() => expect(seen).toContain('job'), waitOptions)
})

test('refuses a second handler, and registration after the start', async () => {
  const jobs = processOf()
  jobs.handle('greet', async () => {})
  expect(() => jobs.handle('greet', async () => {})).toThrow('has a handler already')
  await jobs.start()
  expect(() => jobs.loop('late', 1, async () => false)).toThrow('before it is started')
})

test('takes jobs although the first statement failed, which the library never forgets by itself', async () => {
  await connection.pool.query('alter table graphile_worker._private_tasks rename to hidden')
  let runs = 0
  const jobs = processOf()
  jobs.handle('greet', async () => void (runs += 1))
  await jobs.start()
  await sleep(300)
  await connection.pool.query('alter table graphile_worker.hidden rename to _private_tasks')
  await jobs.add(connection.db, 'greet', {})
  await vi.waitFor(() => expect(runs).toBe(1), waitOptions)
})
