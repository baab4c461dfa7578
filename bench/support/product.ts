import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { foundWorkspace, systemContext, type Context } from '../../server/src/access/index.ts'
import { assemble } from '../../server/src/app.ts'
import { readConfig } from '../../server/src/platform/config.ts'
import type { Clock } from '../../server/src/platform/clock.ts'
import { createPlatform } from '../../server/src/platform/create-platform.ts'
import type { Platform } from '../../server/src/platform/platform.ts'

/** The whole product in this process, as `npm start` runs it, on a fresh data directory with an empty workspace. */
export interface RunningProduct {
  platform: Platform
  /** The context of a verb in the workspace. */
  ctx: Context
  /** e.g. `http://127.0.0.1:41234` */
  url: string
  /** Where both stores keep their files. */
  dataDir: string
  stop(): Promise<void>
}

interface StartOptions {
  /** Without, nothing happens but what the bench does. */
  background?: boolean
  /** Data that is there already or is to be kept; otherwise a fresh directory that `stop` removes. */
  dataDir?: string
  clock?: Clock
}

/** Starts the product on a fresh data directory, or on one that is there, with the workspace of benches. */
export async function startProduct({ background = true, dataDir: given, clock }: StartOptions = {}): Promise<RunningProduct> {
  const dataDir = given ?? (await fs.mkdtemp(path.join(os.tmpdir(), 'hongyan-bench-')))
  const config = readConfig({ HONGYAN_DATA_DIR: dataDir, HONGYAN_PORT: '0', HONGYAN_LOG_LEVEL: process.env['HONGYAN_LOG_LEVEL'] ?? 'error' })
  const { platform, close } = await createPlatform(config, { clock })
  const app = await assemble(platform)
  const url = await app.http.listen({ host: '127.0.0.1', port: 0 })
  if (background) await app.start()
  const workspaceId = await foundBenchWorkspace(platform)
  return {
    platform,
    ctx: systemContext(platform, workspaceId, 'bench'),
    url,
    dataDir,
    async stop() {
      await app.stop()
      await close()
      if (given === undefined) await fs.rm(dataDir, { recursive: true, force: true })
    },
  }
}

const workspaceName = '压测'

async function foundBenchWorkspace(platform: Platform): Promise<number> {
  const { rows: known } = await sql<{ id: number }>`select id from workspaces where name = ${workspaceName}`.execute(platform.db)
  if (known[0]) return known[0].id
  return platform.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{
      id: string
    }>`insert into users (email, name, password_hash) values ('bench@example.com', 'bench', 'none') returning id`.execute(tx)
    return foundWorkspace(platform, tx, { name: workspaceName, timezone: 'Asia/Shanghai', ownerId: rows[0]!.id })
  })
}

/** Waits until `isDone`, asking every `everyMs`; throws after `secondsMax`, so that a bench that is stuck fails instead of hanging. */
export async function waitUntil(isDone: () => Promise<boolean>, { everyMs = 100, secondsMax = 600 } = {}): Promise<void> {
  const deadline = performance.now() + secondsMax * 1000
  while (!(await isDone())) {
    if (performance.now() > deadline) throw new Error(`Not done after ${secondsMax} s`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
