import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../errors.ts'

/** One file of `server/migrations/…`; `name` is the file's name without `.sql`. */
export interface Migration {
  name: string
  sql: string
  sha256: string
}

export interface AppliedMigration {
  name: string
  sha256: string
}

/** The migrations of a folder in the order of their numbers. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const files = (await fs.readdir(folder)).filter((file) => file.endsWith('.sql')).toSorted()
  return Promise.all(
    files.map(async (file) => {
      const sql = await fs.readFile(path.join(folder, file), 'utf8')
      return { name: path.basename(file, '.sql'), sql, sha256: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/**
 * What is still to be applied. Throws `precondition` when the store is newer than this program, or was made by other files:
 * migrations only go forward, and one that was applied never changes.
 */
export function pendingMigrations(all: readonly Migration[], applied: readonly AppliedMigration[]): Migration[] {
  const known = new Map(all.map((migration) => [migration.name, migration]))
  const newer = applied.filter(({ name }) => !known.has(name)).map(({ name }) => name)
  if (newer.length > 0) {
    throw new AppError('precondition', {
      zh: `数据库比当前程序新（含有未知的迁移 ${newer.join('、')}），请使用更新版本的程序`,
      en: `The database is newer than this program (unknown migrations ${newer.join(', ')}); start a newer version`,
    })
  }
  const changed = applied.filter(({ name, sha256 }) => known.get(name)?.sha256 !== sha256).map(({ name }) => name)
  if (changed.length > 0) {
    throw new AppError('precondition', {
      zh: `已执行过的迁移文件被改动：${changed.join('、')}；请恢复原文件，改动写成新的迁移`,
      en: `Migrations that were already applied have been changed: ${changed.join(', ')}; restore them and write the change as a new migration`,
    })
  }
  const done = new Set(applied.map(({ name }) => name))
  return all.filter(({ name }) => !done.has(name))
}
