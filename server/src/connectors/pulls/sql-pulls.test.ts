import v8 from 'node:v8'
import vm from 'node:vm'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ConnectorDraft, SqlPullSettings } from '../../../../contracts/connector-settings.ts'
import type { ConnectorDetail, Run } from '../../../../contracts/connectors.ts'
import type { Context } from '../../access/index.ts'
import { cloneDatabase, startTestKit, type TestKit } from '../../../test/kit.ts'
import { readConnector } from '../list-connectors.ts'
import { requirePreset } from '../presets/index.ts'
import { createConnector, updateConnector } from '../save-connector.ts'
import { reader, startMariaDb, type MariaDb } from '../../../test/mariadb.ts'
import { openTcpDoor, type TcpDoor } from '../testing/tcp-door.ts'
import { storedEvents } from '../testing/stored-events.ts'
import { stepPulls } from './run-pulls.ts'
import { listRuns } from './run-row.ts'
import { cancelRun, startRun } from './start-run.ts'
import { tryPull } from './try-pull.ts'

v8.setFlagsFromString('--expose-gc')
const collectGarbage = vm.runInNewContext('gc') as () => void

let kit: TestKit
let mariadb: MariaDb
/** A database of somebody else: it only shares the server with the product's. */
let shop: { client: Client; door: TcpDoor; address: { host: string; port: number; user: string; database: string } }

beforeAll(async () => {
  kit = await startTestKit({ now: '2026-02-01T00:00:00Z', environment: { HONGYAN_PRIVATE_ADDRESSES: '127.0.0.0/8' } })
  mariadb = await startMariaDb()
  await mariadb.run(
    'create table orders (id bigint primary key, member_no varchar(40), amount decimal(12,2), paid_at datetime(6), updated_at datetime(6), index (updated_at))',
  )
  const address = await cloneDatabase()
  const client = new Client(address)
  await client.connect()
  await client.query('create table orders (id bigint primary key, member_no text, amount numeric(12,2), paid_at timestamptz, updated_at timestamptz)')
  shop = { client, address, door: await openTcpDoor(address) }
})
afterAll(async () => {
  await shop.client.end()
  await shop.door.close()
  await mariadb.stop()
  await kit.stop()
})

const statement = 'select id, member_no, amount, paid_at, updated_at from orders where updated_at >= :cursor order by updated_at'

function draftOf(engine: 'postgres' | 'mysql', change: Partial<SqlPullSettings> = {}): ConnectorDraft {
  const draft = structuredClone(requirePreset(`sql-${engine}`).draft) as Extract<ConnectorDraft, { kind: 'sqlPull' }>
  const target =
    engine === 'postgres'
      ? { host: shop.door.host, port: shop.door.port, user: shop.address.user, database: shop.address.database }
      : { host: '127.0.0.1', port: mariadb.port, user: reader.user, database: 'shop' }
  const cursor = { column: 'updated_at', type: 'time' as const, start: '2026-01-01 00:00:00', overlapSeconds: 0 }
  Object.assign(draft.settings, target, { tls: 'off', statement, cursor, schedule: { kind: 'manual' } }, change)
  draft.mapping.rules[0]!.event!.orderId = { kind: 'path', text: 'id', transforms: [{ kind: 'text' }] }
  draft.mapping.rules[0]!.identities = [{ namespace: 'member_no', value: { kind: 'path', text: 'member_no', transforms: [] } }]
  return draft
}

let made = 0
function connect(ctx: Context, draft: ConnectorDraft): Promise<ConnectorDetail> {
  made += 1
  return createConnector(ctx, {
    name: `拉取 ${made}`,
    draft,
    secrets: { password: draft.kind === 'sqlPull' && draft.settings.engine === 'mysql' ? reader.password : 'unused' },
  })
}

async function run(ctx: Context, { id }: { id: string }): Promise<Run> {
  await startRun(ctx, id)
  while (await stepPulls(kit.platform, new AbortController().signal));
  return (await listRuns(ctx, id, { limit: 1 })).items[0]!
}

type Order = [id: string, at: string, amount?: string]

