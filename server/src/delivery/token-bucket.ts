import { sql } from 'kysely'
import type { Database } from '../platform/platform.ts'

/** The bucket holds at most what one second brings. */
const fillSeconds = 1

/**
 * Takes up to `wanted` tokens from the bucket of an account, none when fewer than `least` are there. One row, locked for the statement:
 * all processes together keep to `rate_per_second`. Time never runs backwards, whatever the clocks of the processes say.
 */
export async function takeTokens(db: Database, accountId: string, take: { wanted: number; least: number; now: Date }): Promise<number> {
  const { rows } = await sql<{ granted: number }>`
    with bucket as (
      select id, greatest(bucket_at, ${take.now}::timestamptz) as at,
        least(rate_per_second * ${fillSeconds}::float8,
          bucket_tokens + rate_per_second * greatest(0, extract(epoch from ${take.now}::timestamptz - bucket_at)::float8)) as tokens
      from accounts where id = ${accountId}::uuid and enabled for update
    ),
    grant_ as (
      select *, case when floor(tokens) >= ${take.least}::float8 then least(floor(tokens), ${take.wanted}::float8) else 0 end as granted from bucket
    )
    update accounts set bucket_tokens = grant_.tokens - grant_.granted, bucket_at = grant_.at
    from grant_ where accounts.id = grant_.id
    returning grant_.granted::integer as granted`.execute(db)
  return rows[0]?.granted ?? 0
}

/** Puts back tokens that were not used. */
export async function returnTokens(db: Database, accountId: string, count: number): Promise<void> {
  if (count <= 0) return
  await sql`
    update accounts set bucket_tokens = least(rate_per_second * ${fillSeconds}::float8, bucket_tokens + ${count}::float8) where id = ${accountId}::uuid`.execute(
    db,
  )
}

/** Empties the bucket after the provider said "too fast": all processes slow down. */
export async function emptyBucket(db: Database, accountId: string, now: Date): Promise<void> {
  await sql`
    update accounts set bucket_tokens = least(bucket_tokens, 0), bucket_at = greatest(bucket_at, ${now}::timestamptz) where id = ${accountId}::uuid`.execute(db)
}
