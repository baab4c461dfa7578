import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { AppError } from '../errors.ts'
import { advisoryLocks } from './advisory-lock.ts'
import { clientSettings, type PostgresAddress } from './connect.ts'

export interface InstallationLock {
  release(): Promise<void>
}

/**
 * Marks a data directory as in use by this process for as long as it lives. A predecessor that is just ending is waited for;
 * throws `precondition` when another process keeps it: both engines in it serve one process only.
 */
export async function lockInstallation(address: PostgresAddress, dataDir: string, { waitMsMax = 6_000 } = {}): Promise<InstallationLock> {
  const client = new Client({ ...clientSettings(address), application_name: 'hongyan-lock', keepAlive: true })
  client.on('error', () => {})
  await client.connect()
  for (const until = Date.now() + waitMsMax; ;) {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [advisoryLocks.installation])
    if (rows[0]?.locked) return { release: () => client.end().catch(() => {}) }
    if (Date.now() > until) break
    await sleep(250)
  }
  await client.end()
  throw new AppError('precondition', {
    zh: `另一个鸿雁进程正在使用数据目录 ${dataDir}：请先停止它，或另设 HONGYAN_DATA_DIR`,
    en: `Another Hongyan process is using the data directory ${dataDir}; stop it first, or set another HONGYAN_DATA_DIR`,
  })
}
