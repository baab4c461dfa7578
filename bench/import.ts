import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom } from 'pg-copy-streams'
import { findImport } from '../server/src/collect/imports/import-row.ts'
import { readDryRun, startDryRun } from '../server/src/collect/imports/dry-run/start-dry-run.ts'
import { startImport } from '../server/src/collect/imports/start-import.ts'
import { readImportUndo, startImportUndo } from '../server/src/collect/imports/undo/start-undo.ts'
import { uploadImport } from '../server/src/collect/imports/upload-import.ts'
import { listPeople } from '../server/src/people/list-people.ts'
import { customerHeader, generateCustomers } from './data/generate-customers.ts'
import { median, say, type Bench } from './support/bench.ts'
import { startProduct, waitUntil, type RunningProduct } from './support/product.ts'
import { measure } from './support/usage.ts'

const sizes = { small: { rows: 50_000, runs: 3 }, full: { rows: 1_000_000, runs: 1 } }

/**
 * A CSV of customers with phones and e-mail addresses: sealed, resolved to people, until visible in the people list and in the warehouse. Then the
 * same customers with other values: a dry run, the import of what changed (which keeps a journal), and its undo. `--rows` takes another number.
 */
export const bench: Bench = async (size) => {
  const given = Number(process.env['BENCH_ROWS'] ?? 0)
  const { rows, runs } = given > 0 ? { rows: given, runs: 1 } : sizes[size]
  const measured: ImportRun[] = []
  for (let run = 0; run < runs; run++) measured.push(await onFreshProduct((product) => importOnce(product, rows)))
  const bareCopyRowsPerSecond = await onFreshProduct((product) => bareCopy(product, rows))
  const of = (pick: (run: ImportRun) => number) => median(measured.map(pick))
  return {
    conditions: {
      rows,
      memoryCurveMb: measured[0]!.memoryCurveMb.join(' '),
      columns: customerHeader.split(',').length,
      bytes: measured[0]!.bytes,
      runs,
      node: process.version,
    },
    metrics: {
      rowsPerSecond: of((run) => run.rowsPerSecond),
      uploadSeconds: of((run) => run.uploadSeconds),
      importSeconds: of((run) => run.importSeconds),
      cpuSeconds: of((run) => run.cpuSeconds),
      peakRssMb: Math.max(...measured.map((run) => run.peakRssMb)),
      dryRunRowsPerSecond: of((run) => run.dryRunRowsPerSecond),
      updateRowsPerSecond: of((run) => run.updateRowsPerSecond),
      undoRowsPerSecond: of((run) => run.undoRowsPerSecond),
    },
    beside: { bareCopyRowsPerSecond },
  }
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
  cpuSeconds: number
  peakRssMb: number
  memoryCurveMb: number[]
  /** The same customers again with other values: looked at, imported, and taken back. */
  dryRunRowsPerSecond: number
  updateRowsPerSecond: number
  undoRowsPerSecond: number
}

async function importOnce(product: RunningProduct, rows: number): Promise<ImportRun> {
  const { ctx, platform } = product
  const { result, wallMs, cpuSeconds, peakRssMb, memoryCurveMb } = await measure(async () => {
    const startedAt = performance.now()
    const uploaded = await uploadImport(ctx, {
      fileName: 'customers.csv',
      content: Readable.from(generateCustomers(rows), { objectMode: false }),
      target: 'people',
    })
    const uploadSeconds = (performance.now() - startedAt) / 1000
    await startImport(ctx, { id: uploaded.id, target: 'people', mapping: uploaded.columns.map((column) => column.suggestion), options: {} })
    await waitUntil(async () => (await findImport(platform.db, ctx.workspaceId, uploaded.id)).state !== 'running', { secondsMax: 7_200 })
    return { id: uploaded.id, bytes: uploaded.bytes, uploadSeconds }
  })
  await check(product, result.id, rows)
  const run = {
    bytes: result.bytes,
    rowsPerSecond: (rows * 1000) / wallMs,
    uploadSeconds: result.uploadSeconds,
    importSeconds: wallMs / 1000 - result.uploadSeconds,
    cpuSeconds,
    peakRssMb,
    memoryCurveMb,
    ...(await changeAndUndo(product, rows)),
  }
  say(JSON.stringify(run))
  return run
}

/** A second file about the same people: everybody's attributes change, then go back. */
async function changeAndUndo({ ctx, platform }: RunningProduct, rows: number) {
  const content = Readable.from(generateCustomers(rows, 2), { objectMode: false })
  const uploaded = await uploadImport(ctx, { fileName: 'customers.csv', content, target: 'people' })
  const setup = { id: uploaded.id, target: 'people' as const, mapping: uploaded.columns.map((column) => column.suggestion), options: {} }
  const timed = async (begin: () => Promise<unknown>, isDone: () => Promise<boolean>): Promise<number> => {
    const startedAt = performance.now()
    await begin()
    await waitUntil(isDone, { secondsMax: 7_200 })
    return (rows * 1000) / (performance.now() - startedAt)
  }
  const dryRunRowsPerSecond = await timed(
    () => startDryRun(ctx, setup),
    async () => (await readDryRun(ctx, setup)).state !== 'running',
  )
  const { counts } = await readDryRun(ctx, setup)
  if (counts.changed !== rows) throw new Error(`The dry run says ${JSON.stringify(counts)}`)
  const stateOf = async () => findImport(platform.db, ctx.workspaceId, uploaded.id)
  const updateRowsPerSecond = await timed(
    () => startImport(ctx, setup),
    async () => (await stateOf()).state !== 'running',
  )
  const undoRowsPerSecond = await timed(
    () => startImportUndo(ctx, setup),
    async () => (await stateOf()).undo_state !== 'running',
  )
  const { done } = await readImportUndo(ctx, setup)
  if (done.peopleRestored !== rows) throw new Error(`The undo says ${JSON.stringify(done)}`)
  return { dryRunRowsPerSecond, updateRowsPerSecond, undoRowsPerSecond }
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
