import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestKit, type TestKit } from '../../test/kit.ts'
import type { Context } from '../access/index.ts'
import { drainInbox, InboxConsumer } from './consume-inbox.ts'
import { appendToInbox } from './append-to-inbox.ts'
import { onChunkDone, registerInboxHandler, type ChunkDone, type InboxRow } from './inbox-handlers.ts'
import type { IncomingItem, KnownEvent } from './inbox-item.ts'
import { readInbox } from './read-inbox.ts'

let kit: TestKit
let ctx: Context

beforeAll(async () => {
  kit = await startTestKit()
})
afterAll(async () => kit?.stop())
beforeEach(async () => {
  ctx = await kit.workspace()
})

const timeMs = Date.UTC(2026, 9, 1)

function bought(userId: string, more: Partial<IncomingItem> = {}): IncomingItem {
  return {
    type: 'track',
    identities: [['user_id', userId]],
    timeMs,
    key: randomUUID(),
    event: 'Order Completed',
    properties: { order_id: randomUUID() },
    amountFen: 1999,
    ...more,
  }
}

function named(userId: string, traits: IncomingItem['traits'], more: Partial<IncomingItem> = {}): IncomingItem {
  return { type: 'identify', identities: [['user_id', userId]], timeMs, key: randomUUID(), traits, ...more }
}

async function receive(items: IncomingItem[], more: { kind?: 'tracking' | 'import'; originId?: string } = {}): Promise<void> {
  await appendToInbox(kit.platform.db, { platform: kit.platform, workspaceId: ctx.workspaceId, kind: more.kind ?? 'tracking', originId: more.originId, items })
}

interface StoredPerson {
  id: number
  attributes: Record<string, unknown>
  version: number
  phone_key: string | null
  created_at: Date
}

async function people(): Promise<StoredPerson[]> {
  const { rows } =
    await sql<StoredPerson>`select id, attributes, version, phone_key, created_at from people where workspace_id = ${ctx.workspaceId} order by id`.execute(
      kit.platform.db,
    )
  return rows
}

async function eventCount(): Promise<{ events: number; distinct: number; byPerson: number }> {
  const params = { workspaceId: ctx.workspaceId }
  const { events, distinct } = await kit.platform.warehouse.row<{ events: number; distinct: number }>({
    sql: 'select count() as events, uniqExact(event_id) as distinct from events where workspace_id = {workspaceId:UInt32}',
    params,
  })
  const { byPerson } = await kit.platform.warehouse.row<{ byPerson: number }>({
    sql: 'select count() as byPerson from events_by_person where workspace_id = {workspaceId:UInt32}',
    params,
  })
  return { events, distinct, byPerson }
}

async function mirror(): Promise<{ person_id: number; attributes: Record<string, unknown>; has_phone: number; version: number }[]> {
  return kit.platform.warehouse.rows({
    sql: 'select person_id, attributes, has_phone, version from people final where workspace_id = {workspaceId:UInt32} order by person_id',
    params: { workspaceId: ctx.workspaceId },
  })
}

