// A load generator in a process of its own: sends batches of tracked events and says how long each took.
import { Pool } from 'undici'
import { seededRandom } from './bench.ts'

export interface SendOrder {
  url: string
  path: string
  writeKey: string
  people: number
  events: number
  batchSize: number
  connections: number
  /** Events per second at most; as fast as it goes when 0. */
  pace: number
  seed: number
}

export interface SendReport {
  events: number
  seconds: number
  refused: number
}

const pages = ['首页', '新品', '茶叶', '女装', '数码', '母婴']

process.on('message', (order: SendOrder) => {
  send(order).then(
    (report) => process.send?.(report),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})

async function send(order: SendOrder): Promise<SendReport> {
  const pool = new Pool(order.url, { connections: order.connections, pipelining: 1 })
  const headers = { authorization: `Basic ${Buffer.from(`${order.writeKey}:`).toString('base64')}`, 'content-type': 'application/json' }
  const batches = Math.ceil(order.events / order.batchSize)
  const random = seededRandom(order.seed)
  const startedAt = performance.now()
  let next = 0
  let refused = 0
  await Promise.all(Array.from({ length: order.connections }, worker))
  await pool.close()
  return { events: batches * order.batchSize, seconds: (performance.now() - startedAt) / 1000, refused }

  async function worker(): Promise<void> {
    while (next < batches) {
      const batch = next++
      if (order.pace > 0) await until(startedAt + (batch * order.batchSize * 1000) / order.pace)
      const body = batchBody(order, batch, random)
      const answer = await pool.request({ path: order.path, method: 'POST', headers, body })
      await answer.body.dump()
      if (answer.statusCode !== 200) refused++
    }
  }
}

async function until(timeMs: number): Promise<void> {
  const waitMs = timeMs - performance.now()
  if (waitMs > 1) await new Promise((resolve) => setTimeout(resolve, waitMs))
}

/** Mostly pages seen, some orders, a few people who say who they are: the mix of a shop. */
function batchBody(order: SendOrder, batch: number, random: () => number): string {
  const now = new Date().toISOString()
  const messages: string[] = []
  for (let index = 0; index < order.batchSize; index++) {
    const person = Math.floor(random() * order.people)
    const head = `"messageId":"${order.seed}-${batch}-${index}","userId":"u${person}","timestamp":"${now}"`
    const dice = random()
    if (dice < 0.02) messages.push(`{"type":"identify",${head},"traits":{"city":"杭州","level":"金","visits":${batch}}}`)
    else if (dice < 0.12)
      messages.push(
        `{"type":"track","event":"Order Completed",${head},"properties":{"order_id":"${order.seed}-${batch}-${index}","total":${(random() * 500).toFixed(2)},"currency":"CNY","items":${1 + Math.floor(random() * 5)},"coupon":"C${Math.floor(random() * 50)}"}}`,
      )
    else
      messages.push(
        `{"type":"track","event":"Product Viewed",${head},"context":{"ip":"203.0.113.7","userAgent":"Mozilla/5.0"},"properties":{"page":"${pages[Math.floor(random() * pages.length)]}","product_id":"P${Math.floor(random() * 5000)}","price":${(random() * 900).toFixed(2)},"position":${Math.floor(random() * 40)},"from_search":${random() < 0.3}}}`,
      )
  }
  return `{"sentAt":"${now}","batch":[${messages.join(',')}]}`
}
