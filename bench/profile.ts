import fs from 'node:fs/promises'
import path from 'node:path'
import { sql } from 'kysely'
import { generateMerged } from './data/generate-events.ts'
import { generateHeavyPerson, generateProfiles, memberNoOf, phoneOf } from './data/generate-profiles.ts'
import { asker, type Ask } from './support/ask.ts'
import { quantile, say, seededRandom, type Bench } from './support/bench.ts'
import { startProduct, type RunningProduct } from './support/product.ts'
import { measure } from './support/usage.ts'

const sizes = { small: { people: 200_000, events: 2_000_000, runs: 150 }, full: { people: 10_000_000, events: 100_000_000, runs: 400 } }
const heavyEvents = 100_000

/** What somebody at the desk waits for, over HTTP: a person's page, a page of a timeline, a search, the list; budget p99 ≤ 300 ms each. */
export const bench: Bench = async (size) => {
  const { runs, ...sized } = sizes[size]
  const people = Number(process.env['BENCH_ROWS'] ?? sized.people)
  const events = process.env['BENCH_ROWS'] === undefined ? sized.events : people * 10
  const product = await startProduct({ background: false })
  try {
    const until = product.platform.clock.now()
    say('making people and their history')
    const made = await measure(async () => {
      await generateHeavyPerson(product.ctx, { personId: people, events: heavyEvents, until })
      await Promise.all([
        timed('people in PostgreSQL', () => generateProfiles(product.ctx, { people })),
        timed('their history in the warehouse', () =>
          generateMerged(product.platform.warehouse, { workspaceId: product.ctx.workspaceId, people, events, until }),
        ),
      ])
    })
    const diskMb = await folderMb(product.dataDir)
    say(`made in ${Math.round(made.wallMs / 1000)} s, ${Math.round(made.cpuSeconds)} CPU-s, ${diskMb} MB of disk, memory ${made.memoryCurveMb.join(' ')} MB`)
    const { result, cpuSeconds, peakRssMb } = await measure(async () => measureQuestions(await asker(product), { people, runs }))
    const bare = await measureBare(product, { people, runs })
    const worst = Math.max(...Object.entries(result).flatMap(([name, value]) => (name.endsWith('P99') ? [value] : [])))
    return {
      conditions: {
        people,
        events,
        heavyEvents,
        runs,
        data: 'everybody has a phone of their own, sealed and indexed as in life, and a member number; no connectors, segments or layers; parts merged',
        node: process.version,
        warehouse: product.platform.warehouse.kind,
      },
      metrics: {
        worstMsP99: worst,
        ...result,
        cpuSeconds,
        peakRssMb,
        seedSeconds: made.wallMs / 1000,
        seedCpuSeconds: made.cpuSeconds,
        seedPeakRssMb: made.peakRssMb,
        diskMb,
      },
      beside: bare,
    }
  } finally {
    await product.stop()
  }
}

async function timed(what: string, work: () => Promise<void>): Promise<void> {
  const startedAt = performance.now()
  await work()
  say(`${what}: ${Math.round((performance.now() - startedAt) / 1000)} s`)
}

async function folderMb(folder: string): Promise<number> {
  const names = await fs.readdir(folder, { recursive: true, withFileTypes: true })
  let bytes = 0
  for (const name of names) if (name.isFile()) bytes += (await fs.stat(path.join(name.parentPath, name.name)).catch(() => ({ size: 0 }))).size
  return Math.round(bytes / 1e6)
}

async function measureQuestions(ask: Ask, { people, runs }: { people: number; runs: number }): Promise<Record<string, number>> {
  const random = seededRandom(7)
  const anybody = () => 1 + Math.floor(random() * people)
  /** What the browser asks for when a person's page opens, all at once. */
  const page = (personId: number) =>
    Promise.all(['', '/timeline?limit=50', '/activity', '/tags', '/segments', '/merges'].map((part) => ask(`/people/${personId}${part}`)))
  const deep = new Date(Date.now() - 200 * 86_400_000).toISOString()
  const questions: Record<string, () => Promise<unknown>> = {
    personPage: () => page(anybody()),
    timelinePage: () => ask(`/people/${anybody()}/timeline?limit=50`),
    heavyTimelinePage: () => ask(`/people/${people}/timeline?limit=50&to=${deep}`),
    heavyTimelineRareEvent: () => ask(`/people/${people}/timeline?limit=50&kind=order&to=${deep}`),
    heavyTimelineText: () => ask(`/people/${people}/timeline?limit=50&search=${encodeURIComponent(`/p/${Math.floor(random() * heavyEvents)}`)}`),
    heavyPersonPage: () => page(people),
    searchPhone: () => ask(`/people?limit=20&search=${phoneOf(anybody())}`),
    searchMemberNo: () => ask(`/people?limit=20&search=${memberNoOf(anybody())}`),
    searchNamePrefix: () => ask(`/people?limit=20&search=${encodeURIComponent('王')}`),
    searchWholeName: () => ask(`/people?limit=20&search=${encodeURIComponent('萧雅欣')}`),
    peopleListFirst: () => ask('/people?limit=50'),
    peopleList: () => ask(`/people?limit=50&cursor=${anybody()}`),
    peopleListOfCity: () => ask(`/people?limit=50&city=${encodeURIComponent('杭州')}&cursor=${anybody()}`),
  }
  const found: Record<string, number> = {}
  for (const [name, question] of Object.entries(questions)) {
    for (let run = 0; run < 5; run++) await question()
    const ms: number[] = []
    for (let run = 0; run < runs; run++) {
      const startedAt = performance.now()
      await question()
      ms.push(performance.now() - startedAt)
    }
    found[`${name}MsP50`] = quantile(ms, 0.5)
    found[`${name}MsP99`] = quantile(ms, 0.99)
    say(`${name}: p50 ${quantile(ms, 0.5).toFixed(1)} ms, p99 ${quantile(ms, 0.99).toFixed(1)} ms`)
  }
  return found
}

/** The least a page about a person can cost: one row by its primary key, and one answer over HTTP that reads nothing. */
async function measureBare({ platform, url }: RunningProduct, { people, runs }: { people: number; runs: number }): Promise<Record<string, number>> {
  const random = seededRandom(11)
  const row: number[] = []
  const http: number[] = []
  for (let run = 0; run < runs; run++) {
    const id = 1 + Math.floor(random() * people)
    const startedAt = performance.now()
    await sql`select * from people where id = ${id}`.execute(platform.db)
    const askedAt = performance.now()
    await (await fetch(`${url}/healthz`)).text()
    row.push(askedAt - startedAt)
    http.push(performance.now() - askedAt)
  }
  return {
    primaryKeyMsP50: quantile(row, 0.5),
    primaryKeyMsP99: quantile(row, 0.99),
    emptyAnswerMsP50: quantile(http, 0.5),
    emptyAnswerMsP99: quantile(http, 0.99),
  }
}
