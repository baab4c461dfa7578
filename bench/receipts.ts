import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { createAccount } from '../server/src/channels/index.ts'
import { receiveCallback } from '../server/src/channels/callbacks.ts'
import { signatureHeader, signCallback, type WireEvent } from '../server/src/channels/sandbox/wire.ts'
import { addCampaign, addPeople, phoneOf } from '../server/src/delivery/testing/fixtures.ts'
import { say, type Bench } from './support/bench.ts'
import { startProduct, waitUntil, type RunningProduct } from './support/product.ts'
import { measure } from './support/usage.ts'

const sizes = { small: { receipts: 20_000 }, full: { receipts: 1_000_000 } }
const receiptsPerCallback = 500
const peoplePerInsert = 5000
const parallelCallbacks = 4
const apiKey = 'bench-key-1'

/** Receipts as the network calls back: committed in the inbox, matched to their messages, and their events in the warehouse. */
export const bench: Bench = async (size) => {
  const { receipts } = sizes[size]
  const product = await startProduct()
  try {
    const { ctx, platform } = product
    const account = await createAccount(ctx, {
      provider: 'sandbox',
      name: 'bench',
      config: { endpoint: 'http://127.0.0.1:9', apiKey },
      ratePerSecond: 1,
      partCostFen: 5,
    })
    const campaignId = await addCampaign(ctx, account.id)
    const vendorIds = await acceptedMessages(product, { accountId: account.id, campaignId, count: receipts })
    const bareUpdatesPerSecond = await bareUpdate(product, receipts)
    say('calling back')
    const usage = await measure(async () => {
      await callBack(product, account.id, vendorIds)
      await waitUntil(async () => (await landed(product)) >= receipts, { everyMs: 50 })
    })
    const { rows } = await sql<{ state: string; count: number }>`
      select state, count(*)::integer as count from messages where workspace_id = ${ctx.workspaceId} group by state`.execute(platform.db)
    if (rows.length !== 1 || rows[0]?.state !== 'delivered') throw new Error(`not all were delivered: ${JSON.stringify(rows)}`)
    return {
      conditions: { receipts, receiptsPerCallback, parallelCallbacks, node: process.version },
      metrics: { receiptsPerSecond: (receipts * 1000) / usage.wallMs, cpuSecondsPer1000: (usage.cpuSeconds * 1000) / receipts, peakRssMb: usage.peakRssMb },
      beside: { bareUpdatesPerSecond },
    }
  } finally {
    await product.stop()
  }
}

async function acceptedMessages({ ctx, platform }: RunningProduct, given: { accountId: string; campaignId: string; count: number }): Promise<string[]> {
  const vault = await platform.vaults.of(ctx.workspaceId)
  const vendorIds: string[] = []
  for (let from = 0; from < given.count; from += peoplePerInsert) {
    const size = Math.min(peoplePerInsert, given.count - from)
    const people = await addPeople(ctx, size, { from })
    const ids = people.map(() => randomUUID())
    const keys = people.map((_, index) => vault.blindIndex('phone', phoneOf(from + index)))
    await sql`
      insert into messages (workspace_id, person_id, channel, cause_kind, cause_id, account_id, state, address_key, vendor_id, parts, cost_fen, claimed_at, accepted_at)
      select ${ctx.workspaceId}, person_id, 'sms', 'campaign', ${given.campaignId}::uuid, ${given.accountId}::uuid, 'accepted', key, vendor_id, 1, 5, now(), now()
      from unnest(${people}::bigint[], ${keys}::uuid[], ${ids}::text[]) as given (person_id, key, vendor_id)`.execute(platform.db)
    vendorIds.push(...ids)
  }
  await sql`vacuum analyze messages`.execute(platform.db)
  return vendorIds
}

async function callBack({ ctx, platform }: RunningProduct, accountId: string, vendorIds: readonly string[]): Promise<void> {
  const at = new Date().toISOString()
  let next = 0
  const work = async (): Promise<void> => {
    while (next < vendorIds.length) {
      const from = next
      next += receiptsPerCallback
      const events = vendorIds
        .slice(from, from + receiptsPerCallback)
        .map((id, index): WireEvent => ({ type: 'receipt', id, to: phoneOf(from + index), state: 'DELIVRD', at }))
      const body = Buffer.from(JSON.stringify({ events }))
      await receiveCallback(platform, { workspaceId: ctx.workspaceId, accountId }, { headers: { [signatureHeader]: signCallback(apiKey, body) }, body })
    }
  }
  await Promise.all(Array.from({ length: parallelCallbacks }, work))
}

async function landed({ ctx, platform }: RunningProduct): Promise<number> {
  const { count } = await platform.warehouse.row<{ count: number }>({
    sql: `select count() as count from events where workspace_id = {workspaceId:UInt32} and event = 'Message Delivered'`,
    params: { workspaceId: ctx.workspaceId },
  })
  return count
}

/** The same rows in a table of their own with the same indexes, updated by key in batches of the same size. */
async function bareUpdate({ platform }: RunningProduct, count: number): Promise<number> {
  await sql`create table bare_messages (like messages including all)`.execute(platform.db)
  await sql`insert into bare_messages overriding system value select * from messages`.execute(platform.db)
  await sql`vacuum analyze bare_messages`.execute(platform.db)
  const { rows } = await sql<{ id: number }>`select id from bare_messages order by id`.execute(platform.db)
  const startedAt = performance.now()
  for (let from = 0; from < count; from += receiptsPerCallback) {
    const ids = rows.slice(from, from + receiptsPerCallback).map(({ id }) => id)
    await sql`update bare_messages set state = 'delivered', finished_at = now() where id = any(${ids}::bigint[])`.execute(platform.db)
  }
  const perSecond = (count * 1000) / (performance.now() - startedAt)
  await sql`drop table bare_messages`.execute(platform.db)
  return perSecond
}
