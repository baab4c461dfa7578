import { fork, type ChildProcess } from 'node:child_process'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { onChunkDone } from '../server/src/collect/index.ts'
import { createSource } from '../server/src/collect/sources/create-source.ts'
import { stableUuid } from '../server/src/platform/stable-uuid.ts'
import { generateEvents } from './data/generate-events.ts'
import { generateProfiles } from './data/generate-profiles.ts'
import { median, quantile, say, type Bench } from './support/bench.ts'
import { startProduct, waitUntil, type RunningProduct } from './support/product.ts'
import type { SendOrder, SendReport } from './support/send-batches.ts'
import { measure } from './support/usage.ts'

const sizes = {
  small: { people: 20_000, events: 100_000, runs: 3, pacedSeconds: 8, tries: 3 },
  full: { people: 1_000_000, events: 300_000, runs: 3, pacedSeconds: 15, tries: 3 },
}
const batchSize = 100
const connections = 8
const budgetEventsPerSecond = 15_000
const budgetVisibleMsP99 = 3_000
const bareEvents = 200_000

/** Segment batches over HTTP, everybody known, resolved, until visible in the warehouse. */
export const bench: Bench = async (size) => {
  const { people, events, runs, pacedSeconds, tries } = sizes[size]
  const sender = fork(fileURLToPath(new URL('support/send-batches.ts', import.meta.url)))
  const product = await startProduct()
  try {
    const { writeKey } = await createSource(product.ctx, { name: 'bench', kind: 'http' })
    const order = { url: product.url, path: '/v1/batch', writeKey, people, events, batchSize, connections, pace: 0 }
    const seedPeoplePerSecond = await seedPeople(product, people)
    await ingest(product, sender, { ...order, events: 20_000, seed: 1 })
    const floods: Flood[] = []
    const { memoryCurveMb, result } = await measure(async () => {
      for (let run = 0; run < runs; run++) floods.push(await ingest(product, sender, { ...order, seed: 10 + run }))
      const paced = await ingest(product, sender, { ...order, pace: budgetEventsPerSecond, events: budgetEventsPerSecond * pacedSeconds, seed: 99 })
      const from = median(floods.map((flood) => flood.eventsPerSecond))
      return { paced, sustained: await highestSustained(product, sender, { order, from, pacedSeconds, tries }) }
    }, [sender.pid!])
    const { paced, sustained } = result
    const parseOnly = await parseOnlyPerSecond(sender, { ...order, seed: 7 })
    const bareInsert = await bareInsertPerSecond(product, bareEvents)
    return {
      conditions: { people, events, runs, batchSize, connections, pacedSeconds, memoryMb: memoryCurveMb.join(' '), node: process.version },
      metrics: {
        eventsPerSecond: median(floods.map((flood) => flood.eventsPerSecond)),
        visibleMsP99: paced.visibleMsP99,
        visibleMsP50: paced.visibleMsP50,
        sustainedEventsPerSecond: sustained.pace,
        sustainedVisibleMsP99: sustained.visibleMsP99,
        sustainedVisibleMsP50: sustained.visibleMsP50,
        acceptedPerSecond: median(floods.map((flood) => flood.acceptedPerSecond)),
        cpuSecondsPerMillion: median(floods.map((flood) => flood.cpuSecondsPerMillion)),
        peakRssMb: Math.max(...floods.map((flood) => flood.peakRssMb)),
        seedPeoplePerSecond,
      },
      beside: { httpParseOnlyPerSecond: parseOnly, bareInsertPerSecond: bareInsert },
    }
  } finally {
    sender.kill()
    await product.stop()
  }
}

interface Sustained {
  pace: number
  visibleMsP50: number
  visibleMsP99: number
}

/**
 * The highest rate that is kept up with: sent as fast as planned, and 99 % of what came in is in both stores within the budget's time.
 * From the rate of a flood downwards until one holds, then half the way between that and one that did not.
 */
async function highestSustained(
  product: RunningProduct,
  sender: ChildProcess,
  { order, from, pacedSeconds, tries }: { order: Omit<SendOrder, 'seed'>; from: number; pacedSeconds: number; tries: number },
): Promise<Sustained> {
  let best: Sustained | null = null
  let [held, lost] = [0, from * 1.05]
  for (let attempt = 0; attempt < tries || (!best && attempt < 2 * tries); attempt++) {
    const pace = Math.floor(best ? (held + lost) / 2 : lost * 0.8)
    const flood = await ingest(product, sender, { ...order, pace, events: pace * pacedSeconds, seed: 200 + attempt })
    const isHeld = flood.visibleMsP99 <= budgetVisibleMsP99 && flood.acceptedPerSecond >= pace * 0.97
    if (!isHeld) lost = pace
    else {
      held = pace
      best = { pace, visibleMsP50: flood.visibleMsP50, visibleMsP99: flood.visibleMsP99 }
    }
  }
  if (!best) throw new Error('No rate was kept up with')
  return best
}

