import { sql } from 'kysely'
import type { Delivery } from '../../../../contracts/connectors.ts'
import type { Problem } from '../../../../contracts/errors.ts'
import { mutate, writeAudit, type Context } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { Database } from '../../platform/platform.ts'
import { authenticate } from '../auth/authenticate.ts'
import { draftOf, noteOutcome, openSecrets, requireConnector, type ConnectorRow } from '../connector-row.ts'
import { openRequest } from './kept-request.ts'
import { acknowledge, mappingContext, mapRequest, readRequest, type WebhookDraft } from './map-request.ts'
import { described } from './receive-hook.ts'
import { takeItems } from './take-items.ts'

interface Replay {
  deliveryIds?: number[] | undefined
  outcomes?: Delivery['outcome'][] | undefined
}

interface Replayed {
  replayed: number
  items: number
  refused: number
  problems: Problem[]
  hasMore: boolean
}

interface Kept {
  id: number
  receivedAt: Date
  sealed: Buffer
}

const deliveriesMax = 5_000
const perTransaction = 100
const problemsMax = 20

/**
 * Sends kept deliveries through the connector as it is now, in the order in which they came. Events have keys, so what is in already stays once.
 * The proof is asked for again, by the time of the delivery. Throws `not-found`, `validation`.
 */
export async function replayDeliveries(ctx: Context, connectorId: string, replay: Replay): Promise<Replayed> {
  if (!replay.deliveryIds && !replay.outcomes)
    throw new AppError('validation', { problems: [{ at: 'body.deliveryIds', zh: '请选择要重放的记录', en: 'Choose what to replay' }] })
  const { platform, workspaceId } = ctx
  const row = await requireConnector(platform.db, workspaceId, connectorId)
  const draft = draftOf(row)
  if (draft.kind !== 'webhook') throw new AppError('precondition', { zh: '只有推送类连接器可以重放', en: 'Only connectors that are posted to can replay' })
  const ids = await findKept(ctx, connectorId, replay)
  const sum: Replayed = { replayed: 0, items: 0, refused: 0, problems: [], hasMore: ids.length > deliveriesMax }
  const wanted = ids.slice(0, deliveriesMax)
  const entry = {
    action: 'connector.replay',
    targetKind: 'connector',
    targetId: connectorId,
    detail: { deliveries: wanted.length, outcomes: replay.outcomes ?? null },
  }
  if (wanted.length === 0) await mutate(ctx, entry, async () => undefined)
  for (let start = 0; start < wanted.length; start += perTransaction) {
    await platform.db.transaction().execute(async (tx) => {
      for (const kept of await readKept(tx, row, wanted.slice(start, start + perTransaction))) await replayOne(tx, ctx, { row, draft, kept, sum })
      if (start === 0) await writeAudit(tx, ctx, entry)
    })
  }
  return sum
}

async function findKept(ctx: Context, connectorId: string, { deliveryIds, outcomes }: Replay): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from connector_deliveries
    where workspace_id = ${ctx.workspaceId} and connector_id = ${connectorId}::uuid and sealed_request is not null
      and (${deliveryIds ?? null}::bigint[] is null or id = any(${deliveryIds ?? null}::bigint[]))
      and (${outcomes ?? null}::text[] is null or outcome = any(${outcomes ?? null}::text[]))
    order by id limit ${deliveriesMax + 1}`.execute(ctx.platform.db)
  return rows.map(({ id }) => id)
}

async function readKept(tx: Database, row: ConnectorRow, ids: readonly number[]): Promise<Kept[]> {
  const { rows } = await sql<Kept>`
    select id, received_at as "receivedAt", sealed_request as sealed from connector_deliveries
    where workspace_id = ${row.workspaceId} and connector_id = ${row.id}::uuid and id = any(${ids}::bigint[]) and sealed_request is not null
    order by id for update`.execute(tx)
  return rows
}

async function replayOne(
  tx: Database,
  ctx: Context,
  { row, draft, kept, sum }: { row: ConnectorRow; draft: WebhookDraft; kept: Kept; sum: Replayed },
): Promise<void> {
  const { platform } = ctx
  const request = await openRequest(await platform.vaults.of(row.workspaceId), kept.sealed)
  const proof = authenticate(draft.settings, await openSecrets(platform, row), request, kept.receivedAt.getTime())
  const read = readRequest(draft, request)
  const outcome = mapRequest(draft, read, await mappingContext(platform, row, kept.receivedAt))
  const state = proof.ok
    ? described(outcome, acknowledge(draft, read.scope).isChallenge)
    : { outcome: 'refused', items: 0, summary: '', problems: refusal(proof.reason) }
  const isTaken = proof.ok && state.outcome !== 'challenge'
  const { taken } = isTaken ? await takeItems(tx, platform, { origin: { ...row, receivedAt: kept.receivedAt }, items: outcome.items }) : { taken: 0 }
  await sql`
    update connector_deliveries set outcome = ${state.outcome}, items = ${state.items}, summary = ${state.summary}, problems = ${JSON.stringify(state.problems)}::jsonb,
      replays = replays + 1, replayed_at = ${platform.clock.now()}
    where workspace_id = ${row.workspaceId} and id = ${kept.id}`.execute(tx)
  if (taken > 0) await noteOutcome(tx, row, { at: platform.clock.now(), items: taken, error: null })
  sum.replayed += 1
  sum.items += taken
  if (!proof.ok) sum.refused += 1
  for (const problem of state.problems)
    if (sum.problems.length < problemsMax && !sum.problems.some(({ at, zh }) => at === problem.at && zh === problem.zh)) sum.problems.push(problem)
}

function refusal(reason: { zh: string; en: string } | null): Problem[] {
  return [{ at: 'settings.auth', ...(reason ?? { zh: '未通过验证', en: 'Not proved' }) }]
}
