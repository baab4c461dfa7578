import type pg from 'pg'
import type { Context } from '../../server/src/access/index.ts'
import type { Vault } from '../../server/src/platform/vault/vaults.ts'
import { copyLines } from './copy-lines.ts'
import { dropIndexes } from './seed-people.ts'

/** Phone of everybody, by person id: `13900000001` for person 1. */
export const phoneOf = (personId: number): string => `139${String(personId).padStart(8, '0')}`
/** What everybody is called besides: a member number `M1` for person 1, or a user id `u0` for person 1. */
export const memberNoOf = (personId: number): string => `M${personId}`
const userIdOf = (personId: number): string => `u${personId - 1}`
const secondIdentities = { member_no: memberNoOf, user_id: userIdOf }

const surnames = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧'.split('')
const givenNames = '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华慧建文雅欣宇'.split('')
const cities = ['上海', '北京', '广州', '深圳', '杭州', '成都', '武汉', '西安']

/** So often what was written goes to the tables, so that the log of the whole load is never on the disk. */
const rowsPerCheckpoint = 1_000_000
/** COPY is fed from a plain loop, so it is cut, for whatever else this process does meanwhile to get its turn. */
const rowsPerCopy = 20_000

/**
 * People of PostgreSQL beside those of `generateEvents`: ids 1 to `people`, each with a phone of their own, sealed and indexed as in life,
 * and a member number (or a user id); consent for every second one. Rows stream into COPY and indexes are built at the end. A fresh workspace only.
 */
export async function generateProfiles(
  { platform, workspaceId }: Context,
  { people, named = 'member_no' }: { people: number; named?: keyof typeof secondIdentities },
): Promise<void> {
  const vault = await platform.vaults.of(workspaceId)
  const client = await platform.pool.connect()
  try {
    await client.query(`set maintenance_work_mem = '1GB'`)
    await client.query(`alter system set max_wal_size = '1GB'`)
    await client.query('select pg_reload_conf()')
    const indexes = await dropIndexes(client, ['people', 'identities', 'consents'])
    for (let from = 1; from <= people; from += rowsPerCopy) {
      const to = Math.min(people, from + rowsPerCopy - 1)
      await copyLines(
        client,
        'people (id, workspace_id, attributes, attribute_times, sealed_phone, phone_key, created_at)',
        peopleRows({ vault, workspaceId, from, to }),
      )
      if (from % rowsPerCheckpoint === 1) await client.query('checkpoint')
      await copyLines(client, 'identities (workspace_id, namespace, key, person_id, value)', secondRows({ vault, workspaceId, from, to }, named))
    }
    await client.query(
      `insert into identities (workspace_id, namespace, key, person_id) select workspace_id, 'phone', phone_key, id from people where workspace_id = $1`,
      [workspaceId],
    )
    await client.query(
      `insert into consents (workspace_id, person_id, channel, purpose, state, proof, source, at)
       select $1, id, 'sms', 'marketing', 'granted', '注册页勾选', 'import', now() from generate_series(2::bigint, $2::bigint, 2) as id`,
      [workspaceId, people],
    )
    await client.query(`select setval(pg_get_serial_sequence('people', 'id'), $1)`, [people])
    await build(client, indexes)
  } finally {
    for (const statement of ['reset maintenance_work_mem', 'alter system reset max_wal_size', 'select pg_reload_conf()']) await client.query(statement)
    client.release()
  }
}

async function build(client: pg.ClientBase, indexes: readonly string[]): Promise<void> {
  for (const statement of indexes) await client.query(statement)
  for (const table of ['people', 'identities', 'consents']) await client.query(`vacuum (analyze) ${table}`)
}

interface Part {
  vault: Vault
  workspaceId: number
  from: number
  to: number
}

function* peopleRows({ vault, workspaceId, from, to }: Part): Generator<string> {
  for (let id = from; id <= to; id++) {
    const phone = `+86${phoneOf(id)}`
    const pick = <Value>(values: readonly Value[], turn: number): Value => values[mixed(id * 8 + turn) % values.length]!
    const name = pick(surnames, 0) + pick(givenNames, 1) + (mixed(id * 8 + 2) % 4 === 0 ? '' : pick(givenNames, 3))
    const attributes = `{"name":"${name}","city":"${pick(cities, 4)}","gender":"${mixed(id * 8 + 5) % 10 < 6 ? '女' : '男'}"}`
    const createdAt = new Date(1_600_000_000_000 + id * 10_000).toISOString()
    yield `${id}\t${workspaceId}\t${attributes}\t{"*":1767225600000}\t\\\\x${vault.seal(phone).toString('hex')}\t${vault.blindIndex('phone', phone)}\t${createdAt}`
  }
}

function* secondRows({ vault, workspaceId, from, to }: Part, named: keyof typeof secondIdentities): Generator<string> {
  for (let id = from; id <= to; id++) {
    const value = secondIdentities[named](id)
    yield `${workspaceId}\t${named}\t${vault.blindIndex(named, value)}\t${id}\t${value}`
  }
}

/** A number's own random number, the same in every run (the finaliser of MurmurHash3). */
function mixed(number: number): number {
  let hash = number | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** Gives one person very many events: a page of their timeline must cost what anybody's costs. */
export async function generateHeavyPerson({ platform, workspaceId }: Context, heavy: { personId: number; events: number; until: Date }): Promise<void> {
  await platform.warehouse.run(
    {
      sql: `
        insert into event_intake (workspace_id, event, person_id, time, event_id, source_id, amount_fen, properties, received_at)
        select {workspaceId:UInt32}, if(number % 50 = 0, 'Order Completed', if(number % 7 = 0, 'App Opened', 'Product Viewed')), {personId:UInt32},
          fromUnixTimestamp64Milli(toInt64({until:Int64} - number * 300000)),
          reinterpretAsUUID(concat(reinterpretAsFixedString(cityHash64(number, 'heavy 1')), reinterpretAsFixedString(cityHash64(number, 'heavy 2')))),
          toUUID('00000000-0000-0000-0000-000000000000'), if(number % 50 = 0, toInt64(9900), null),
          concat('{"path":"/p/', toString(number), '","category":"', ['茶叶','咖啡','坚果'][1 + number % 3], '"}'), now64(3)
        from numbers({events:UInt64})`,
      params: { workspaceId, personId: heavy.personId, events: heavy.events, until: heavy.until.getTime() },
    },
    { token: `heavy ${workspaceId} ${heavy.personId}` },
  )
}
