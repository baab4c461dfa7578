import { sql } from 'kysely'
import type { LocaleText } from '../../../../contracts/common.ts'
import type { Lookalike, LookalikeResult, LookalikeStep } from '../../../../contracts/lookalike.ts'
import type { Context } from '../../access/index.ts'
import { AppError, notFound } from '../../platform/errors.ts'

interface Row {
  id: string
  name: string
  seedSegmentId: string | null
  seedName: string
  withRuleFeatures: boolean
  excluded: string[]
  state: Lookalike['state']
  step: LookalikeStep | null
  progress: number
  problem: LocaleText | null
  createdBy: string | null
  createdAt: Date
  result: LookalikeResult | null
}

const columns = sql`
  lookalikes.id, lookalikes.name, seed_segment_id as "seedSegmentId", seed_name as "seedName", with_rule_features as "withRuleFeatures", excluded,
  state, step, progress, problem, users.name as "createdBy", lookalikes.created_at as "createdAt", result`
const tables = sql`lookalikes left join users on users.id = lookalikes.created_by`

/** The models of the workspace, the newest first. */
export async function listLookalikes(ctx: Context): Promise<Lookalike[]> {
  const { rows } = await sql<Row>`
    select ${columns} from ${tables} where lookalikes.workspace_id = ${ctx.workspaceId} order by lookalikes.id desc limit 1000`.execute(ctx.platform.db)
  return rows.map(asLookalike)
}

/** One model. @throws `not-found` */
export async function readLookalike(ctx: Context, id: string): Promise<Lookalike> {
  const { rows } = await sql<Row>`
    select ${columns} from ${tables} where lookalikes.workspace_id = ${ctx.workspaceId} and lookalikes.id = ${id}::uuid`.execute(ctx.platform.db)
  if (!rows[0]) throw noLookalike()
  return asLookalike(rows[0])
}

function asLookalike({ seedSegmentId, seedName, createdAt, ...row }: Row): Lookalike {
  return { ...row, seed: { segmentId: seedSegmentId, name: seedName }, createdAt: createdAt.toISOString() }
}

/** A ranking that can be read. */
export interface Ranking {
  id: string
  name: string
  run: number
}

/** @throws `not-found`, `precondition` while there is no ranking */
export async function readRanking(ctx: Context, id: string): Promise<Ranking> {
  const { rows } = await sql<{ id: string; name: string; run: string | null }>`
    select id, name, case when state = 'finished' then run::text end as run from lookalikes
    where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid`.execute(ctx.platform.db)
  const [row] = rows
  if (!row) throw noLookalike()
  if (row.run === null) {
    throw new AppError('precondition', { zh: '该相似人群还没有计算完成，请稍后再试', en: 'This model is not ready yet; try again later' })
  }
  return { ...row, run: Number(row.run) }
}

export function noLookalike(): AppError {
  return notFound({ zh: '相似人群', en: 'model' })
}
