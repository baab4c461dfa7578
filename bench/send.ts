import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { accountVersion, closeSessions, createAccount, sessionOf, type SessionAccount } from '../server/src/channels/index.ts'
import { Sender } from '../server/src/delivery/sender.ts'
import { addCampaign, addPeople, phoneOf, plan } from '../server/src/delivery/testing/fixtures.ts'
import { median, say, type Bench } from './support/bench.ts'
import { startProduct, type RunningProduct } from './support/product.ts'
import type { SinkPorts } from './support/sms-sink.ts'
import { measure } from './support/usage.ts'

const sizes = { small: { messages: 10_000, runs: 3 }, full: { messages: 100_000, runs: 3 } }
const loops = 4
const peoplePerInsert = 5000
const window = 200

type Config = Record<string, string | number>
interface Channel {
  name: 'httpBatch' | 'httpSingle' | 'smpp'
  provider: 'sandbox' | 'smpp'
  config: Config
}

/** Ready → accepted, with the person's text, the claim, the outcome and its event in the inbox, to a loopback network. */
export const bench: Bench = async (size) => {
  const { messages, runs } = sizes[size]
  const sink = fork(fileURLToPath(new URL('support/sms-sink.ts', import.meta.url)))
  const ports = await new Promise<SinkPorts>((resolve) => sink.once('message', (sent) => resolve(sent as SinkPorts)))
  const product = await startProduct({ background: false })
  try {
    await sql`update workspaces set contact_policy = jsonb_set(contact_policy, '{quietHours,enabled}', 'false')`.execute(product.platform.db)
    const people: number[] = []
    for (let from = 0; from < messages; from += peoplePerInsert)
      people.push(...(await addPeople(product.ctx, Math.min(peoplePerInsert, messages - from), { from })))
    await sql`analyze people`.execute(product.platform.db)
    const endpoint = `http://127.0.0.1:${ports.httpPort}`
    const channels: Channel[] = [
      { name: 'httpBatch', provider: 'sandbox', config: { endpoint, apiKey: 'bench-key-1', batchSize: 200 } },
      { name: 'httpSingle', provider: 'sandbox', config: { endpoint, apiKey: 'bench-key-2', batchSize: 1 } },
      { name: 'smpp', provider: 'smpp', config: { host: '127.0.0.1', port: ports.smppPort, systemId: 'bench', window } },
    ]
    const metrics: Record<string, number> = {}
    const beside: Record<string, number> = {}
    for (const channel of channels) {
      const accountId = await addAccount(product, channel)
      const sent = []
      for (let run = 0; run < runs; run++) sent.push(await sendAll(product, accountId, { people }))
      // Watching memory costs time of its own: once, apart from the runs that count.
      const watched = await measure(() => sendAll(product, accountId, { people }), [sink.pid ?? 0])
      const bare = []
      for (let run = 0; run < runs; run++) bare.push(await bareLoop(product, accountId, messages))
      metrics[`${channel.name}MessagesPerSecond`] = median(sent.map((each) => each.perSecond))
      metrics[`${channel.name}NodeCpuSecondsPer1000`] = median(sent.map((each) => each.nodeCpuSecondsPer1000))
      metrics.peakRssMb = Math.max(metrics.peakRssMb ?? 0, watched.peakRssMb)
      metrics.planPerSecond = median([...(metrics.planPerSecond ? [metrics.planPerSecond] : []), ...sent.map((each) => each.planPerSecond)])
      beside[`${channel.name}BareLoopPerSecond`] = median(bare)
      say(`${channel.name}: ${Math.round(metrics[`${channel.name}MessagesPerSecond`] ?? 0)}/s, bare ${Math.round(median(bare))}/s`)
      await closeSessions(product.platform)
    }
    return {
      conditions: { messages, runs, loops, batchSize: 200, smppWindow: window, node: process.version },
      metrics: { messagesPerSecond: metrics.httpBatchMessagesPerSecond ?? Number.NaN, ...metrics },
      beside,
    }
  } finally {
    sink.kill()
    await product.stop()
  }
}

async function addAccount({ ctx }: RunningProduct, { name, provider, config }: Channel): Promise<string> {
  const account = await createAccount(ctx, { provider, name, config, ratePerSecond: 100_000, partCostFen: 5 })
  return account.id
}

interface SendReport {
  perSecond: number
  planPerSecond: number
  /** Of this process alone, without PostgreSQL. */
  nodeCpuSecondsPer1000: number
}

/** Plans a campaign for everybody and sends it with as many loops as one account uses. */
async function sendAll(product: RunningProduct, accountId: string, run: { people: readonly number[] }): Promise<SendReport> {
  const { ctx, platform } = product
  const campaignId = await addCampaign(ctx, accountId, { body: '亲爱的{{ name | default: "会员" }},您有一张优惠券即将到期,回店可用' })
  const plannedAt = performance.now()
  await plan(ctx, { accountId, campaignId }, run.people)
  const planPerSecond = (run.people.length * 1000) / (performance.now() - plannedAt)
  await sql`vacuum analyze messages`.execute(platform.db)
  const sender = new Sender(platform)
  const loop = async (): Promise<void> => {
    while (await sender.step(new AbortController().signal));
  }
  const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()]
  await Promise.all(Array.from({ length: loops }, loop))
  await loop()
  const seconds = (performance.now() - startedAt) / 1000
  const { user, system } = process.cpuUsage(cpuBefore)
  await sender.close()
  const { rows } = await sql<{ state: string; count: number }>`
    select state, count(*)::integer as count from messages where cause_id = ${campaignId}::uuid group by state`.execute(platform.db)
  if (rows.length !== 1 || rows[0]?.state !== 'accepted' || rows[0].count !== run.people.length)
    throw new Error(`not all were accepted: ${JSON.stringify(rows)}`)
  await sql`delete from messages where cause_id = ${campaignId}::uuid`.execute(platform.db)
  await sql`delete from inbox`.execute(platform.db)
  await sql`update campaigns set state = 'completed' where id = ${campaignId}::uuid`.execute(platform.db)
  const count = run.people.length
  return { planPerSecond, perSecond: count / seconds, nodeCpuSecondsPer1000: (user + system) / 1000 / count }
}

/** The same client, batches and parallelism, with nothing around it. */
async function bareLoop({ ctx, platform }: RunningProduct, accountId: string, messages: number): Promise<number> {
  const { rows } = await sql<SessionAccount>`
    select id, workspace_id as "workspaceId", provider, ${accountVersion} as version from accounts where workspace_id = ${ctx.workspaceId} and id = ${accountId}::uuid`.execute(
    platform.db,
  )
  const [account] = rows
  if (!account) throw new Error('no account')
  const session = await sessionOf(platform, account)
  const text = '【测试】亲爱的顾客0,您有一张优惠券即将到期,回店可用拒收请回复R'
  let next = 0
  const startedAt = performance.now()
  const work = async (): Promise<void> => {
    while (next < messages) {
      const from = next
      next += session.batchMax
      const batch = Array.from({ length: Math.min(session.batchMax, messages - from) }, (_, index) => ({
        messageId: from + index,
        address: phoneOf(from + index),
        text,
      }))
      const outcomes = await session.send(batch, new AbortController().signal)
      if (outcomes.some(({ kind }) => kind !== 'accepted')) throw new Error('the bare loop was refused')
    }
  }
  await Promise.all(Array.from({ length: session.parallelMax }, work))
  return (messages * 1000) / (performance.now() - startedAt)
}