describe('what comes in', () => {
  it('becomes people, identities, events and the mirror, and leaves the inbox', async () => {
    await receive([
      named(
        'u1',
        { name: '林小满', city: '杭州' },
        {
          identities: [
            ['user_id', 'u1'],
            ['phone', '+8613800001234'],
          ],
        },
      ),
      bought('u1'),
      bought('u2', { identities: [['phone', '+8613800001234']] }),
      bought('u3'),
    ])
    await drainInbox(kit.platform)
    const stored = await people()
    expect(stored.map((person) => person.attributes)).toEqual([{ name: '林小满', city: '杭州' }, {}])
    expect(stored[0]!.phone_key).not.toBeNull()
    expect(await eventCount()).toEqual({ events: 3, distinct: 3, byPerson: 3 })
    expect(await mirror()).toMatchObject([{ person_id: stored[0]!.id, attributes: { name: '林小满', city: '杭州' }, has_phone: 1 }, { has_phone: 0 }])
    expect(await readInbox(ctx)).toMatchObject({ waiting: 0, oldestSeconds: null, failed: 0, processedLastHour: 4 })
  })

  it('keeps no phone and no e-mail readable in either store', async () => {
    await receive([
      named(
        'u1',
        {},
        {
          identities: [
            ['phone', '+8613911112222'],
            ['email', 'z.li@example.com'],
            ['member_no', 'M-1'],
          ],
        },
      ),
    ])
    const waiting = await sql<{ body: Buffer }>`select body from inbox where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
    expect(waiting.rows[0]!.body.includes('13911112222')).toBe(false)
    await drainInbox(kit.platform)
    const { rows } = await sql<{
      namespace: string
      value: string | null
    }>`select namespace, value from identities where workspace_id = ${ctx.workspaceId} order by namespace`.execute(kit.platform.db)
    expect(rows).toEqual([
      { namespace: 'email', value: null },
      { namespace: 'member_no', value: 'M-1' },
      { namespace: 'phone', value: null },
    ])
    const sealed = await sql<{
      sealed_phone: Buffer
      sealed_email: Buffer
    }>`select sealed_phone, sealed_email from people where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
    const vault = await kit.platform.vaults.of(ctx.workspaceId)
    expect(vault.open(sealed.rows[0]!.sealed_phone)).toBe('+8613911112222')
    expect(vault.open(sealed.rows[0]!.sealed_email)).toBe('z.li@example.com')
  })

  it('drops events whose key was seen, in the same batch and later', async () => {
    const once = bought('u1')
    await receive([once, once, bought('u1')])
    await receive([once])
    await drainInbox(kit.platform)
    await receive([once, bought('u1')])
    await drainInbox(kit.platform)
    expect(await eventCount()).toEqual({ events: 3, distinct: 3, byPerson: 3 })
  })

  it('lists the attributes and properties it saw, with their types', async () => {
    await receive([
      named('u1', { 年收入: 12.5, birthday: '1990-01-02', vip: true, name: '周' }),
      bought('u1', { properties: { sku: 'a', quantity: 2, paid_at: '2026-01-02T03:04:05Z', gift: false, lines: [1] } }),
    ])
    await drainInbox(kit.platform)
    const attributes = await sql`select key, type, label_zh as zh from attributes where workspace_id = ${ctx.workspaceId} order by key`.execute(kit.platform.db)
    expect(attributes.rows).toEqual([
      { key: 'birthday', type: 'date', zh: '生日' },
      { key: 'name', type: 'text', zh: '姓名' },
      { key: 'vip', type: 'boolean', zh: 'vip' },
      { key: '年收入', type: 'number', zh: '年收入' },
    ])
    const properties = await sql`select property, type from event_properties where workspace_id = ${ctx.workspaceId} order by property`.execute(kit.platform.db)
    expect(properties.rows).toEqual([
      { property: 'gift', type: 'boolean' },
      { property: 'lines', type: 'list' },
      { property: 'paid_at', type: 'date' },
      { property: 'quantity', type: 'number' },
      { property: 'sku', type: 'text' },
    ])
    await receive([named('u1', { 年收入: '13,000' })])
    await drainInbox(kit.platform)
    expect((await people())[0]!.attributes).toMatchObject({ 年收入: 13000 })
  })
})

describe('several workers', () => {
  it('take different rows, make one person of one identity and write every event once', async () => {
    const other = await kit.workspace()
    for (let batch = 0; batch < 24; batch++) {
      await receive(
        Array.from({ length: 20 }, (_, index) =>
          bought(`u${(batch + index) % 15}`, {
            identities: [
              ['user_id', `u${(batch + index) % 15}`],
              ['email', `${(batch + index) % 15}@example.com`],
            ],
          }),
        ),
      )
      await appendToInbox(kit.platform.db, { platform: kit.platform, workspaceId: other.workspaceId, kind: 'import', items: [bought('u1')] })
    }
    const workers = Array.from({ length: 4 }, () => new InboxConsumer(kit.platform))
    await Promise.all(
      workers.map(async (worker) => {
        while (await worker.step());
      }),
    )
    expect(await eventCount()).toEqual({ events: 480, distinct: 480, byPerson: 480 })
    expect(await people()).toHaveLength(15)
    expect(await readInbox(other)).toMatchObject({ waiting: 0, failed: 0 })
  })

  it('leave a chunk to whoever took it over', async () => {
    await receive([bought('u1')])
    const { platform } = kit
    let stolen = false
    const slow = {
      ...platform,
      warehouse: Object.create(platform.warehouse, {
        insertJsonLines: {
          value: async (...given: Parameters<typeof platform.warehouse.insertJsonLines>) => {
            if (!stolen) {
              stolen = true
              await sql`update inbox_chunks set leased_until = now() - interval '1 second'`.execute(platform.db)
              await drainInbox(platform)
            }
            return platform.warehouse.insertJsonLines(...given)
          },
        },
      }) as typeof platform.warehouse,
    }
    expect(await new InboxConsumer(slow).step()).toBe(true)
    expect(await eventCount()).toEqual({ events: 1, distinct: 1, byPerson: 1 })
    expect(await readInbox(ctx)).toMatchObject({ waiting: 0, failed: 0, processedLastHour: 1 })
  })
})

