import { sql } from 'kysely'
import type { Context } from '../../server/src/access/index.ts'

/** Shares of the people who have a tag, from what nearly nobody has to every fourth one. */
const tagShares = [0.25, 0.18, 0.12, 0.09, 0.07, 0.06, 0.05, 0.04, 0.035, 0.03, 0.025, 0.02, 0.018, 0.015, 0.012, 0.01, 0.008, 0.006, 0.005, 0.004]
const valueTag = { name: '偏好品类', share: 0.4, values: ['茶叶', '咖啡', '坚果', '糕点', '乳品'] }
/** Every so many a tag runs out, for some in the past. */
const expiringEvery = 4

export interface Traits {
  people: number
  until: Date
  seed?: number
}

/** Names of the tags that `generateTraits` makes, from the most frequent on; the last one has values. */
export const tagNames = [...tagShares.map((_, index) => `标签 ${index + 1}`), valueTag.name]

/** Ids of the tags by name. */
export async function readTagIds({ platform, workspaceId }: Context): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; name: string }>`select id, name from tags where workspace_id = ${workspaceId}`.execute(platform.db)
  return new Map(rows.map((row) => [row.name, row.id]))
}

/** Tags and consents of the people of `generateEvents`, as the warehouse mirrors them; PostgreSQL knows the tags, not who has them. */
export async function generateTraits(ctx: Context, { people, until, seed = 1 }: Traits): Promise<void> {
  const { platform, workspaceId } = ctx
  for (const name of tagNames) {
    await sql`
      insert into tags (workspace_id, name, kind, "values", created_at, updated_at)
      values (${workspaceId}, ${name}, ${name === valueTag.name ? 'value' : 'flag'}, ${name === valueTag.name ? valueTag.values : []}::text[], now(), now())`.execute(
      platform.db,
    )
  }
  const ids = await readTagIds(ctx)
  const params = { workspaceId, people, seed, until: until.getTime() }
  for (const [index, name] of tagNames.entries()) {
    const isValue = name === valueTag.name
    await platform.warehouse.run(
      {
        sql: tagSql,
        params: {
          ...params,
          tag: index,
          tagId: ids.get(name)!,
          share: isValue ? valueTag.share : tagShares[index]!,
          expires: index % expiringEvery === 0,
          values: isValue ? valueTag.values : [''],
        },
      },
      { token: `tag ${workspaceId} ${seed} ${index}` },
    )
  }
  await platform.warehouse.run({ sql: consentSql, params }, { token: `consents ${workspaceId} ${seed}` })
}

/** An independent random number in [0, 1) for every person and purpose. */
const random = (purpose: string, of = '0') => `(cityHash64(number, {seed:UInt32}, '${purpose}', ${of}) / 18446744073709551616.)`
const ago = (purpose: string, days: number, of?: string) => `toInt64({until:Int64} - ${days} * 86400000. * ${random(purpose, of)})`

const tagSql = `
  insert into person_tags (workspace_id, tag_id, person_id, value, set_at, expires_at, version)
  select {workspaceId:UInt32}, {tagId:UUID}, number + 1, {values:Array(String)}[1 + toUInt32(${random('value')} * length({values:Array(String)}))],
    fromUnixTimestamp64Milli(${ago('set at', 180, '{tag:UInt32}')}),
    if({expires:Bool}, fromUnixTimestamp64Milli(toInt64({until:Int64} + 86400000. * (120 * ${random('expires', '{tag:UInt32}')} - 30))), null), 1
  from numbers({people:UInt64}) where ${random('tag', '{tag:UInt32}')} < {share:Float64}`

const consentSql = `
  insert into person_consents (workspace_id, channel, purpose, person_id, state, version)
  select {workspaceId:UInt32}, 'sms', 'marketing', number + 1, if(${random('consent')} < 0.62, 'granted', 'withdrawn'), 1
  from numbers({people:UInt64}) where ${random('consent')} < 0.7`
