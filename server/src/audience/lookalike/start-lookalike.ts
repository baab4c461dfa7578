import { sql } from 'kysely'
import { lookalikeLimits, type Lookalike } from '../../../../contracts/lookalike.ts'
import { mutate, type Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import { workspaceTimezone } from '../../workspaces/index.ts'
import { dayInZone } from '../rule/date-text.ts'
import { readSegment } from '../segment-row.ts'
import { readLookalike } from './lookalike-row.ts'

interface StartInput {
  seedSegmentId: string
  name?: string | undefined
  withRuleFeatures: boolean
  excluded: string[]
}

/** Begins to find people like those of a segment. @throws `not-found`, `precondition` for a seed that was never read or is too small */
export async function startLookalike(ctx: Context, { seedSegmentId, name, withRuleFeatures, excluded }: StartInput): Promise<Lookalike> {
  const seed = await readSegment(ctx, seedSegmentId)
  if (seed.freshness.asOf === null) throw neverRead(seed.name)
  if (seed.count !== null && seed.count < lookalikeLimits.seedMin) throw seedTooSmall(seed.name, seed.count)
  const now = ctx.platform.clock.now()
  const called = name ?? `${seed.name} · ${dayInZone(now, await workspaceTimezone(ctx))}`.slice(-80)
  const createdBy = ctx.actor.kind === 'user' ? ctx.actor.userId : null
  const detail = { seed: seed.name, withRuleFeatures }
  const id = await mutate(ctx, { action: 'lookalike.start', targetKind: 'lookalike', detail }, async (tx, audit) => {
    const { rows: counted } = await sql<{ count: number }>`select count(*)::int as count from lookalikes where workspace_id = ${ctx.workspaceId}`.execute(tx)
    if (counted[0]!.count >= lookalikeLimits.modelsMax) throw tooMany()
    const { rows } = await sql<{ id: string }>`
      insert into lookalikes (workspace_id, name, seed_segment_id, seed_name, with_rule_features, excluded, created_by, created_at)
      values (${ctx.workspaceId}, ${called}, ${seed.id}::uuid, ${seed.name}, ${withRuleFeatures}, ${[...new Set(excluded)]}::text[], ${createdBy}, ${now})
      returning id`.execute(tx)
    audit.targetId = rows[0]!.id
    return rows[0]!.id
  })
  ctx.platform.jobs.wake('lookalikes')
  return readLookalike(ctx, id)
}

/** Said when asked, and again when the people are read, who may have left meanwhile. */
export function seedTooSmall(name: string, count: number): AppError {
  const { seedMin } = lookalikeLimits
  return new AppError('precondition', {
    zh: `分群「${name}」只有 ${count} 人，少于 ${seedMin} 人时看不出规律。请放宽它的条件，或把几个相近的分群合成一个静态分群再试`,
    en: `The segment “${name}” has ${count} people; with fewer than ${seedMin} nothing can be told from chance. Widen it, or put several like it together as a static segment`,
  })
}

function neverRead(name: string): AppError {
  return new AppError('precondition', {
    zh: `分群「${name}」还没有计算出人群，请稍后再试，或先在分群页点「立即刷新」`,
    en: `The segment “${name}” has not been read yet; try again in a minute, or refresh it on its page`,
  })
}

function tooMany(): AppError {
  const { modelsMax } = lookalikeLimits
  return new AppError('precondition', {
    zh: `最多保留 ${modelsMax} 个相似人群，请先删除不用的`,
    en: `There are ${modelsMax} models already; delete some first`,
  })
}
