import fs from 'node:fs'

/** What a piece of work cost: this process and everything it started, such as PostgreSQL, unless `except` names it. */
export interface Usage {
  wallMs: number
  cpuSeconds: number
  peakRssMb: number
  /** Memory at ten moments of equal distance, to see whether it grows with the work. */
  memoryCurveMb: number[]
}

const ticksPerSecond = 100
const sampleMs = 500

/** Measures work. Processes in `except` (load generators) and what they started are left out. Linux only: it reads `/proc`. */
export async function measure<Result>(work: () => Promise<Result>, except: readonly number[] = []): Promise<Usage & { result: Result }> {
  const before = cpuSeconds(except)
  const startedAt = performance.now()
  const samples: number[] = []
  const sample = () => void samples.push(residentMb(except))
  const timer = setInterval(sample, sampleMs)
  try {
    sample()
    const result = await work()
    sample()
    return {
      result,
      wallMs: performance.now() - startedAt,
      cpuSeconds: cpuSeconds(except) - before,
      peakRssMb: Math.max(...samples),
      memoryCurveMb: tenOf(samples),
    }
  } finally {
    clearInterval(timer)
  }
}

function tenOf(samples: readonly number[]): number[] {
  return Array.from({ length: 10 }, (_, index) => Math.round(samples[Math.round((index * (samples.length - 1)) / 9)]!))
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

const pageKb = 4

/** Memory of the family: everybody's own pages, and the largest set of shared ones once (libraries, PostgreSQL's buffers). Cheap: adding up real shares costs seconds. */
function residentMb(except: readonly number[]): number {
  const pages = family(except).map(({ pid }) => readPages(pid))
  const shared = pages.reduce((most, each) => Math.max(most, each.shared), 0)
  return ((pages.reduce((sum, each) => sum + each.own, 0) + shared) * pageKb) / 1024
}

/** What this process and, apart from it, everything it started have allocated: without files, page cache and shared buffers, which fill up to their limit. */
export function allocatedMb(): { own: number; started: number } {
  let own = 0
  let started = 0
  for (const { pid } of family([])) {
    const mb = readAllocatedKb(pid) / 1024
    if (pid === process.pid) own = mb
    else started += mb
  }
  return { own, started }
}

function readAllocatedKb(pid: number): number {
  try {
    return Number(/^RssAnon:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

function readPages(pid: number): { own: number; shared: number } {
  try {
    const [, resident = 0, shared = 0] = fs.readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ').map(Number)
    return { own: resident - shared, shared }
  } catch {
    return { own: 0, shared: 0 }
  }
}
