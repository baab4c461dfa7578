import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Rule } from '../../../contracts/rule.ts'
import type { Context } from '../access/index.ts'
import { streamPeople } from '../audience/index.ts'

/** The temporary table of person ids that a plan or an estimate decides about; gone with its transaction. */
export const audienceTable = 'campaign_audience'

/**
 * Puts the people of a rule into the temporary table of `client`'s transaction and answers how many there are. The ids go from one store to the other as bytes,
 * sorted, and are never in memory at once.
 */
export async function stageAudience(ctx: Context, client: pg.PoolClient, rule: Rule): Promise<number> {
  await client.query(`create temporary table ${audienceTable} (person_id bigint not null) on commit drop`)
  const copy = client.query(copyFrom(`copy ${audienceTable} (person_id) from stdin`))
  await pipeline(streamPeople(ctx, rule), copy)
  await client.query(`analyze ${audienceTable}`)
  return copy.rowCount ?? 0
}