describe('attributes', () => {
  it('keep the newest value whatever order the items come in', async () => {
    await receive([named('u1', { city: '杭州' }, { timeMs: timeMs + 2 }), named('u1', { city: '上海', level: '金' }, { timeMs: timeMs + 1 })])
    await drainInbox(kit.platform)
    await receive([named('u1', { city: '北京', level: '银' }, { timeMs })])
    await drainInbox(kit.platform)
    expect((await people())[0]!.attributes).toEqual({ city: '杭州', level: '金' })
    await receive([named('u1', { city: '成都', level: null }, { timeMs: timeMs + 3 })])
    await drainInbox(kit.platform)
    expect(await people()).toMatchObject([{ attributes: { city: '成都' }, version: 2 }])
    expect(await mirror()).toMatchObject([{ attributes: { city: '成都' }, version: 2 }])
  })

  it('remember that a value was said again, so that an older other value stays out', async () => {
    await receive([named('u1', { city: '杭州' }, { timeMs })])
    await drainInbox(kit.platform)
    await receive([named('u1', { city: '杭州' }, { timeMs: timeMs + 9 })])
    await drainInbox(kit.platform)
    await receive([named('u1', { city: '上海' }, { timeMs: timeMs + 5 })])
    await drainInbox(kit.platform)
    expect(await people()).toMatchObject([{ attributes: { city: '杭州' }, version: 1 }])
  })

  it('take the phone said last, and the time of registration', async () => {
    await receive([
      named(
        'u1',
        {},
        {
          identities: [
            ['user_id', 'u1'],
            ['phone', '+8613800000001'],
          ],
          createdAtMs: Date.UTC(2020, 1, 2),
        },
      ),
    ])
    await drainInbox(kit.platform)
    await receive([
      named(
        'u1',
        {},
        {
          identities: [
            ['user_id', 'u1'],
            ['phone', '+8613800000002'],
          ],
          timeMs: timeMs + 1,
        },
      ),
    ])
    await receive([
      named(
        'u1',
        {},
        {
          identities: [
            ['user_id', 'u1'],
            ['phone', '+8613800000001'],
          ],
          timeMs: timeMs - 1,
        },
      ),
    ])
    await drainInbox(kit.platform)
    const vault = await kit.platform.vaults.of(ctx.workspaceId)
    expect(await people()).toMatchObject([{ phone_key: vault.blindIndex('phone', '+8613800000002'), created_at: new Date(Date.UTC(2020, 1, 2)) }])
  })
})

