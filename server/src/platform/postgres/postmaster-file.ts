import fs from 'node:fs'
import path from 'node:path'

/** What a running or killed PostgreSQL left in `postmaster.pid` (lines as in its source, `pidfile.h`). */
export interface PostmasterFile {
  pid: number
  socketFolder: string
  ready: boolean
}

export function readPostmasterFile(dataDir: string): PostmasterFile | null {
  try {
    const lines = fs.readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8').split('\n')
    return { pid: Number(lines[0] ?? 0), socketFolder: lines[4] ?? '', ready: (lines[7] ?? '').includes('ready') }
  } catch {
    return null
  }
}

export function isAlive(pid: number): boolean {
  if (pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
