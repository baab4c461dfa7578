import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { stepDryRuns } from './dry-run/run-dry-runs.ts'
import { readDryRun, startDryRun } from './dry-run/start-dry-run.ts'
import { prepareNext } from './prepare-workbook.ts'
import { startImport } from './start-import.ts'
import { beginImport, finishImport, type ImportAsk } from './testing/import-kit.ts'
import { inlineRows, makeWorkbook } from './testing/make-workbook.ts'
import { stepUndos } from './undo/run-undo.ts'
import { readImportUndo, startImportUndo } from './undo/start-undo.ts'
import { uploadImport } from './upload-import.ts'

const masterKey = randomBytes(32).toString('hex')
let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit({ environment: { HONGYAN_MASTER_KEY: masterKey } })
})
afterAll(() => kit.stop())

/** A process of its own that reads imports until there is no more to do, or until it kills itself so long after its first step. */
function spawnReader(killAfterMs: number) {
  const { host, port, user, database } = kit.platform.pool.options
  const program = path.join(import.meta.dirname, 'testing', 'import-child.ts')
  const env = { ...process.env, HONGYAN_DATA_DIR: kit.platform.config.dataDir, HONGYAN_MASTER_KEY: masterKey }
  const order = JSON.stringify({ address: { host, port, user, database }, killAfterMs })
  return spawn(process.execPath, ['--import', 'tsx', program, order], { env, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** Lets workers die at random moments of their work; answers how many did. */
async function killAtWork(rounds = 4): Promise<number> {
  let killed = 0
  for (let round = 0; round < rounds; round++) {
    const child = spawnReader(Math.random() * 60)
    const signal = await new Promise((resolve) => child.once('exit', (_code, by) => resolve(by)))
    if (signal === 'SIGKILL') killed += 1
  }
  return killed
}

/** An import whose readers are killed again and again, finished here. */
async function importUnderKills(ctx: Context, ask: ImportAsk) {
  const begun = await beginImport(ctx, ask)
  const killed = await killAtWork()
  return { done: await finishImport(ctx, begun), killed }
}

it('reads every row once when its process is killed again and again', async () => {
  const ctx = await kit.workspace()
  const rows = Array.from({ length: 60_000 }, (_, row) => (row % 1000 === 7 ? `,13800,x` : `N${row},,"甲\n${row}"`))
  const { done, killed } = await importUnderKills(ctx, { content: `member_no,phone,name\n${rows.join('\n')}\n`, target: 'people' })
  expect(killed).toBeGreaterThan(1)
  expect(done).toMatchObject({ state: 'finished', rowsRead: 60_000, rowsGood: 59_940, rowsBad: 60, rowsDuplicate: 0, peopleNew: 59_940, peopleKnown: 0 })
  const { rows: counted } = await sql<{ people: number; bad: number }>`
    select (select count(*) from people where workspace_id = ${ctx.workspaceId}) as people, (select count(*) from import_bad_rows where import_id = ${done.id}::uuid) as bad`.execute(
    kit.platform.db,
  )
  expect(counted[0]).toEqual({ people: 59_940, bad: 60 })
})

it('builds every order once, with all its lines, when its process is killed again and again', async () => {
  const ctx = await kit.workspace()
  const rows = Array.from({ length: 40_000 }, (_, row) => `N${row % 500},O${row % 13_000},2025-01-01,0.01,P${row}`)
  const { done, killed } = await importUnderKills(ctx, { content: `会员号,订单号,时间,金额,商品\n${rows.join('\n')}\n`, target: 'orders' })
  expect(killed).toBeGreaterThan(1)
  expect(done).toMatchObject({ state: 'finished', rowsRead: 40_000, rowsGood: 40_000, rowsDuplicate: 0, peopleNew: 500 })
  const counted = await kit.platform.warehouse.row<{ orders: number; fen: number; lines: number }>({
    sql: 'select count() as orders, sum(amount_fen) as fen, sum(length(properties.items::Array(JSON))) as lines from events where workspace_id = {workspaceId:UInt32}',
    params: { workspaceId: ctx.workspaceId },
  })
  expect(counted).toEqual({ orders: 13_000, fen: 40_000, lines: 40_000 })
})

it('goes through a workbook, a dry run and an undo once, whoever is killed', async () => {
  const ctx = await kit.workspace()
  const rows = Array.from({ length: 20_000 }, (_, row) => [`W${row}`, row % 500 === 3 ? '138' : '', `客户 ${row}`])
  const content = makeWorkbook({ sheets: [{ name: '名单', rows: inlineRows([['会员号', '手机号', '姓名'], ...rows]) }] })
  const uploaded = await uploadImport(ctx, { fileName: 'a.xlsx', content: Readable.from([content]), target: 'people' })
  await prepareNext(kit.platform)
  const setup = { id: uploaded.id, target: 'people' as const, mapping: ['member_no', 'phone', 'attribute:name'], options: {} }
  await startDryRun(ctx, setup)
  expect(await killAtWork(3)).toBeGreaterThan(0)
  // For a moment the server still works for who was killed, and keeps others out.
  await workUntil(
    () => stepDryRuns(kit.platform),
    async () => (await readDryRun(ctx, setup)).state !== 'running',
  )
  expect((await readDryRun(ctx, setup)).counts).toMatchObject({ new: 19_960, invalid: 40, duplicate: 0 })
  await startImport(ctx, setup)
  expect(await finishImport(ctx, setup)).toMatchObject({ state: 'finished', rowsGood: 19_960, peopleNew: 19_960 })
  await startImportUndo(ctx, setup)
  // Up to the people, whose pages need no warehouse: the processes to be killed have none.
  while ((await phaseOf(uploaded.id)) !== 'people') await stepUndos(kit.platform)
  await sql`update import_people set created = false where import_id = ${uploaded.id}::uuid`.execute(kit.platform.db)
  await sql`
    insert into import_changes (import_id, workspace_id, person_id, attributes)
    select import_id, workspace_id, person_id, '{"name": ["从前", 1, 0]}' from import_people where import_id = ${uploaded.id}::uuid`.execute(kit.platform.db)
  expect(await killAtWork(3)).toBeGreaterThan(0)
  await workUntil(
    () => stepUndos(kit.platform),
    async () => (await readImportUndo(ctx, setup)).state !== 'running',
  )
  expect(await readImportUndo(ctx, setup)).toMatchObject({ state: 'finished', done: { peopleRestored: 19_960 } })
  const { rows: names } = await sql<{ count: number }>`
    select count(*)::int as count from people where workspace_id = ${ctx.workspaceId} and attributes ->> 'name' = '从前' and version = 2`.execute(
    kit.platform.db,
  )
  expect(names[0]).toEqual({ count: 19_960 })
})

async function workUntil(step: () => Promise<boolean>, isOver: () => Promise<boolean>): Promise<void> {
  while (!(await isOver())) if (!(await step())) await sleep(50)
}

async function phaseOf(id: string): Promise<string | null> {
  const { rows } = await sql<{ undo_phase: string | null }>`select undo_phase from imports where id = ${id}::uuid`.execute(kit.platform.db)
  return rows[0]!.undo_phase
}
