import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom } from 'pg-copy-streams'
import { findImport } from '../server/src/collect/imports/import-row.ts'
import { readDryRun, startDryRun } from '../server/src/collect/imports/dry-run/start-dry-run.ts'
import { startImport } from '../server/src/collect/imports/start-import.ts'
import { readImportUndo, startImportUndo } from '../server/src/collect/imports/undo/start-undo.ts'
import { uploadImport } from '../server/src/collect/imports/upload-import.ts'
import { listPeople } from '../server/src/people/listing/list-people.ts'
import { customerHeader, generateCustomers } from './data/generate-customers.ts'
import { median, say, type Bench } from './support/bench.ts'
import { MemoryCurve } from './support/memory-curve.ts'
import { startProduct, waitUntil, type RunningProduct } from './support/product.ts'
import { measure } from './support/usage.ts'

const sizes = { small: { rows: 50_000, runs: 3 }, full: { rows: 1_000_000, runs: 1 } }
const allParts = ['import', 'change'] as const
/** The second part is as long at any size: what it costs a row does not depend on how many rows there are. */
const changeRowsMax = 100_000

type Part = (typeof allParts)[number]

/**
 * `import`: a CSV of customers with phones and e-mail addresses: sealed, resolved to people, until visible in the people list and in the
 * warehouse. `change`: the same customers with other values: a dry run, the import of what changed (which keeps a journal), and its undo.
 * `--rows` takes another number, `--parts import` only that part.
 */
export const bench: Bench = async (size) => {
  const given = Number(process.env['BENCH_ROWS'] ?? 0)
  const { rows, runs } = given > 0 ? { rows: given, runs: 1 } : sizes[size]
  const parts = partsOf(process.env['BENCH_PARTS'])
  const measured: ImportRun[] = []
  for (let run = 0; parts.includes('import') && run < runs; run++) measured.push(await onFreshProduct((product) => importOnce(product, rows)))
  const changed = parts.includes('change') ? await onFreshProduct((product) => changeAndUndo(product, Math.min(rows, changeRowsMax))) : undefined
  const of = (pick: (run: ImportRun) => number) => median(measured.map(pick))
  const [first] = measured
  return {
    conditions: {
      rows,
      parts: parts.join(','),
      columns: customerHeader.split(',').length,
      runs,
      node: process.version,
      ...(first && { bytes: first.bytes, nodeMbByTenthOfRows: first.nodeMb.join(' '), postgresMbByTenthOfRows: first.postgresMb.join(' ') }),
      ...(changed && { changeRows: changed.rows }),
    },
    metrics: {
      ...(first && {
        rowsPerSecond: of((run) => run.rowsPerSecond),
        uploadSeconds: of((run) => run.uploadSeconds),
        importSeconds: of((run) => run.importSeconds),
        cpuSeconds: of((run) => run.cpuSeconds),
        cpuMicrosecondsPerRow: of((run) => run.cpuMicrosecondsPerRow),
        nodeCpuMicrosecondsPerRow: of((run) => run.nodeCpuMicrosecondsPerRow),
        postgresCpuMicrosecondsPerRow: of((run) => run.postgresCpuMicrosecondsPerRow),
        diskMb: of((run) => run.diskMb),
        peakRssMb: Math.max(...measured.map((run) => run.peakRssMb)),
      }),
      ...(changed && {
        dryRunRowsPerSecond: changed.dryRunRowsPerSecond,
        updateRowsPerSecond: changed.updateRowsPerSecond,
        undoRowsPerSecond: changed.undoRowsPerSecond,
      }),
    },
    beside: { ...(first && { bareCopyRowsPerSecond: await onFreshProduct((product) => bareCopy(product, rows)) }) },
  }
}

