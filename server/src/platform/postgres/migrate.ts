import type pg from 'pg'
import { projectPath } from '../project-root.ts'
import { advisoryLocks, withAdvisoryLock } from './advisory-lock.ts'
import { pendingMigrations, readMigrations, type AppliedMigration, type Migration } from './migrations.ts'

/**
 * Brings the database to the newest schema and says which files were applied. Safe to repeat and to run at once from many processes.
 * Each file is one transaction. Throws `precondition` when the database is newer than the files or an applied file was changed.
 */
export async function migrate(pool: pg.Pool, folder: string = projectPath('server', 'migrations', 'postgres')): Promise<string[]> {
  const migrations = await readMigrations(folder)
  return withAdvisoryLock(pool, advisoryLocks.migratePostgres, async (client) => {
    const pending = pendingMigrations(migrations, await readApplied(client))
    for (const migration of pending) await apply(client, migration)
    return pending.map(({ name }) => name)
  })
}

async function readApplied(client: pg.PoolClient): Promise<AppliedMigration[]> {
  await client.query(`
    create table if not exists schema_migrations (
      name text primary key,
      sha256 text not null,
      applied_at timestamptz not null default now()
    )`)
  const { rows } = await client.query<AppliedMigration>('select name, sha256 from schema_migrations order by name')
  return rows
}

async function apply(client: pg.PoolClient, migration: Migration): Promise<void> {
  try {
    await client.query('begin')
    await client.query(migration.sql)
    await client.query('insert into schema_migrations (name, sha256) values ($1, $2)', [migration.name, migration.sha256])
    await client.query('commit')
  } catch (error) {
    throw new Error(`The migration ${migration.name} failed`, { cause: error })
  }
}
