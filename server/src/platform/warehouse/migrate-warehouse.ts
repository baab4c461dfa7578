import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { projectPath } from '../project-root.ts'
import { splitStatements } from './sql-text.ts'
import type { Warehouse } from './warehouse.ts'

export interface WarehouseMigrationOptions {
  /** Folder of `YYYYMMDDHHMM-words.sql`; the product's own when left out. */
  folder?: string
  /** Runs the work while nobody else migrates the same warehouse, e.g. under an advisory lock of PostgreSQL. */
  withLock?: <Answer>(work: () => Promise<Answer>) => Promise<Answer>
  now?: Date
}

interface Migration {
  name: string
  sha256: string
  statements: string[]
}

const recordsTable = `create table if not exists schema_migrations (name String, sha256 String, applied_at DateTime64(3, 'UTC'))
  engine = MergeTree order by name settings non_replicated_deduplication_window = 1000`

/**
 * Brings the warehouse's tables to what this code expects; answers the names of the files that were applied now.
 * Files only go forward. The engine has no transactions: a file that was broken off is run again from its start, so its statements
 * are written to be safe twice (`create … if not exists`).
 * @throws when the warehouse has migrations that this code does not know (it is newer), or a file was changed after it was applied.
 */
export async function migrateWarehouse(warehouse: Warehouse, options: WarehouseMigrationOptions = {}): Promise<string[]> {
  const migrations = await readMigrations(options.folder ?? projectPath('server', 'migrations', 'warehouse'))
  const withLock = options.withLock ?? ((work) => work())
  return withLock(async () => {
    await warehouse.run({ sql: recordsTable })
    const applied = await warehouse.rows<{ name: string; sha256: string }>({ sql: 'select name, any(sha256) as sha256 from schema_migrations group by name' })
    checkHistory(migrations, applied)
    const names = new Set(applied.map(({ name }) => name))
    const missing = migrations.filter(({ name }) => !names.has(name))
    for (const migration of missing) await apply(warehouse, migration, options.now ?? new Date())
    return missing.map(({ name }) => name)
  })
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8')
      return { name, sha256: createHash('sha256').update(text).digest('hex'), statements: splitStatements(text) }
    }),
  )
}

function checkHistory(migrations: Migration[], applied: { name: string; sha256: string }[]): void {
  const known = new Map(migrations.map(({ name, sha256 }) => [name, sha256]))
  const unknown = applied.filter(({ name }) => !known.has(name)).map(({ name }) => name)
  if (unknown.length > 0)
    throw new Error(`The warehouse is newer than this program: it has ${unknown.join(', ')}. Start the version that wrote it, or a later one`)
  const changed = applied.filter(({ name, sha256 }) => known.get(name) !== sha256).map(({ name }) => name)
  if (changed.length > 0) throw new Error(`Warehouse migrations were changed after they had been applied: ${changed.join(', ')}`)
}

async function apply(warehouse: Warehouse, migration: Migration, now: Date): Promise<void> {
  for (const sql of migration.statements) await warehouse.run({ sql })
  const row = { name: migration.name, sha256: migration.sha256, applied_at: now.toISOString() }
  await warehouse.insertRows('schema_migrations', [row], { token: `migration ${migration.name} ${migration.sha256}` })
}
