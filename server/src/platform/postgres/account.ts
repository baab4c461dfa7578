import { execFileSync, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'

/** Who PostgreSQL runs as: it refuses to run as root. Empty when this process is not root and it runs as the same user. */
interface Account {
  uid?: number
  gid?: number
}

/** Runs programs under PostgreSQL's account; on Linux they end with this process, even when it is killed. */
export interface Runner {
  /** Set when root must hand its folders to another account. */
  owner: { uid: number; gid: number } | null
  /** Whether the account can enter the folder. */
  reaches(folder: string): boolean
  /** Runs to the end; throws with what the program printed. */
  run(program: string, args: readonly string[]): void
  start(program: string, args: readonly string[]): ChildProcess
  /** A runner that may pass closed folders (CAP_DAC_OVERRIDE and nothing else), for a data directory below `/root`. */
  passingClosedFolders(): Runner
}

const environment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' }
const accounts = ['postgres', 'nobody']

export function createRunner(): Runner {
  return runnerFor(findAccount(), { passClosed: false, hasSetpriv: hasSetpriv() })
}

interface RunnerMode {
  passClosed: boolean
  hasSetpriv: boolean
}

function runnerFor(account: Account, mode: RunnerMode): Runner {
  const { uid, gid } = account
  const wrap = (program: string, args: readonly string[]): [string, string[], SpawnOptions] => {
    const options: SpawnOptions = { env: environment, cwd: '/' }
    if (!mode.hasSetpriv) return [program, [...args], { ...options, ...account }]
    return ['setpriv', [...setprivArguments(account, mode.passClosed), '--', program, ...args], options]
  }
  return {
    owner: uid === undefined || gid === undefined ? null : { uid, gid },
    reaches(folder) {
      // Not `test -x`: access(2) ignores capabilities.
      const [program, args, options] = wrap('sh', ['-c', 'cd -- "$1"', 'sh', folder])
      return succeeds(() => execFileSync(program, args, { ...options, stdio: 'ignore' }))
    },
    run(program, args) {
      const [wrapped, wrappedArgs, options] = wrap(program, args)
      execFileSync(wrapped, wrappedArgs, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
    },
    start(program, args) {
      const [wrapped, wrappedArgs, options] = wrap(program, args)
      // `detached`: Ctrl-C in the terminal must not reach PostgreSQL before we are done with it.
      return spawn(wrapped, wrappedArgs, { ...options, detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
    },
    passingClosedFolders: () => runnerFor(account, { ...mode, passClosed: mode.hasSetpriv }),
  }
}

function setprivArguments({ uid, gid }: Account, passClosed: boolean): string[] {
  const endWithUs = ['--pdeathsig', 'INT']
  if (uid === undefined) return endWithUs
  const dropRoot = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups', '--no-new-privs']
  const keep = ['--inh-caps=-all,+dac_override', '--ambient-caps=-all,+dac_override', '--bounding-set=-all,+dac_override']
  return [...endWithUs, ...dropRoot, ...(passClosed ? keep : [])]
}

function findAccount(): Account {
  if (process.getuid?.() !== 0) return {}
  for (const name of accounts) {
    const uid = idOf('-u', name)
    const gid = idOf('-g', name)
    if (uid !== null && gid !== null) return { uid, gid }
  }
  throw new Error(`PostgreSQL does not run as root, and none of the accounts ${accounts.join(', ')} exists`)
}

function idOf(flag: '-u' | '-g', name: string): number | null {
  try {
    return Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }))
  } catch {
    return null
  }
}

function hasSetpriv(): boolean {
  return process.platform === 'linux' && succeeds(() => execFileSync('setpriv', ['--version'], { stdio: 'ignore' }))
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}