const engines = {
  postgres: async (orders: Order[]) => {
    for (const [id, at, amount = '10.50'] of orders)
      await shop.client.query(
        'insert into orders values ($1, $2, $3, $4::timestamptz, $4::timestamptz) on conflict (id) do update set updated_at = excluded.updated_at',
        [id, `m${id}`, amount, `${at}+08`],
      )
  },
  mysql: async (orders: Order[]) => {
    for (const [id, at, amount = '10.50'] of orders)
      await mariadb.run(`insert into orders values (${id}, 'm${id}', ${amount}, '${at}', '${at}') on duplicate key update updated_at = values(updated_at)`)
  },
} as const

describe.each(['postgres', 'mysql'] as const)('a pull from %s', (engine) => {
  const clear = () => (engine === 'postgres' ? shop.client.query('truncate orders') : mariadb.run('truncate table orders'))
  const insert = engines[engine]

  test('brings every row once, goes on behind the last one, and loses none of the same instant', async () => {
    await clear()
    const ctx = await kit.workspace()
    const connector = await connect(ctx, draftOf(engine))
    await insert([
      ['9007199254740993', '2026-01-05 10:00:00.123456', '12345678.90'],
      ['2', '2026-01-05 10:00:00.123457'],
    ])
    expect(await run(ctx, connector)).toMatchObject({ state: 'finished', rowsRead: 2, items: 2, skipped: 0, error: null })
    const [first] = await storedEvents(ctx)
    expect(first).toMatchObject({ event: 'Order Completed', amountFen: 1_234_567_890, properties: { order_id: '9007199254740993' } })
    expect(first?.time).toContain('2026-01-05 02:00:00.123')
    expect((await readConnector(ctx, connector.id)).cursor).toContain('00:00.123457')
    // A row committed later with the very instant where the last run ended.
    await insert([['3', '2026-01-05 10:00:00.123457']])
    expect(await run(ctx, connector)).toMatchObject({ rowsRead: 2, items: 1, skipped: 1 })
    expect(await run(ctx, connector)).toMatchObject({ items: 0, skipped: 2 })
    expect(await storedEvents(ctx)).toHaveLength(3)
  })

  test('looks back for rows that were committed late', async () => {
    await clear()
    const ctx = await kit.workspace()
    const draft = draftOf(engine, { cursor: { column: 'updated_at', type: 'time', start: '2026-01-01 00:00:00', overlapSeconds: 60 } })
    const connector = await connect(ctx, draft)
    await insert([
      ['1', '2026-01-05 10:00:00'],
      ['2', '2026-01-05 10:01:00'],
    ])
    await run(ctx, connector)
    await insert([['3', '2026-01-05 10:00:30']])
    expect(await run(ctx, connector)).toMatchObject({ items: 1, skipped: 2 })
    expect(await storedEvents(ctx)).toHaveLength(3)
  })

  test('goes by a number as well, and by nothing at all', async () => {
    await clear()
    const ctx = await kit.workspace()
    await insert([
      ['9007199254740993', '2026-01-05 10:00:00'],
      ['9007199254740994', '2026-01-05 10:00:00'],
      ['5', '2026-01-05 10:00:00'],
    ])
    const byNumber = await connect(
      ctx,
      draftOf(engine, {
        statement: 'select * from orders where id >= :cursor order by id',
        cursor: { column: 'id', type: 'number', start: '0', overlapSeconds: 0 },
      }),
    )
    expect(await run(ctx, byNumber)).toMatchObject({ items: 3 })
    expect((await readConnector(ctx, byNumber.id)).cursor).toBe('9007199254740994')
    expect(await run(ctx, byNumber)).toMatchObject({ items: 0, skipped: 1 })
    const everything = await connect(ctx, draftOf(engine, { statement: 'select * from orders', cursor: null }))
    expect(await run(ctx, everything)).toMatchObject({ items: 3 })
    // The rule says that keys are of the workspace: the same order from another connector is the same order.
    expect(await storedEvents(ctx)).toHaveLength(3)
  })

  test('previews rows and what they become, and stores nothing', async () => {
    await clear()
    await insert([
      ['1', '2026-01-05 10:00:00'],
      ['2', '2026-01-05 10:00:01'],
    ])
    const ctx = await kit.workspace()
    const answer = await tryPull(ctx, { draft: draftOf(engine), secrets: { password: engine === 'mysql' ? reader.password : 'unused' }, rows: 10 })
    expect(answer).toMatchObject({ ok: true, error: null, problems: [] })
    expect(answer.rows).toMatchObject([{ id: '1', member_no: 'm1', amount: '10.50' }, { id: '2' }])
    expect(answer.items).toMatchObject([{ event: 'Order Completed', amountFen: 1050, time: '2026-01-05T02:00:00.000Z' }, {}])
    expect(await storedEvents(ctx)).toEqual([])
  })

  test('says in words what is wrong: order, column, password, host, TLS', async () => {
    await clear()
    await insert([
      ['1', '2026-01-05 10:00:00'],
      ['2', '2026-01-05 10:00:01'],
    ])
    const ctx = await kit.workspace()
    const failing: [Partial<SqlPullSettings>, RegExp][] = [
      [{ statement: 'select * from orders where updated_at >= :cursor order by updated_at desc' }, /do not ascend/],
      [{ statement: 'select id from orders where updated_at >= :cursor order by updated_at' }, /no column updated_at/],
      [{ statement: 'select * from nowhere where updated_at >= :cursor order by updated_at' }, /nowhere/],
      [{ port: 9 }, /Nothing listens/],
      [{ tls: 'verify' }, /database says|no encrypted connections/],
      [{ host: '10.1.2.3' }, /private or reserved/],
      [{ host: '169.254.169.254' }, /private or reserved/],
      [{ host: 'no-such-host.invalid' }, /not known/],
    ]
    for (const [change, words] of failing) {
      const answer = await tryPull(ctx, { draft: draftOf(engine, change), secrets: { password: engine === 'mysql' ? reader.password : 'x' }, rows: 10 })
      expect([change, answer.ok, answer.error?.en]).toEqual([change, false, expect.stringMatching(words)])
    }
  })
})

