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

/**
 * Removes the file that a killed PostgreSQL left when its process id now belongs to another program: PostgreSQL would take that for
 * a running server and refuse to start. After a restart of a container that is the rule, as process ids begin at 1 again.
 */
export function removeMisleadingFile(dataDir: string): void {
  const left = readPostmasterFile(dataDir)
  if (!left || !isAlive(left.pid)) return
  const program = programName(left.pid)
  // A PostgreSQL that is still alive or dying guards its own data: it is waited for.
  if (program !== null && program !== 'postgres') fs.rmSync(path.join(dataDir, 'postmaster.pid'), { force: true })
}

/** Only Linux tells; elsewhere null. */
function programName(pid: number): string | null {
  try {
    return fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return null
  }
}
