import { randomBytes, randomUUID } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runChild, type Asked } from '../../test/child.ts'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import { appendToInbox } from './append-to-inbox.ts'
import type { IncomingItem } from './inbox-item.ts'
import type { ConsumeOrder, ConsumeReport } from './testing/consume-in-child.ts'

const masterKey = randomBytes(32).toString('base64')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hongyan-crash-'))
const rounds = 6
const itemsPerRound = 300
const peopleCount = 120

let kit: TestKit
beforeAll(async () => {
  kit = await startTestKit({ environment: { HONGYAN_MASTER_KEY: masterKey } })
})
afterAll(async () => {
  await kit?.stop()
  fs.rmSync(folder, { recursive: true, force: true })
})

/** Runs a consumer until the inbox is empty, or until it has killed itself; then nobody holds its lease any more. */
async function consume(order: Omit<Asked<ConsumeOrder>, 'warehousePath'>): Promise<ConsumeReport | null> {
  const program = new URL('testing/consume-in-child.ts', import.meta.url)
  const report = await runChild<ConsumeOrder, ConsumeReport>(kit, program, { ...order, warehousePath: path.join(folder, 'warehouse') })
  await sql`update inbox_chunks set leased_until = now() - interval '1 second'`.execute(kit.platform.db)
  return report
}

const keys = new Set<string>()
/** Changes that are not idempotent, by person: each counts once. */
const visits = new Map<number, number>()

function visitOf(person: number, timeMs: number): IncomingItem {
  const visit: IncomingItem = {
    type: 'identify',
    identities: [['user_id', `u${person}`]],
    timeMs,
    key: randomUUID(),
    operations: { increment: { visits: 1 }, append: { stores: [`店${person % 4}`] } },
  }
  visits.set(person, (visits.get(person) ?? 0) + 1)
  repeated.push(visit)
  return visit
}

const repeated: IncomingItem[] = []

/** Orders and changes of people, in small batches as they come over HTTP; every tenth is sent again, now or in a later round. */
function itemsOfRound(round: number): IncomingItem[] {
  const items: IncomingItem[] = []
  for (let index = 0; index < itemsPerRound; index++) {
    const person = (index * 7 + round) % peopleCount
    const identities: IncomingItem['identities'] =
      index % 3 === 0
        ? [
            ['user_id', `u${person}`],
            ['phone', `+86138${String(person).padStart(8, '0')}`],
          ]
        : [['user_id', `u${person}`]]
    const timeMs = Date.UTC(2026, index % 4, 1 + round, 0, 0, index)
    if (index % 15 === 5) items.push(visitOf(person, timeMs))
    else if (index % 15 === 10) items.push({ type: 'identify', identities: [['user_id', `u${person}`]], unplacedId: `u${person}`, timeMs, key: randomUUID() })
    else if (index % 5 === 0)
      items.push({ type: 'identify', identities, timeMs, key: randomUUID(), traits: { round, city: `城市${index % 3}`, likes: ['茶'] } })
    else {
      const event: IncomingItem = {
        type: 'track',
        identities,
        timeMs,
        key: randomUUID(),
        event: 'Order Completed',
        properties: { order_id: `${round}-${index}` },
        amountFen: index,
        violations: [{ at: 'properties.shop', zh: '缺少', en: 'missing' }],
      }
      keys.add(event.key)
      items.push(event)
      if (index % 10 === 1) repeated.push(event)
    }
  }
  return [...items, ...repeated.slice(-40)]
}

it('brings every event and every person into both stores once, wherever the consumer is killed', async () => {
  const { platform } = kit
  const { workspaceId } = await kit.workspace()
  const crossings: number[] = []
  for (let round = 0; round < rounds; round++) {
    const items = itemsOfRound(round)
    for (let start = 0; start < items.length; start += 25)
      await appendToInbox(platform.db, { platform, workspaceId, kind: round % 3 === 2 ? 'import' : 'tracking', items: items.slice(start, start + 25) })
    // Processing the inbox crosses some 90 times; what a killed one left is taken over by the next.
    const killAt = 1 + Math.floor(Math.random() * 90)
    if ((await consume({ workspaceId, killAt })) === null) crossings.push(killAt)
  }
  const report = await consume({ workspaceId, killAt: 0 })
  console.info(`killed at crossings ${crossings.join(', ')}`)
  expect(report).toMatchObject({ events: keys.size, distinctEvents: keys.size, eventsByPerson: keys.size })
  const people = await sql<{ line: string }>`select id || ' ' || version as line from people where workspace_id = ${workspaceId} order by id`.execute(
    platform.db,
  )
  expect(people.rows).toHaveLength(peopleCount)
  expect(report?.mirror).toEqual(people.rows.map((row) => row.line))
  const counted = await sql<{ visits: number }>`
    select coalesce(sum((attributes ->> 'visits')::int), 0)::int as visits from people where workspace_id = ${workspaceId}`.execute(platform.db)
  expect(counted.rows).toEqual([{ visits: [...visits.values()].reduce((sum, count) => sum + count, 0) }])
  const noted = await sql<{ violations: number }>`select violations from event_definitions where workspace_id = ${workspaceId}`.execute(platform.db)
  expect(noted.rows[0]!.violations).toBeGreaterThanOrEqual(keys.size)
  const identities = await sql<{ count: number; orphans: number }>`
    select count(*)::int as count, (count(*) filter (where not exists (select from people where people.id = identities.person_id)))::int as orphans
    from identities where workspace_id = ${workspaceId}`.execute(platform.db)
  expect(identities.rows).toEqual([{ count: peopleCount * 2, orphans: 0 }])
  const left = await sql`select id from inbox union all select id from inbox_chunks`.execute(platform.db)
  expect(left.rows).toEqual([])
})