describe('consents', () => {
  it('go to the ledger once and to the projection by time', async () => {
    const consent = (state: 'granted' | 'withdrawn') => ({ consent: { channel: 'sms' as const, purpose: 'marketing' as const, state, proof: '门店表格' } })
    const granted = named('u1', { name: '周' }, { ...consent('granted'), timeMs })
    await receive([granted, named('u1', {}, { ...consent('withdrawn'), timeMs: timeMs + 5 })], { kind: 'import' })
    await drainInbox(kit.platform)
    await receive([granted], { kind: 'import' })
    await drainInbox(kit.platform)
    const ledger = await sql`select state, proof, source from consents where workspace_id = ${ctx.workspaceId} order by at`.execute(kit.platform.db)
    expect(ledger.rows).toEqual([
      { state: 'granted', proof: '门店表格', source: 'import' },
      { state: 'withdrawn', proof: '门店表格', source: 'import' },
    ])
    const now = await sql`select state from consent_states where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
    expect(now.rows).toEqual([{ state: 'withdrawn' }])
  })
})

describe('other kinds', () => {
  it('writes events of known people as they are', async () => {
    await receive([bought('u1')])
    await drainInbox(kit.platform)
    const [{ id: personId }] = (await people()) as [StoredPerson]
    const campaignId = randomUUID()
    const accepted: KnownEvent = { personId, event: 'Message Accepted', timeMs, key: randomUUID(), properties: { campaignId } }
    await appendToInbox(kit.platform.db, { platform: kit.platform, workspaceId: ctx.workspaceId, kind: 'message', items: [accepted] })
    await appendToInbox(kit.platform.db, { platform: kit.platform, workspaceId: ctx.workspaceId, kind: 'message', items: [accepted] })
    await drainInbox(kit.platform)
    const contacts = await kit.platform.warehouse.rows({
      sql: 'select person_id, arm from campaign_contacts where campaign_id = {campaignId:UUID}',
      params: { campaignId },
    })
    expect(contacts).toEqual([{ person_id: personId, arm: 'treated' }])
    expect(await eventCount()).toMatchObject({ events: 2 })
  })

  it('hands callbacks to their handler until it returns', async () => {
    const seen: (readonly InboxRow[])[] = []
    let failing = true
    registerInboxHandler('callback', async (_platform, workspaceId, rows) => {
      if (workspaceId !== ctx.workspaceId) return
      if (failing) throw Object.assign(new Error('gone'), { code: 'ECONNRESET' })
      seen.push(rows)
    })
    const originId = randomUUID()
    await appendToInbox(kit.platform.db, {
      platform: kit.platform,
      workspaceId: ctx.workspaceId,
      kind: 'callback',
      originId,
      items: [{ text: 'TD' }, { text: 'R' }],
    })
    await expect(drainInbox(kit.platform)).rejects.toThrow('gone')
    failing = false
    await drainInbox(kit.platform)
    expect(seen).toMatchObject([[{ originId, items: [{ text: 'TD' }, { text: 'R' }] }]])
    expect(await readInbox(ctx)).toMatchObject({ waiting: 0 })
  })

  it('tells listeners of finished chunks', async () => {
    const chunks: ChunkDone[] = []
    const stop = onChunkDone((_platform, chunk) => chunks.push(chunk))
    await receive([bought('u1'), named('u1', { name: '周' })])
    await drainInbox(kit.platform)
    stop()
    const counted = { workspaceId: ctx.workspaceId, kind: 'tracking', items: 2, peopleChanged: 1, eventsWritten: 1, receivedAt: [kit.clock.now()] }
    expect(chunks).toMatchObject([{ ...counted, events: new Set([bought('u1').event]) }])
    expect(chunks[0]?.personIds.size).toBe(1)
  })
})

describe('trouble', () => {
  it('sets the one bad item aside and lets the others through', async () => {
    const bad = bought('u7', { properties: { note: 'x' }, amountFen: 2 ** 70 })
    await receive([...Array.from({ length: 30 }, (_, index) => bought(`u${index}`)), bad, ...Array.from({ length: 10 }, () => bought('u1'))])
    await receive([bought('u99')])
    await drainInbox(kit.platform)
    expect(await eventCount()).toEqual({ events: 41, distinct: 41, byPerson: 41 })
    expect(await readInbox(ctx)).toMatchObject({ waiting: 0, failed: 1 })
    const failed = await sql<{ error: string; item_count: number }>`select error, item_count from inbox where workspace_id = ${ctx.workspaceId}`.execute(
      kit.platform.db,
    )
    expect(failed.rows).toMatchObject([{ item_count: 1, error: expect.stringMatching(/./) }])
  })

  it('sets a row aside that cannot be opened', async () => {
    await receive([bought('u1')])
    await sql`update inbox set body = '\\x0102' where workspace_id = ${ctx.workspaceId}`.execute(kit.platform.db)
    await receive([bought('u2')])
    await drainInbox(kit.platform)
    expect(await eventCount()).toMatchObject({ events: 1 })
    expect(await readInbox(ctx)).toMatchObject({ waiting: 0, failed: 1 })
  })

  it('keeps everything while the warehouse is away, and then writes it once', async () => {
    const { platform } = kit
    await receive([bought('u1'), bought('u2')])
    const { AppError } = await import('../platform/errors.ts')
    const away = {
      ...platform,
      warehouse: Object.create(platform.warehouse, {
        insertJsonLines: { value: () => Promise.reject(new AppError('unavailable')) },
      }) as typeof platform.warehouse,
    }
    const consumer = new InboxConsumer(away)
    for (let attempt = 0; attempt < 6; attempt++) await expect(consumer.step()).rejects.toThrow()
    expect(await readInbox(ctx)).toMatchObject({ waiting: 2, failed: 0 })
    await drainInbox(platform)
    expect(await eventCount()).toEqual({ events: 2, distinct: 2, byPerson: 2 })
    expect(await mirror()).toHaveLength(2)
  })

  it('counts events for their source', async () => {
    const { createSource } = await import('./sources/create-source.ts')
    const source = await createSource(ctx, { name: '小程序' })
    await appendToInbox(kit.platform.db, {
      platform: kit.platform,
      workspaceId: ctx.workspaceId,
      kind: 'tracking',
      sourceId: source.id,
      items: [bought('u1'), bought('u1')],
    })
    await drainInbox(kit.platform)
    const { readSources } = await import('./sources/source-row.ts')
    expect(await readSources(ctx)).toMatchObject([{ eventsAccepted: 2, lastEventAt: kit.clock.now().toISOString() }])
  })
})
