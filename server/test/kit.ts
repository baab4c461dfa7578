import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { inject } from 'vitest'
import { rolePermissions, type Role } from '../../contracts/permissions.ts'
import { defaultContactPolicy, type ContactPolicy } from '../../contracts/workspaces.ts'
import type { Context } from '../src/access/index.ts'
import { ManualClock } from '../src/platform/clock.ts'
import { readConfig } from '../src/platform/config.ts'
import { createJobs } from '../src/platform/jobs/create-jobs.ts'
import { createLog } from '../src/platform/log.ts'
import { createMetrics } from '../src/platform/metrics.ts'
import type { Platform } from '../src/platform/platform.ts'
import { connect, createPool } from '../src/platform/postgres/connect.ts'
import { createVaults } from '../src/platform/vault/create-vaults.ts'
import { openWarehouse } from '../src/platform/warehouse/open-warehouse.ts'

interface KitOptions {
  /** Where the clock stands; the real now when left out. */
  now?: Date | string
  /** Settings as environment variables. */
  environment?: Record<string, string>
}

interface WorkspaceOptions {
  role?: Role
  timezone?: string
  contactPolicy?: Partial<ContactPolicy>
}

/** Everything a test needs, on real engines: PostgreSQL (a clone of the migrated template) and ClickHouse in a temporary directory. */
export interface TestKit {
  platform: Platform
  clock: ManualClock
  /** A fresh workspace and a user in it, by default its owner, as the context of a verb. */
  workspace(options?: WorkspaceOptions): Promise<Context>
  /** Another user of the same workspace. */
  member(ctx: Context, role: Role): Promise<Context>
  /** The whole web application, for `inject`; background work is not started. */
  http(): Promise<FastifyInstance>
  stop(): Promise<void>
}

/** Starts the kit, once per test file (`beforeAll`); `stop` it in `afterAll`. Background work runs only after `platform.jobs.start()`. */
export async function startTestKit(options: KitOptions = {}): Promise<TestKit> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hongyan-kit-'))
  const clock = new ManualClock(options.now ?? new Date())
  const { platform, close } = await startPlatform(folder, clock, options.environment ?? {})
  let app: Promise<FastifyInstance> | null = null

  return {
    platform,
    clock,
    workspace: (workspaceOptions = {}) => createWorkspace(platform, workspaceOptions),
    member: (ctx, role) => createMember(platform, ctx.workspaceId, role),
    http: () => (app ??= assembleApp(platform)),
    async stop() {
      await (await app)?.close()
      await close()
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
    },
  }
}

async function startPlatform(folder: string, clock: ManualClock, environment: Record<string, string>): Promise<{ platform: Platform; close(): Promise<void> }> {
  const config = readConfig({ HONGYAN_DATA_DIR: folder, HONGYAN_LOG_LEVEL: process.env['HONGYAN_LOG_LEVEL'] ?? 'fatal', ...environment })
  const log = createLog(config.log)
  const metrics = createMetrics({ process: false })
  const address = await cloneDatabase()
  const { pool, db, close } = connect(address, { log })
  fs.cpSync(inject('warehouse'), path.join(folder, 'warehouse'), { recursive: true, verbatimSymlinks: true })
  const warehouse = await openWarehouse({ kind: 'embedded', path: path.join(folder, 'warehouse') })
  const jobs = createJobs({ address, db, log, metrics, runs: true, graceMs: 2_000 })
  const vaults = createVaults(db, config.masterKey ?? randomBytes(32))
  const platform: Platform = { config, clock, log, metrics, db, pool, warehouse, vaults, jobs }
  return {
    platform,
    async close() {
      await jobs.stop()
      await warehouse.close()
      await close()
      await asAdministrator((query) => query(`drop database if exists ${address.database} with (force)`))
    },
  }
}

/** A database of one's own, in some 40 ms. */
export async function cloneDatabase(): Promise<{ host: string; port: number; user: string; database: string }> {
  const { host, port, user, template } = inject('postgres')
  const database = `test_${randomBytes(8).toString('hex')}`
  await asAdministrator((query) => query(`create database ${database} template ${template}`))
  return { host, port, user, database }
}

async function asAdministrator(work: (query: (text: string) => Promise<unknown>) => Promise<unknown>): Promise<void> {
  const { host, port, user } = inject('postgres')
  const pool = createPool({ host, port, user, database: 'postgres' }, { log: createLog({ level: 'fatal' }), connectionsMax: 1 })
  try {
    await work((text) => pool.query(text))
  } finally {
    await pool.end()
  }
}

async function createWorkspace(platform: Platform, options: WorkspaceOptions): Promise<Context> {
  const policy = { ...defaultContactPolicy, ...options.contactPolicy }
  const { rows } = await sql<{ id: number }>`
    insert into workspaces (name, timezone, contact_policy, sealed_data_key, created_at)
    values (${`测试工作区 ${randomBytes(3).toString('hex')}`}, ${options.timezone ?? 'Asia/Shanghai'}, ${JSON.stringify(policy)}::jsonb,
      ${platform.vaults.newSealedDataKey()}, ${platform.clock.now()})
    returning id`.execute(platform.db)
  return createMember(platform, rows[0]!.id, options.role ?? 'owner')
}

async function createMember(platform: Platform, workspaceId: number, role: Role): Promise<Context> {
  const name = `${role} ${randomBytes(3).toString('hex')}`
  const { rows } = await sql<{ userId: string }>`
    with created as (
      insert into users (email, name, password_hash) values (${`${name.replace(' ', '-')}@example.com`}, ${name}, 'none') returning id
    )
    insert into members (workspace_id, user_id, role) select ${workspaceId}, id, ${role} from created returning user_id as "userId"`.execute(platform.db)
  const actor = { kind: 'user' as const, userId: rows[0]!.userId, name, role }
  return { platform, workspaceId, actor, permissions: new Set(rolePermissions[role]), ip: null }
}

async function assembleApp(platform: Platform): Promise<FastifyInstance> {
  const { assemble } = await import('../src/app.ts')
  const { http } = await assemble(platform, { missingAudit: 'fail' })
  await http.ready()
  return http
}
