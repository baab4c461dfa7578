import fs from 'node:fs'

/** What a piece of work cost: this process and everything it started, such as PostgreSQL, unless `except` names it. */
export interface Usage {
  wallMs: number
  cpuSeconds: number
  peakRssMb: number
}

const ticksPerSecond = 100
const sampleMs = 250

/** Measures work. Processes in `except` (load generators) and what they started are left out. Linux only: it reads `/proc`. */
export async function measure<Result>(work: () => Promise<Result>, except: readonly number[] = []): Promise<Usage & { result: Result }> {
  const before = cpuSeconds(except)
  const startedAt = performance.now()
  let peakRssMb = 0
  const sample = () => {
    peakRssMb = Math.max(peakRssMb, residentMb(except))
  }
  const timer = setInterval(sample, sampleMs)
  try {
    sample()
    const result = await work()
    sample()
    return { result, wallMs: performance.now() - startedAt, cpuSeconds: cpuSeconds(except) - before, peakRssMb }
  } finally {
    clearInterval(timer)
  }
}

interface ProcessStat {
  pid: number
  parent: number
  /** User and system time of the process and of its children that have ended. */
  ticks: number
}

function family(except: readonly number[]): ProcessStat[] {
  const all = fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)))
  const members = new Set([process.pid])
  let grew = true
  while (grew) {
    grew = false
    for (const { pid, parent } of all) {
      if (members.has(pid) || !members.has(parent) || except.includes(pid)) continue
      members.add(pid)
      grew = true
    }
  }
  return all.filter(({ pid }) => members.has(pid))
}

function readStat(pid: number): ProcessStat[] {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return [
      { pid, parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) + (pid === process.pid ? 0 : Number(fields[13]) + Number(fields[14])) },
    ]
  } catch {
    return []
  }
}

function cpuSeconds(except: readonly number[]): number {
  return family(except).reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond
}

/** Memory of the family, shared pages counted once in sum (PSS), where the system lets us read it. */
function residentMb(except: readonly number[]): number {
  return family(except).reduce((sum, { pid }) => sum + proportionalKb(pid), 0) / 1024
}

function proportionalKb(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}
