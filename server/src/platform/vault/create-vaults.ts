import { createSecretKey, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { AppError, notFound } from '../errors.ts'
import type { Database } from '../platform.ts'
import { open, seal } from './sealing.ts'
import type { Vault, Vaults } from './vaults.ts'
import { workspaceVault } from './workspace-vault.ts'

const dataKeyPurpose = Buffer.from('workspace-data-key')

/** Vaults whose data keys are sealed by `masterKey` (32 bytes) in `workspaces.sealed_data_key`. */
export function createVaults(db: Database, masterKey: Buffer): Vaults {
  const master = createSecretKey(masterKey)
  const cache = new Map<number, Promise<Vault>>()

  async function load(workspaceId: number): Promise<Vault> {
    const { rows } = await sql<{ sealed_data_key: Buffer }>`select sealed_data_key from workspaces where id = ${workspaceId}`.execute(db)
    const row = rows[0]
    if (!row) throw notFound({ zh: '工作区', en: 'workspace' })
    return workspaceVault(workspaceId, openDataKey(row.sealed_data_key))
  }

  function openDataKey(sealed: Buffer): Buffer {
    try {
      return open(master, dataKeyPurpose, sealed)
    } catch (error) {
      throw new AppError('internal', {
        zh: '主密钥 HONGYAN_MASTER_KEY 与数据库不匹配：请换回创建该工作区时使用的密钥',
        en: 'HONGYAN_MASTER_KEY does not fit this database: use the key that was in use when the workspace was made',
        cause: error,
      })
    }
  }

  return {
    of(workspaceId) {
      const cached = cache.get(workspaceId)
      if (cached) return cached
      const loading = load(workspaceId)
      cache.set(workspaceId, loading)
      loading.catch(() => cache.delete(workspaceId))
      return loading
    },
    newSealedDataKey: () => seal(master, dataKeyPurpose, randomBytes(32)),
  }
}