describe('a statement that wants to write fails', () => {
  const sneaky: ['postgres' | 'mysql', string][] = [
    ['postgres', 'with gone as (delete from orders returning *) select * from gone where updated_at >= :cursor order by updated_at'],
    ['postgres', "select *, setval('some_sequence', 1) from orders where updated_at >= :cursor order by updated_at"],
    ['mysql', 'select * from orders where updated_at >= :cursor order by updated_at for update'],
  ]
  test.each(sneaky)('%s: %s', async (engine, text) => {
    await shop.client.query('create sequence if not exists some_sequence')
    await engines[engine]([['1', '2026-01-05 10:00:00']])
    const ctx = await kit.workspace()
    expect(await run(ctx, await connect(ctx, draftOf(engine, { statement: text })))).toMatchObject({
      state: 'failed',
      error: { en: expect.stringMatching(/database says/) },
    })
    expect((await shop.client.query('select from orders')).rowCount).toBeGreaterThan(0)
  })
})

test('values of mysql come as the mapping reads them, whatever their type', async () => {
  await mariadb.run(
    'drop table if exists odd',
    `create table odd (id bigint unsigned, small tinyint(1), flag bit(1), wide bit(64), price decimal(20,4), day date, local datetime(3), instant timestamp(3) null,
      clock time, born year, choice enum('甲','乙'), extra json, raw varbinary(4), note text, updated_at datetime)`,
    "set time_zone = '+00:00'",
    `insert into odd values (18446744073709551615, 1, b'1', b'1000000000000000000000000000000000000000000000000000000000000001', 12345678901234.5678, '2026-01-05',
      '2026-01-05 10:00:00.123', '2026-01-05 10:00:00.123', '10:11:12', 1990, '乙', '{"no": 9007199254740993, "tags": ["茶"]}', x'00ff', '春', '2026-01-05 10:00:00')`,
  )
  const draft = draftOf('mysql', { statement: 'select * from odd where updated_at >= :cursor order by updated_at' })
  const { rows, error } = await tryPull(await kit.workspace(), { draft, secrets: { password: reader.password }, rows: 10 })
  expect(error).toBeNull()
  expect(rows).toEqual([
    {
      id: '18446744073709551615',
      small: 1,
      flag: 1,
      wide: '9223372036854775809',
      price: '12345678901234.5678',
      day: '2026-01-05',
      local: '2026-01-05 10:00:00.123',
      // The session has the workspace's zone.
      instant: '2026-01-05 18:00:00.123',
      clock: '10:11:12',
      born: 1990,
      choice: '乙',
      extra: { no: '9007199254740993', tags: ['茶'] },
      raw: '00ff',
      note: '春',
      updated_at: '2026-01-05 10:00:00',
    },
  ])
})

