import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { collectRoutes } from '../../../contracts/collect.ts'
import { insightRoutes } from '../../../contracts/insight.ts'
import type { Context } from '../../src/access/index.ts'
import { InboxConsumer } from '../../src/collect/consume-inbox.ts'
import { giveBackChunk } from '../../src/collect/give-back-chunk.ts'
import { createSource } from '../../src/collect/sources/create-source.ts'
import { rotateWriteKey } from '../../src/collect/sources/write-keys.ts'
import { watchInbox } from '../../src/collect/watch-inbox.ts'
import type { Platform } from '../../src/platform/platform.ts'
import { migrateWarehouse } from '../../src/platform/warehouse/migrate-warehouse.ts'
import { openWarehouse } from '../../src/platform/warehouse/open-warehouse.ts'
import type { Warehouse } from '../../src/platform/warehouse/warehouse.ts'
import { freePort } from '../free-port.ts'
import { startTestKit, type TestKit } from '../kit.ts'
import { ask, cookiesOf } from '../walk.ts'

const now = new Date('2026-11-20T08:00:00.000Z')
let kit: TestKit
let http: FastifyInstance
let ctx: Context
let writeKey: string

beforeAll(async () => {
  kit = await startTestKit({ now })
  http = await kit.http()
})
afterAll(async () => kit?.stop())
beforeEach(async () => {
  kit.clock.set(now)
  ctx = await kit.workspace()
  ;({ writeKey } = await createSource(ctx, { name: '商城' }))
})

