import { sql } from 'kysely'
import type { Context } from '../../server/src/access/index.ts'

/** People of PostgreSQL beside those of `generateEvents`: ids 1 to `people`, two identities each, consent for half of them. */
export interface Profiles {
  people: number
  /** How many get a phone of their own that can be searched for; the others share one, for sealing is not set-based. */
  searchable: number
}

const rowsPerStatement = 500_000

/** Phones of the searchable people, by person id: `13900000001` for person 1. */
export const phoneOf = (personId: number): string => `139${String(personId).padStart(8, '0')}`

const surnames = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧'.split('')
const givenNames = '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华慧建文雅欣宇'.split('')

/** Fills PostgreSQL set-based, in steps of half a million: ten million people take some minutes. A fresh workspace only. */
export async function generateProfiles({ platform, workspaceId }: Context, { people, searchable }: Profiles): Promise<void> {
  const vault = await platform.vaults.of(workspaceId)
  const sealed = vault.seal('+8613800000000')
  for (let from = 0; from < people; from += rowsPerStatement) {
    const to = Math.min(people, from + rowsPerStatement)
    const ids = sql`generate_series(${from + 1}::bigint, ${to}::bigint) as id`
    await sql`
      insert into people (id, workspace_id, attributes, attribute_times, sealed_phone, phone_key, created_at, updated_at) overriding system value
      select id, ${workspaceId}::integer, jsonb_build_object(
          'name', (${surnames}::text[])[1 + abs(hashint8(id)) % ${surnames.length}] || (${givenNames}::text[])[1 + abs(hashint8(id * 7)) % ${givenNames.length}]
            || (${givenNames}::text[])[1 + abs(hashint8(id * 13)) % ${givenNames.length}],
          'city', (array['上海','北京','广州','深圳','杭州','成都','武汉','西安'])[1 + abs(hashint8(id * 3)) % 8],
          'gender', case when abs(hashint8(id * 5)) % 10 < 6 then '女' else '男' end),
        jsonb_build_object('*', 1767225600000), ${sealed}, md5('phone ' || id)::uuid, now(), now()
      from ${ids}`.execute(platform.db)
    await sql`
      insert into identities (workspace_id, namespace, key, person_id, value)
      select ${workspaceId}::integer, 'phone', md5('phone ' || id)::uuid, id, null::text from ${ids}
      union all select ${workspaceId}::integer, 'member_no', md5('member ' || id)::uuid, id, 'M' || id from ${ids}`.execute(platform.db)
    await sql`
      insert into consents (workspace_id, person_id, channel, purpose, state, proof, source, at)
      select ${workspaceId}::integer, id, 'sms', 'marketing', 'granted', '注册页勾选', 'import', now() from ${ids} where id % 2 = 0`.execute(platform.db)
  }
  const ids = Array.from({ length: searchable }, (_, index) => index + 1)
  const keys = ids.map((id) => vault.blindIndex('phone', `+86${phoneOf(id)}`))
  const own = sql`unnest(${ids}::bigint[], ${keys}::uuid[]) as own (id, key)`
  await sql`update people set phone_key = own.key from ${own} where people.id = own.id`.execute(platform.db)
  await sql`update identities set key = own.key from ${own} where identities.workspace_id = ${workspaceId} and identities.namespace = 'phone' and identities.person_id = own.id`.execute(
    platform.db,
  )
  await sql`select setval(pg_get_serial_sequence('people', 'id'), ${people})`.execute(platform.db)
  for (const table of ['people', 'identities', 'consents']) await sql`vacuum analyze ${sql.ref(table)}`.execute(platform.db)
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