test('a pull from mysql is refused with a wrong password', async () => {
  const ctx = await kit.workspace()
  const answer = await tryPull(ctx, { draft: draftOf('mysql'), secrets: { password: 'wrong' }, rows: 1 })
  expect(answer.error?.en).toMatch(/Access denied/)
})

test('a saved password does not go to another host', async () => {
  const ctx = await kit.workspace()
  const connector = await connect(ctx, draftOf('mysql'))
  const moved = draftOf('mysql', { host: 'db.example.org' })
  const refused = { errorName: 'validation', problems: [{ at: 'body.secrets.password' }] }
  await expect(tryPull(ctx, { draft: moved, secrets: {}, connectorId: connector.id, rows: 1 })).rejects.toMatchObject(refused)
  await expect(updateConnector(ctx, connector.id, { draft: moved, secrets: {} })).rejects.toMatchObject(refused)
  await updateConnector(ctx, connector.id, { draft: moved, secrets: { password: 'another' } })
})

test('runs by its schedule, not while disabled, and can be stopped', async () => {
  await shop.client.query('truncate orders')
  await engines.postgres([['1', '2026-01-05 10:00:00']])
  const ctx = await kit.workspace()
  const connector = await connect(ctx, draftOf('postgres', { schedule: { kind: 'every', minutes: 10 } }))
  const step = () => stepPulls(kit.platform, new AbortController().signal)
  expect(await step()).toBe(false)
  kit.clock.advance(10 * 60_000)
  expect(await step()).toBe(true)
  expect((await listRuns(ctx, connector.id, { limit: 5 })).items).toMatchObject([{ trigger: 'schedule', state: 'finished', items: 1 }])
  await updateConnector(ctx, connector.id, { disabled: true, secrets: {} })
  kit.clock.advance(10 * 60_000)
  expect(await step()).toBe(false)
  await expect(startRun(ctx, connector.id)).rejects.toMatchObject({ errorName: 'precondition' })
  await updateConnector(ctx, connector.id, { disabled: false, secrets: {} })
  await startRun(ctx, connector.id)
  await expect(startRun(ctx, connector.id)).rejects.toMatchObject({ errorName: 'precondition' })
  await cancelRun(ctx, connector.id)
  while (await step());
  expect((await listRuns(ctx, connector.id, { limit: 1 })).items).toMatchObject([{ state: 'cancelled', rowsRead: 0 }])
  kit.clock.set('2026-02-01T00:00:00Z')
})

test('memory stays flat over many rows', async () => {
  const ctx = await kit.workspace()
  const big =
    "select g as id, 'm1' as member_no, repeat('x', 2000) as filler, null::text as paid_at from generate_series(1, 60000) g where g >= :cursor::int order by g"
  const connector = await connect(ctx, draftOf('postgres', { statement: big, cursor: { column: 'id', type: 'number', start: '1', overlapSeconds: 0 } }))
  // What is alive, not what waits to be collected: that differs from machine to machine.
  const aliveBytes = (): number => {
    collectGarbage()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  const before = aliveBytes()
  const looks: number[] = []
  const watch = setInterval(() => looks.push(aliveBytes()), 200)
  expect(await run(ctx, connector)).toMatchObject({ state: 'finished', rowsRead: 60_000, items: 0, skipped: 60_000 })
  clearInterval(watch)
  expect(looks.length).toBeGreaterThan(0)
  // All rows at once would be 120 MB of text.
  expect((Math.max(...looks) - before) / 1e6).toBeLessThan(60)
})