function partsOf(asked: string | undefined): readonly Part[] {
  if (asked === undefined) return allParts
  const parts = asked.split(',')
  const unknown = parts.filter((part) => !allParts.some((known) => known === part))
  if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}; parts are ${allParts.join(', ')}`)
  return allParts.filter((known) => parts.includes(known))
}

async function onFreshProduct<Result>(work: (product: RunningProduct) => Promise<Result>): Promise<Result> {
  const product = await startProduct()
  try {
    return await work(product)
  } finally {
    await product.stop()
  }
}

interface ImportRun {
  bytes: number
  /** From the first byte of the upload until everybody is visible. */
  rowsPerSecond: number
  uploadSeconds: number
  importSeconds: number
  /** All processes, both stores. */
  cpuSeconds: number
  cpuMicrosecondsPerRow: number
  /** Of which this process with the warehouse in it, and PostgreSQL with what it does in the background. */
  nodeCpuMicrosecondsPerRow: number
  postgresCpuMicrosecondsPerRow: number
  /** What both stores, with their logs, and the uploaded file take on disk at the end. */
  diskMb: number
  peakRssMb: number
  /** What was allocated at every tenth of the rows: this process with the warehouse in it, and all of PostgreSQL's. */
  nodeMb: number[]
  postgresMb: number[]
}

async function importOnce(product: RunningProduct, rows: number): Promise<ImportRun> {
  const { ctx, platform } = product
  const file = await writeCustomers(product, rows, 1)
  const ownCpu = process.cpuUsage()
  const { result, wallMs, cpuSeconds, peakRssMb } = await measure(async () => {
    const startedAt = performance.now()
    const uploaded = await upload(product, fs.createReadStream(file))
    const uploadSeconds = (performance.now() - startedAt) / 1000
    const curve = new MemoryCurve(rows)
    await startImport(ctx, uploaded.setup)
    await waitUntil(
      async () => {
        const { state, people_new: people } = await findImport(platform.db, ctx.workspaceId, uploaded.id)
        curve.sample(people)
        return state !== 'running'
      },
      { everyMs: 500, secondsMax: 7_200 },
    )
    return { id: uploaded.id, bytes: uploaded.bytes, uploadSeconds, curve }
  })
  const { user, system } = process.cpuUsage(ownCpu)
  await check(product, result.id, rows)
  const nodeCpuSeconds = (user + system) / 1e6
  const run = {
    bytes: result.bytes,
    rowsPerSecond: (rows * 1000) / wallMs,
    uploadSeconds: result.uploadSeconds,
    importSeconds: wallMs / 1000 - result.uploadSeconds,
    cpuSeconds,
    cpuMicrosecondsPerRow: (cpuSeconds * 1e6) / rows,
    nodeCpuMicrosecondsPerRow: (nodeCpuSeconds * 1e6) / rows,
    postgresCpuMicrosecondsPerRow: ((cpuSeconds - nodeCpuSeconds) * 1e6) / rows,
    diskMb: storedMb(product),
    peakRssMb,
    nodeMb: result.curve.own,
    postgresMb: result.curve.started,
  }
  say(JSON.stringify(run))
  return run
}

/** The customers of a seed as a file beside the stores: making them is not part of what is measured. */
async function writeCustomers({ dataDir }: RunningProduct, rows: number, seed: number): Promise<string> {
  const file = path.join(dataDir, `customers-${seed}.csv`)
  await pipeline(generateCustomers(rows, seed), fs.createWriteStream(file))
  return file
}

/** By the tool, for files come and go while the stores run. */
function storedMb({ dataDir }: RunningProduct): number {
  return Number.parseInt(spawnSync('du', ['--summarize', '--block-size=MB', '--exclude=customers-*.csv', dataDir], { encoding: 'utf8' }).stdout, 10)
}

/** An upload with what it takes to start it. */
async function upload({ ctx }: RunningProduct, content: Readable) {
  const { id, bytes, columns } = await uploadImport(ctx, { fileName: 'customers.csv', content, target: 'people' })
  return { id, bytes, setup: { id, target: 'people' as const, mapping: columns.map((column) => column.suggestion), options: {} } }
}

/** A file, and a second one about the same people: everybody's attributes change, then go back. */
async function changeAndUndo(product: RunningProduct, rows: number) {
  const { ctx, platform } = product
  const stateOf = async (id: string) => findImport(platform.db, ctx.workspaceId, id)
  const timed = async (begin: () => Promise<unknown>, isDone: () => Promise<boolean>): Promise<number> => {
    const startedAt = performance.now()
    await begin()
    await waitUntil(isDone, { secondsMax: 7_200 })
    return (rows * 1000) / (performance.now() - startedAt)
  }
  const first = await upload(product, fs.createReadStream(await writeCustomers(product, rows, 1)))
  await timed(
    () => startImport(ctx, first.setup),
    async () => (await stateOf(first.id)).state !== 'running',
  )
  const { id, setup } = await upload(product, fs.createReadStream(await writeCustomers(product, rows, 2)))
  const dryRunRowsPerSecond = await timed(
    () => startDryRun(ctx, setup),
    async () => (await readDryRun(ctx, setup)).state !== 'running',
  )
  const { counts } = await readDryRun(ctx, setup)
  if (counts.changed !== rows) throw new Error(`The dry run says ${JSON.stringify(counts)}`)
  const updateRowsPerSecond = await timed(
    () => startImport(ctx, setup),
    async () => (await stateOf(id)).state !== 'running',
  )
  const undoRowsPerSecond = await timed(
    () => startImportUndo(ctx, setup),
    async () => (await stateOf(id)).undo_state !== 'running',
  )
  const { done } = await readImportUndo(ctx, setup)
  if (done.peopleRestored !== rows) throw new Error(`The undo says ${JSON.stringify(done)}`)
  const run = { rows, dryRunRowsPerSecond, updateRowsPerSecond, undoRowsPerSecond }
  say(JSON.stringify(run))
  return run
}

/** Everybody is in both stores, and the last of the file is found by phone. */
async function check({ ctx, platform }: RunningProduct, id: string, rows: number): Promise<void> {
  const done = await findImport(platform.db, ctx.workspaceId, id)
  if (done.state !== 'finished' || done.people_new !== rows) throw new Error(`${done.state}: ${done.people_new} of ${rows} people, ${done.error_en ?? ''}`)
  const page = await listPeople(ctx, { limit: 1, search: `M${10_000_000 + rows - 1}` })
  if (page.items.length !== 1) throw new Error('The last customer is not in the people list')
  const { count } = await platform.warehouse.row<{ count: number }>({
    sql: 'select count() as count from people final where workspace_id = {workspaceId:UInt32} and has_phone = 1',
    params: { workspaceId: ctx.workspaceId },
  })
  if (count !== rows) throw new Error(`The warehouse has ${count} of ${rows} people`)
}

/** The same bytes by COPY into a table without an index: what PostgreSQL alone takes to keep them. */
async function bareCopy({ platform }: RunningProduct, rows: number): Promise<number> {
  const client = await platform.pool.connect()
  try {
    const columns = customerHeader.split(',').map((_, index) => `c${index} text`)
    await client.query(`create table bare_customers (${columns.join(', ')})`)
    const startedAt = performance.now()
    await pipeline(Readable.from(generateCustomers(rows)), client.query(copyFrom('copy bare_customers from stdin (format csv, header)')))
    return (rows * 1000) / (performance.now() - startedAt)
  } finally {
    client.release()
  }
}
