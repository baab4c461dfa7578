import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Clock } from '../../server/src/platform/clock.ts'
import { say } from '../support/bench.ts'
import { startProduct, type RunningProduct } from '../support/product.ts'
import { measure } from '../support/usage.ts'
import { generateMerged } from './generate-events.ts'
import { generateTraits } from './generate-traits.ts'

/** Another one when what is made changes, so that nobody measures on what was made before. */
const version = 1
const seed = 1
/** Noon of the workspace: no bench goes over midnight. */
const until = new Date('2026-11-23T04:00:00.000Z')

export interface DataSize {
  people: number
  events: number
}

/** The size of a run, or another one by `--rows` (people) and `--events` (ten for each of the people). */
export function sizeOf(size: DataSize): DataSize {
  const people = Number(process.env['BENCH_ROWS'] ?? size.people)
  const events = process.env['BENCH_ROWS'] === undefined ? size.events : people * 10
  return { people, events: Number(process.env['BENCH_EVENTS'] ?? events) }
}

/**
 * The product with a history of so many people and events, at the clock's noon of the history's last day, and nothing happening but what the bench does: events, attributes, tags
 * and consents in the warehouse, tags in PostgreSQL. With `BENCH_DATA=<directory>` it is made there once, and every bench works on a copy that shares the files of
 * the warehouse's parts, so that nothing a bench does is ever seen by the next one; without, it is made anew and removed.
 */
export async function startOnDataSet({ people, events }: DataSize): Promise<RunningProduct> {
  const parent = process.env['BENCH_DATA']
  const folder =
    parent === undefined ? await fs.mkdtemp(path.join(os.tmpdir(), 'hongyan-bench-')) : path.join(parent, `people-${people}-events-${events}-v${version}`)
  const dataDir = parent === undefined ? folder : `${folder}-${process.pid}`
  if (parent === undefined) await make(folder, { people, events })
  else {
    await ensureMade(folder, { people, events })
    say(`a copy of ${folder}`)
    await copyData(folder, dataDir)
  }
  const startedAt = Date.now()
  const clock: Clock = { now: () => new Date(until.getTime() + Date.now() - startedAt) }
  const product = await startProduct({ background: false, dataDir, clock })
  return {
    ...product,
    async stop() {
      await product.stop()
      await fs.rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Makes it under another name first: what has the name is whole. One that is there is opened once, for migrations that came since. */
async function ensureMade(folder: string, size: DataSize): Promise<void> {
  if (await exists(folder)) {
    const product = await startProduct({ background: false, dataDir: folder, clock: { now: () => until } })
    return product.stop()
  }
  const making = `${folder}-making`
  await fs.mkdir(path.dirname(folder), { recursive: true })
  await make(making, size)
  await fs.rename(making, folder)
}

async function make(dataDir: string, { people, events }: DataSize): Promise<void> {
  say('making people and their history')
  const product = await startProduct({ background: false, dataDir, clock: { now: () => until } })
  try {
    const { wallMs, cpuSeconds, peakRssMb } = await measure(async () => {
      await generateMerged(product.platform.warehouse, { workspaceId: product.ctx.workspaceId, people, events, until, seed })
      await generateTraits(product.ctx, { people, until, seed })
      for (const table of ['person_tags', 'person_consents', 'event_totals', 'person_changes']) {
        await product.platform.warehouse.run({ sql: `optimize table ${table} final` })
      }
    })
    say(`made in ${Math.round(wallMs / 1000)} s, ${Math.round(cpuSeconds)} CPU seconds, ${Math.round(peakRssMb)} MB of memory at most`)
  } finally {
    await product.stop()
  }
}

const exists = async (file: string) => (await fs.stat(file).catch(() => null)) !== null

/** A folder of a part of a MergeTree, whose files are never written again once they have their names, e.g. `202611_1_20_3`. */
const partFolder = /^(?!tmp|delete)\w+_\d+_\d+_\d+(_\d+)?$/

/** Copies a stopped product's data; files of parts are linked, so that it takes a second and no room. */
async function copyData(from: string, to: string, isPart = false): Promise<void> {
  await fs.mkdir(to, { recursive: true })
  await own(from, to)
  for (const entry of await fs.readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)]
    if (entry.isDirectory()) await copyData(source, target, isPart || partFolder.test(entry.name))
    else if (entry.isSymbolicLink()) await fs.symlink(await fs.readlink(source), target)
    else if (isPart) await fs.link(source, target)
    else if (entry.isFile()) {
      await fs.copyFile(source, target)
      await own(source, target)
    }
  }
}

/** PostgreSQL may run as another user, and wants its folder to itself. */
async function own(from: string, to: string): Promise<void> {
  const { mode, uid, gid } = await fs.stat(from)
  await fs.chmod(to, mode)
  await fs.chown(to, uid, gid)
}