let sent = 0
async function send(count: number, times: { timestamp?: string; sentAt?: string } = {}): Promise<number> {
  const batch = Array.from({ length: count }, () => ({
    type: 'track',
    event: 'Product Viewed',
    userId: `u${++sent % 50}`,
    messageId: `m-${sent}`,
    properties: { sku: `S${sent}` },
    ...times,
  }))
  const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`
  return (await http.inject({ method: 'POST', url: '/v1/batch', headers: { authorization }, payload: { batch } })).statusCode
}

async function countEvents(warehouse: Warehouse): Promise<{ events: number; distinct: number }> {
  return warehouse.row({
    sql: 'select count() as events, uniqExact(event_id) as distinct from events where workspace_id = {workspaceId:UInt32}',
    params: { workspaceId: ctx.workspaceId },
  })
}

async function read<Answer>(route: Parameters<typeof ask>[1]): Promise<Answer> {
  const answer = await ask(http, route, await cookiesOf(ctx), { params: { workspaceId: ctx.workspaceId } })
  expect(answer.statusCode).toBe(200)
  return answer.json<Answer>()
}

interface Inbox {
  waiting: number
  failed: number
  quarantined: number
  isLate: boolean
  trouble: { awaySince: string | null; error: string }[]
}
const readInbox = () => read<Inbox>(collectRoutes.readInbox)
const attention = async () => (await read<{ attention: { kind: string }[] }>(insightRoutes.readOverview)).attention.map(({ kind }) => kind)

async function drain(platform: Platform): Promise<void> {
  const consumer = new InboxConsumer(platform)
  while (await consumer.step());
}

const folders: string[] = []
const newFolder = (): string => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hongyan-away-'))
  folders.push(folder)
  return folder
}
afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true })
})

interface WarehouseServer {
  url: string
  kill(): Promise<void>
}

/** The warehouse as a process of its own, because a test process has one already; killed and started again it has its data. */
async function startWarehouse(folder: string, port: number): Promise<WarehouseServer> {
  const script = fileURLToPath(new URL('../../src/platform/warehouse/testing/front-process.ts', import.meta.url))
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', script, folder, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (bytes: Buffer) => resolve(bytes.toString().trim()))
    child.once('exit', (code) => reject(new Error(`the warehouse ended with ${code}`)))
  })
  return {
    url,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
    },
  }
}

describe('a warehouse that does not answer for ten minutes', () => {
  it('lets events wait, shows the backlog, raises the alert, and has every one of them once when it is back', async () => {
    const folder = newFolder()
    const port = await freePort()
    let server = await startWarehouse(folder, port)
    const warehouse = await openWarehouse({ kind: 'server', url: server.url })
    try {
      await migrateWarehouse(warehouse)
      const platform: Platform = { ...kit.platform, warehouse }
      expect(await send(10)).toBe(200)
      await drain(platform)
      await server.kill()
      const consumer = new InboxConsumer(platform)
      for (let minute = 0; minute < 10; minute++) {
        expect(await send(25)).toBe(200)
        await expect(consumer.step()).rejects.toMatchObject({ errorName: 'unavailable' })
        kit.clock.advance(60_000)
      }
      await watchInbox(kit.platform)
      const inbox = await readInbox()
      expect(inbox).toMatchObject({ waiting: 250, failed: 0, quarantined: 0, isLate: true })
      expect(inbox.trouble).toMatchObject([{ awaySince: now.toISOString(), error: expect.stringContaining('warehouse') }])
      expect(await attention()).toContain('storeAway')
      expect(await kit.platform.metrics.text()).toMatch(/hongyan_inbox_oldest_seconds 600\b/)
      server = await startWarehouse(folder, port)
      await drain(platform)
      expect(await countEvents(warehouse)).toEqual({ events: 260, distinct: 260 })
      expect(await readInbox()).toMatchObject({ waiting: 0, failed: 0, isLate: false, trouble: [] })
      expect(await attention()).toEqual([])
    } finally {
      await warehouse.close()
      await server.kill()
    }
  })
})

describe('a warehouse on a full disk', () => {
  it('lets events wait, sets none aside, and has every one of them once when there is room again', async () => {
    const disk = smallDisk(newFolder())
    if (disk === null) return expectFullDeviceIsNoFault()
    const server = await startWarehouse(disk.path, await freePort())
    const warehouse = await openWarehouse({ kind: 'server', url: server.url })
    try {
      await migrateWarehouse(warehouse)
      const platform: Platform = { ...kit.platform, warehouse }
      expect(await send(20)).toBe(200)
      await drain(platform)
      disk.fill()
      const consumer = new InboxConsumer(platform)
      for (let attempt = 0; attempt < 8; attempt++) {
        expect(await send(20)).toBe(200)
        await expect(consumer.step()).rejects.toThrow(/space|ENOSPC/i)
      }
      expect(await readInbox()).toMatchObject({ waiting: 160, failed: 0, quarantined: 0, trouble: [{ awaySince: now.toISOString() }] })
      disk.free()
      await drain(platform)
      expect(await countEvents(warehouse)).toEqual({ events: 180, distinct: 180 })
      expect(await readInbox()).toMatchObject({ waiting: 0, failed: 0, trouble: [] })
    } finally {
      await warehouse.close()
      await server.kill()
      disk.remove()
    }
    return undefined
  })
})

/** A small disk of its own; null where tests may not mount one. */
function smallDisk(folder: string): { path: string; fill(): void; free(): void; remove(): void } | null {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    return null
  }
  const filler = path.join(folder, 'filler')
  return {
    path: path.join(folder, 'warehouse'),
    fill() {
      const file = fs.openSync(filler, 'w')
      expect(() => {
        for (;;) fs.writeSync(file, Buffer.alloc(64 * 1024))
      }).toThrow(/ENOSPC/)
      fs.closeSync(file)
    },
    free: () => fs.rmSync(filler),
    remove: () => execFileSync('umount', ['-l', folder]),
  }
}

/** Without a disk to fill, a device that is always full: what it says is no fault of the chunk. */
async function expectFullDeviceIsNoFault(): Promise<void> {
  await send(20)
  await sql`insert into inbox_chunks (workspace_id, kind, leased_until, lease_owner) values (${ctx.workspaceId}, 'tracking', now(), 'me')`.execute(
    kit.platform.db,
  )
  const file = fs.openSync('/dev/full', 'w')
  let thrown: unknown
  try {
    fs.writeSync(file, 'x')
  } catch (error) {
    thrown = error
  } finally {
    fs.closeSync(file)
  }
  const chunk = { id: 1, workspaceId: ctx.workspaceId, kind: 'tracking', state: 'claimed', leaseOwner: 'me', failures: 0, splitFrom: null, rows: [] } as const
  expect(await giveBackChunk(kit.platform, { ...chunk, rows: [] }, thrown)).toEqual({ isAway: true })
  expect(await readInbox()).toMatchObject({ waiting: 20, failed: 0 })
}

describe('a clock that jumps', () => {
  it('back or forward holds up nothing and lets nothing in that is over', async () => {
    expect(await send(10)).toBe(200)
    kit.clock.set('2025-01-01T00:00:00.000Z')
    expect(await send(10)).toBe(200)
    expect(await readInbox()).toMatchObject({ waiting: 20, isLate: false })
    await drain(kit.platform)
    kit.clock.set('2031-01-01T00:00:00.000Z')
    expect(await send(10)).toBe(200)
    await drain(kit.platform)
    kit.clock.set(now)
    expect(await send(10)).toBe(200)
    await drain(kit.platform)
    expect(await countEvents(kit.platform.warehouse)).toEqual({ events: 40, distinct: 40 })
    expect(await readInbox()).toMatchObject({ waiting: 0, failed: 0, isLate: false })
  })

  it('back does not keep a key in memory for longer', async () => {
    expect(await send(1)).toBe(200)
    // As another process would: nothing here is told of it.
    await sql`update source_keys set revoked_at = now() where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
    kit.clock.set('2025-01-01T00:00:00.000Z')
    expect(await send(1)).toBe(401)
  })

  it('of a sender by years is set right by when it sent, and nothing happens in the future', async () => {
    for (const errorMs of [0, 5 * 365 * 86_400_000, -9 * 365 * 86_400_000]) {
      const at = (offsetMs: number) => new Date(now.getTime() + errorMs + offsetMs).toISOString()
      expect(await send(1, { timestamp: at(-90_000), sentAt: at(0) })).toBe(200)
    }
    expect(await send(1, { timestamp: '2035-01-01T00:00:00Z' })).toBe(200)
    await drain(kit.platform)
    const rows = await kit.platform.warehouse.rows<{ secondsAgo: number }>({
      sql: `select toInt32(dateDiff('second', time, received_at)) as secondsAgo from events where workspace_id = {workspaceId:UInt32} order by time`,
      params: { workspaceId: ctx.workspaceId },
    })
    expect(rows.map(({ secondsAgo }) => secondsAgo)).toEqual([90, 90, 90, 0])
  })

  it('forward ends the overlap of a replaced key, not the new one', async () => {
    const { rows } = await sql<{ id: string }>`select id from source_keys where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
    const next = await rotateWriteKey(ctx, rows[0]!.id, { overlapHours: 24 })
    kit.clock.advance(25 * 3_600_000)
    expect(await send(1)).toBe(401)
    writeKey = next.writeKey
    expect(await send(1)).toBe(200)
  })
})
