import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import type { Context } from '../../access/index.ts'
import { readImport } from './read-import.ts'
import { beginImport, finishImport, type ImportAsk } from './testing/import-kit.ts'

const masterKey = randomBytes(32).toString('hex')
let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit({ environment: { HONGYAN_MASTER_KEY: masterKey } })
})
afterAll(() => kit.stop())

/** A process of its own that reads imports until there is no more to do. */
function spawnReader() {
  const { host, port, user, database } = kit.platform.pool.options
  const program = path.join(import.meta.dirname, 'testing', 'import-child.ts')
  const env = { ...process.env, HONGYAN_DATA_DIR: kit.platform.config.dataDir, HONGYAN_MASTER_KEY: masterKey }
  return spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify({ host, port, user, database })], { env, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** Kills readers at random moments while they read, then finishes the import here; answers how many were killed at work. */
async function importUnderKills(ctx: Context, ask: ImportAsk) {
  const begun = await beginImport(ctx, ask)
  let killed = 0
  for (let round = 0; round < 6; round++) {
    const child = spawnReader()
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    const before = (await readImport(ctx, begun)).bytesRead
    while ((await readImport(ctx, begun)).bytesRead === before && child.exitCode === null) await sleep(5)
    await sleep(Math.random() * 60)
    if (child.exitCode === null && child.kill('SIGKILL')) killed += 1
    await ended
  }
  return { done: await finishImport(ctx, begun), killed }
}

it('reads every row once when its process is killed again and again', async () => {
  const ctx = await kit.workspace()
  const rows = Array.from({ length: 60_000 }, (_, row) => (row % 1000 === 7 ? `,13800,x` : `N${row},,"甲\n${row}"`))
  const { done, killed } = await importUnderKills(ctx, { content: `member_no,phone,name\n${rows.join('\n')}\n`, target: 'people' })
  expect(killed).toBeGreaterThan(2)
  expect(done).toMatchObject({ state: 'finished', rowsRead: 60_000, rowsGood: 59_940, rowsBad: 60, rowsDuplicate: 0, peopleNew: 59_940, peopleKnown: 0 })
  const { rows: counted } = await sql<{ people: number; bad: number }>`
    select (select count(*) from people where workspace_id = ${ctx.workspaceId}) as people, (select count(*) from import_bad_rows where import_id = ${done.id}::uuid) as bad`.execute(
    kit.platform.db,
  )
  expect(counted[0]).toEqual({ people: 59_940, bad: 60 })
}, 120_000)

it('builds every order once, with all its lines, when its process is killed again and again', async () => {
  const ctx = await kit.workspace()
  const rows = Array.from({ length: 40_000 }, (_, row) => `N${row % 500},O${row % 13_000},2025-01-01,0.01,P${row}`)
  const { done, killed } = await importUnderKills(ctx, { content: `会员号,订单号,时间,金额,商品\n${rows.join('\n')}\n`, target: 'orders' })
  expect(killed).toBeGreaterThan(2)
  expect(done).toMatchObject({ state: 'finished', rowsRead: 40_000, rowsGood: 40_000, rowsDuplicate: 0, peopleNew: 500 })
  const counted = await kit.platform.warehouse.row<{ orders: number; fen: number; lines: number }>({
    sql: 'select count() as orders, sum(amount_fen) as fen, sum(length(properties.items::Array(JSON))) as lines from events where workspace_id = {workspaceId:UInt32}',
    params: { workspaceId: ctx.workspaceId },
  })
  expect(counted).toEqual({ orders: 13_000, fen: 40_000, lines: 40_000 })
}, 120_000)
