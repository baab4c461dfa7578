import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { AppError } from '../errors.ts'
import type { Runner } from './account.ts'

/** Makes a folder that only PostgreSQL's account may enter. */
export function prepareFolder(folder: string, runner: Runner): void {
  // A recursive mkdir gives its mode to every folder it makes: parents of mode 0700 would lock PostgreSQL out.
  fs.mkdirSync(path.dirname(folder), { recursive: true, mode: 0o755 })
  try {
    fs.mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    refuseForeignFolder(folder, runner)
  }
  if (runner.owner) fs.chownSync(folder, runner.owner.uid, runner.owner.gid)
}

/** The folder of the socket of a data directory: short, as a socket's path holds 107 bytes at most. */
export function socketFolder(dataDir: string): string {
  const digest = createHash('sha256').update(dataDir).digest('hex').slice(0, 12)
  return path.join(os.tmpdir(), `hongyan-${digest}`)
}

/** The name of a socket folder can be guessed; one that another user made first would let them answer as our database. */
function refuseForeignFolder(folder: string, runner: Runner): void {
  const { uid } = fs.lstatSync(folder)
  const ours = [process.getuid?.(), runner.owner?.uid, 0]
  if (process.platform === 'win32' || ours.includes(uid)) return
  throw new AppError('precondition', { zh: `目录 ${folder} 属于其他用户，无法使用`, en: `The folder ${folder} belongs to another user` })
}
