import { sql } from 'kysely'
import type { Run } from '../../../../contracts/connectors.ts'
import { mutate, type Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { Database, Platform } from '../../platform/platform.ts'
import { requireConnector } from '../connector-row.ts'
import { runColumns, shownRun, type RunRow } from './run-row.ts'

/** Loops that work on runs, per process: so many pulls go at the same time. */
export const pullLoops = ['connectors.pulls.1', 'connectors.pulls.2', 'connectors.pulls.3'] as const

export function wakePulls(platform: Platform): void {
  for (const loop of pullLoops) platform.jobs.wake(loop)
}

/** Begins a run now. Throws `not-found`, and `precondition` for a connector that does not pull, is disabled or is running. */
export async function startRun(ctx: Context, connectorId: string): Promise<Run> {
  const run = await mutate(ctx, { action: 'connector.run', targetKind: 'connector', targetId: connectorId }, async (tx) => {
    const row = await requireConnector(tx, ctx.workspaceId, connectorId)
    if (row.kind !== 'httpPull' && row.kind !== 'sqlPull')
      throw new AppError('precondition', { zh: '该连接器是接收推送的，没有可运行的拉取', en: 'This connector is posted to; there is nothing to run' })
    if (row.disabledAt) throw new AppError('precondition', { zh: '连接器已停用，请先启用', en: 'The connector is disabled; enable it first' })
    const begun = await insertRun(tx, { workspaceId: ctx.workspaceId, connectorId, trigger: 'manual', at: ctx.platform.clock.now() })
    if (!begun) throw new AppError('precondition', { zh: '正在运行，请等它结束或先停止', en: 'It is running; wait for its end or stop it first' })
    return begun
  })
  wakePulls(ctx.platform)
  return shownRun(run)
}

/** A run in the caller's transaction; null when one is in hand. */
export async function insertRun(
  tx: Database,
  run: { workspaceId: number; connectorId: string; trigger: Run['trigger']; at: Date; owner?: string },
): Promise<RunRow | null> {
  const { rows } = await sql<RunRow>`
    insert into connector_runs (workspace_id, connector_id, trigger, started_at, lease_owner, leased_until)
    values (${run.workspaceId}, ${run.connectorId}::uuid, ${run.trigger}, ${run.at}, ${run.owner ?? null},
      case when ${run.owner ?? null}::text is not null then now() + interval '60 seconds' end)
    on conflict (connector_id) where state in ('running', 'cancelling') do nothing
    returning ${runColumns}`.execute(tx)
  return rows[0] ?? null
}

/** Stops the run in hand: what it brought stays. Throws `not-found`, and `precondition` when nothing runs. */
export async function cancelRun(ctx: Context, connectorId: string): Promise<Run> {
  const run = await mutate(ctx, { action: 'connector.cancelRun', targetKind: 'connector', targetId: connectorId }, async (tx) => {
    await requireConnector(tx, ctx.workspaceId, connectorId)
    const { rows } = await sql<RunRow>`
      update connector_runs set state = 'cancelling'
      where workspace_id = ${ctx.workspaceId} and connector_id = ${connectorId}::uuid and state in ('running', 'cancelling')
      returning ${runColumns}`.execute(tx)
    if (!rows[0]) throw new AppError('precondition', { zh: '现在没有正在运行的拉取', en: 'Nothing is running' })
    return rows[0]
  })
  wakePulls(ctx.platform)
  return shownRun(run)
}