/** Makes the people known: sealed phones and user ids in PostgreSQL, the mirror in the warehouse. */
async function seedPeople({ ctx, platform }: RunningProduct, people: number): Promise<number> {
  const startedAt = performance.now()
  await generateProfiles(ctx, { people, named: 'user_id' })
  await generateEvents(platform.warehouse, { workspaceId: ctx.workspaceId, people, events: 0, until: platform.clock.now() })
  const perSecond = (people * 1000) / (performance.now() - startedAt)
  say(`${people} people known at ${Math.round(perSecond)}/s`)
  return perSecond
}

async function countRows({ platform, ctx }: RunningProduct, table: 'people' | 'events'): Promise<number> {
  const { count } = await platform.warehouse.row<{ count: number }>({
    sql: `select count() as count from ${table} where workspace_id = {workspaceId:UInt32}`,
    params: { workspaceId: ctx.workspaceId },
  })
  return count
}

interface Flood {
  eventsPerSecond: number
  acceptedPerSecond: number
  cpuSecondsPerMillion: number
  peakRssMb: number
  visibleMsP50: number
  visibleMsP99: number
}

/** Sends events and waits until all are in both stores. Lag is counted per batch, from its arrival until both stores have it. */
async function ingest(product: RunningProduct, sender: ChildProcess, order: SendOrder): Promise<Flood> {
  let done = 0
  const visibleMs: number[] = []
  const stop = onChunkDone((_platform, chunk) => {
    if (chunk.kind !== 'tracking') return
    done += chunk.items
    for (const at of chunk.receivedAt) visibleMs.push(Date.now() - at.getTime())
  })
  const before = await countRows(product, 'events')
  const usage = await measure(async () => {
    const sent = await sendBatches(sender, order)
    await waitUntil(async () => done >= sent.events, { everyMs: 10 })
    return sent
  }, [sender.pid!])
  stop()
  const { result: sent, wallMs } = usage
  const landed = (await countRows(product, 'events')) - before
  if (sent.refused > 0) throw new Error(`${sent.refused} batches were refused`)
  if (landed > sent.events || landed < sent.events * 0.95) throw new Error(`${sent.events} messages sent, ${landed} events found`)
  const flood = {
    eventsPerSecond: (sent.events * 1000) / wallMs,
    acceptedPerSecond: sent.events / sent.seconds,
    cpuSecondsPerMillion: (usage.cpuSeconds * 1e6) / sent.events,
    peakRssMb: usage.peakRssMb,
    visibleMsP50: quantile(visibleMs, 0.5),
    visibleMsP99: quantile(visibleMs, 0.99),
  }
  say(`${order.pace || 'unpaced'}: ${JSON.stringify(flood)}`)
  return flood
}

async function sendBatches(sender: ChildProcess, order: SendOrder): Promise<SendReport> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`The load generator ended with ${code}`))
    sender.once('exit', onExit)
    sender.once('message', (report) => {
      sender.off('exit', onExit)
      resolve(report as SendReport)
    })
    sender.send(order)
  })
}

/** The same load against a server that only parses the JSON: the ceiling of one process. */
async function parseOnlyPerSecond(sender: ChildProcess, order: SendOrder): Promise<number> {
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      JSON.parse(Buffer.concat(chunks).toString('utf8'))
      response.end('{"success":true}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { events, seconds } = await sendBatches(sender, { ...order, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  server.closeAllConnections()
  server.close()
  return events / seconds
}

/** The same rows straight into the warehouse's table, in chunks of the same size. */
async function bareInsertPerSecond({ platform, ctx }: RunningProduct, events: number): Promise<number> {
  const chunk = 20_000
  const now = new Date().toISOString().slice(0, 23).replace('T', ' ')
  const startedAt = performance.now()
  for (let start = 0; start < events; start += chunk) {
    const lines = Array.from({ length: chunk }, (_, index) =>
      JSON.stringify({
        workspace_id: ctx.workspaceId,
        event: 'Bare',
        person_id: index,
        time: now,
        event_id: stableUuid('bare', start + index),
        source_id: '00000000-0000-0000-0000-000000000000',
        amount_fen: null,
        properties: { page: '首页', product_id: `P${index % 5000}`, price: index % 900, position: index % 40, from_search: true },
        received_at: now,
      }),
    )
    await platform.warehouse.insertJsonLines('event_intake', Buffer.from(`${lines.join('\n')}\n`), { token: `bare-${start}` })
  }
  return (events * 1000) / (performance.now() - startedAt)
}
