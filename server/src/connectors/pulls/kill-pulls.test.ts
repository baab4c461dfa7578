import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sql } from 'kysely'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ConnectorDraft } from '../../../../contracts/connector-settings.ts'
import { runChild } from '../../../test/child.ts'
import { cloneDatabase, startTestKit, type TestKit } from '../../../test/kit.ts'
import { requirePreset } from '../presets/index.ts'
import { createConnector } from '../save-connector.ts'
import { openTcpDoor, type TcpDoor } from '../testing/tcp-door.ts'
import { storedEvents } from '../testing/stored-events.ts'
import { listRuns } from './run-row.ts'
import { startRun } from './start-run.ts'

const masterKey = randomBytes(32).toString('base64')
const rowCount = 6_000
const pageRows = 500

let kit: TestKit
let shop: { client: Client; door: TcpDoor; database: string; user: string }
let api: { server: Server; url: string }

beforeAll(async () => {
  kit = await startTestKit({ environment: { HONGYAN_MASTER_KEY: masterKey, HONGYAN_PRIVATE_ADDRESSES: '127.0.0.0/8' } })
  const address = await cloneDatabase()
  const client = new Client(address)
  await client.connect()
  await client.query(`create table orders as
    select g as id, 'm' || g % 50 as member_no, 1.23 as amount, '2026-01-01'::timestamptz + make_interval(secs => g / 7) as updated_at from generate_series(1, ${rowCount}) g`)
  shop = { client, door: await openTcpDoor(address), database: address.database, user: address.user }
  const server = createServer((request, response) => {
    const page = Number(new URL(request.url ?? '', 'http://x').searchParams.get('page'))
    const ids = Array.from({ length: page * pageRows > rowCount ? 0 : pageRows }, (_, index) => (page - 1) * pageRows + index + 1)
    // The newest first, as interfaces like to answer: the furthest cursor is seen on the first page.
    const items = ids.map((id) => ({ id, member_no: `m${id % 50}`, amount: '1.23', at: new Date(Date.UTC(2026, 0, 1) + (rowCount - id) * 1000).toISOString() }))
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ items }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  api = { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders` }
})
afterAll(async () => {
  await new Promise((resolve) => api.server.close(resolve))
  await shop.client.end()
  await shop.door.close()
  await kit.stop()
})

/** Works on pulls in a process of its own; false when it was killed on the way. */
async function work(killAt: number): Promise<boolean> {
  await sql`update connector_runs set leased_until = now() - interval '1 second' where leased_until is not null`.execute(kit.platform.db)
  // Pulls end at the inbox: the warehouse is never asked.
  const report = await runChild(kit, new URL('../testing/pull-in-child.ts', import.meta.url), { warehousePath: null, killAt })
  return report !== null
}

function draftOf(kind: 'sqlPull' | 'httpPull'): ConnectorDraft {
  const draft = structuredClone(requirePreset(kind === 'sqlPull' ? 'sql-postgres' : 'http-pull').draft) as Extract<
    ConnectorDraft,
    { kind: 'sqlPull' | 'httpPull' }
  >
  const [rule] = draft.mapping.rules
  rule!.when = []
  rule!.keyScope = 'connector'
  rule!.identities = [{ namespace: 'member_no', value: { kind: 'path', text: 'member_no', transforms: [] } }]
  rule!.event!.orderId = { kind: 'path', text: 'id', transforms: [{ kind: 'text' }] }
  rule!.event!.time = null
  if (draft.kind === 'sqlPull') {
    const { host, port } = shop.door
    const statement = 'select * from orders where updated_at >= :cursor order by updated_at'
    const cursor = { column: 'updated_at', type: 'time', start: '2020-01-01', overlapSeconds: 0 }
    Object.assign(draft.settings, { host, port, user: shop.user, database: shop.database, tls: 'off', statement, cursor, schedule: { kind: 'manual' } })
  } else {
    const since = { parameter: 'since', path: 'at', format: 'iso', start: '', overlapSeconds: 0 }
    Object.assign(draft.settings, { url: api.url, auth: { kind: 'none' }, itemsPath: 'items', since, schedule: { kind: 'manual' } })
  }
  return draft
}

test('nothing is lost and nothing counted twice, wherever the process of a pull is killed', async () => {
  const worlds = await Promise.all(
    (['sqlPull', 'httpPull'] as const).map(async (kind) => {
      const ctx = await kit.workspace()
      const connector = await createConnector(ctx, { name: kind, draft: draftOf(kind), secrets: { password: 'none' } })
      await startRun(ctx, connector.id)
      return { ctx, connector }
    }),
  )
  for (const killAt of [45, 60, 73, 88]) expect([killAt, await work(killAt)]).toEqual([killAt, false])
  expect(await work(0)).toBe(true)
  for (const { ctx, connector } of worlds) {
    expect((await listRuns(ctx, connector.id, { limit: 1 })).items).toMatchObject([{ state: 'finished', error: null }])
    // Each row stands in the inbox once: rows and where to go on behind them were one commit.
    const { rows } = await sql<{ items: number }>`select sum(item_count)::int as items from inbox where workspace_id = ${ctx.workspaceId}`.execute(
      kit.platform.db,
    )
    expect(rows[0]?.items).toBe(rowCount)
  }
  for (const { ctx } of worlds) {
    const events = await storedEvents(ctx)
    expect(new Set(events.map(({ properties }) => properties['order_id'])).size).toBe(rowCount)
    expect(events).toHaveLength(rowCount)
  }
})
