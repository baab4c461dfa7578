import { sql } from 'kysely'
import type { LocaleText } from '../../../../contracts/common.ts'
import { systemContext, type Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { Platform } from '../../platform/platform.ts'
import { readStoredSets } from '../segments/stored-sets.ts'
import { makeLookalike } from './make-lookalike.ts'
import { dropRankings } from './sweep-rankings.ts'
import type { LookalikeWork } from './work.ts'

/** Whoever works says so every few seconds; after this long without a word anybody begins anew. */
const leaseMs = 60_000
const heartbeatMs = 5_000
/** A model that takes the process with it each time must not do so for ever. */
const attemptsMax = 3

interface Claim {
  id: string
  workspaceId: number
  run: number
  attempts: number
  seedSegmentId: string | null
  withRuleFeatures: boolean
  excluded: string[]
}

/** Makes one model that waits, or whose maker died; false when there is none. A stop of the process leaves it to whoever comes next. */
export async function stepLookalikes(platform: Platform, stopping: AbortSignal): Promise<boolean> {
  const claim = await takeOne(platform)
  if (!claim) return false
  const ctx = systemContext(platform, claim.workspaceId, 'lookalikes')
  const stopped = new AbortController()
  const signal = AbortSignal.any([stopping, stopped.signal])
  const heartbeat = setInterval(() => {
    holdOn(platform, claim).then(
      (isOurs) => isOurs || stopped.abort(new Error('The model was stopped')),
      (error: unknown) => platform.log.warn({ error }, 'a model could not say that it is worked on'),
    )
  }, heartbeatMs)
  try {
    await make(ctx, claim, { signal, stop: () => stopped.abort(new Error('The model was stopped')) })
  } catch (error) {
    if (stopping.aborted) await giveBack(platform, claim)
    else if (!stopped.signal.aborted) await fail(platform, claim, error)
  } finally {
    clearInterval(heartbeat)
  }
  if (!stopping.aborted) await dropRankings(platform, claim.workspaceId)
  return true
}

async function takeOne(platform: Platform): Promise<Claim | null> {
  const now = platform.clock.now()
  const { rows } = await sql<Omit<Claim, 'run'> & { run: string }>`
    update lookalikes set state = 'running', step = 'sample', progress = 0, attempts = attempts + 1, leased_until = ${new Date(now.getTime() + leaseMs)},
      run = floor(extract(epoch from clock_timestamp()) * 1000000)::bigint
    where id = (
      select id from lookalikes where state = 'waiting' or (state = 'running' and leased_until < ${now}) order by created_at, id limit 1 for update skip locked)
    returning id, workspace_id as "workspaceId", run::text as run, attempts, seed_segment_id as "seedSegmentId", with_rule_features as "withRuleFeatures", excluded`.execute(
    platform.db,
  )
  return rows[0] ? { ...rows[0], run: Number(rows[0].run) } : null
}

/** Its row while it is still this attempt's to work on. */
const ours = ({ id, workspaceId, run }: Claim) => sql`workspace_id = ${workspaceId} and id = ${id}::uuid and run = ${String(run)}::bigint and state = 'running'`

async function holdOn(platform: Platform, claim: Claim): Promise<boolean> {
  const until = new Date(platform.clock.now().getTime() + leaseMs)
  const { rows } = await sql`update lookalikes set leased_until = ${until} where ${ours(claim)} returning id`.execute(platform.db)
  return rows.length > 0
}

async function make(ctx: Context, claim: Claim, { signal, stop }: { signal: AbortSignal; stop(): void }): Promise<void> {
  const { platform } = ctx
  if (claim.attempts > attemptsMax) throw tooOften()
  if (claim.seedSegmentId === null) throw seedGone()
  const [seed] = await readStoredSets(ctx, [claim.seedSegmentId]).catch((error: unknown) => {
    throw error instanceof AppError && error.errorName === 'not-found' ? seedGone() : error
  })
  const work: LookalikeWork = {
    id: claim.id,
    run: claim.run,
    seed: { segmentId: seed!.segmentId, name: seed!.name, run: seed!.run },
    withRuleFeatures: claim.withRuleFeatures,
    excluded: claim.excluded,
    signal,
    async tell(step, done) {
      const { rows } = await sql`
        update lookalikes set step = ${step}, progress = ${progressOf(step, done)}, leased_until = ${new Date(platform.clock.now().getTime() + leaseMs)}
        where ${ours(claim)} returning id`.execute(platform.db)
      if (rows.length === 0) stop()
      signal.throwIfAborted()
    },
  }
  const result = await makeLookalike(ctx, work)
  await sql`
    update lookalikes set state = 'finished', step = null, progress = 1, leased_until = null, problem = null, result = ${JSON.stringify(result)}::jsonb,
      finished_at = ${platform.clock.now()} where ${ours(claim)}`.execute(platform.db)
}

/** About how much of the whole lies before a step, and its own share. */
const places = { sample: [0, 0.05], features: [0.05, 0.25], fit: [0.3, 0.15], score: [0.45, 0.5], evaluate: [0.95, 0.05] } as const
const progressOf = (step: keyof typeof places, done: number): number => places[step][0] + places[step][1] * done

async function giveBack(platform: Platform, claim: Claim): Promise<void> {
  await sql`update lookalikes set state = 'waiting', step = null, leased_until = null, attempts = attempts - 1 where ${ours(claim)}`.execute(platform.db)
}

async function fail(platform: Platform, claim: Claim, error: unknown): Promise<void> {
  const words: LocaleText =
    error instanceof AppError
      ? { zh: error.zh, en: error.en }
      : { zh: '计算没有完成，原因已记录；请稍后重新计算', en: 'It could not be computed, the reason is recorded; compute it again later' }
  if (!(error instanceof AppError)) platform.log.error({ error, workspaceId: claim.workspaceId, lookalikeId: claim.id }, 'people alike could not be found')
  await sql`
    update lookalikes set state = 'failed', step = null, leased_until = null, problem = ${JSON.stringify(words)}::jsonb, finished_at = ${platform.clock.now()}
    where ${ours(claim)}`.execute(platform.db)
}

function seedGone(): AppError {
  return new AppError('precondition', {
    zh: '种子分群已被删除，请选择另一个分群重新开始',
    en: 'The seed segment was deleted; begin again with another one',
  })
}

function tooOften(): AppError {
  return new AppError('precondition', {
    zh: `计算中断了 ${attemptsMax} 次，已停止重试。请检查服务器内存，再重新计算`,
    en: `It was broken off ${attemptsMax} times and is not tried any more. Look at the server’s memory, then compute it again`,
  })
}
