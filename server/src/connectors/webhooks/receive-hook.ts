import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Delivery } from '../../../../contracts/connectors.ts'
import type { LocaleText } from '../../../../contracts/common.ts'
import type { Problem } from '../../../../contracts/errors.ts'
import type { HookConnector } from '../../access/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { Database, Platform } from '../../platform/platform.ts'
import { stableUuid } from '../../platform/stable-uuid.ts'
import { authenticate, type Authentication } from '../auth/authenticate.ts'
import type { HookRequest } from '../auth/hook-request.ts'
import { draftOf, noteOutcome, openSecrets, requireConnector, type ConnectorRow } from '../connector-row.ts'
import { receiveLines } from '../logs/receive-lines.ts'
import type { MappingOutcome } from '../mapping/apply-mapping.ts'
import { parsePath, readPath, type Scope } from '../mapping/path.ts'
import { asText } from '../mapping/template.ts'
import { sealRequest } from './kept-request.ts'
import { acknowledge, inWords, mappingContext, mapRequest, readRequest, type WebhookDraft } from './map-request.ts'
import { takeRequest } from './rate-limit.ts'
import { takeItems } from './take-items.ts'

const bodyBytesMax = 2 * 1024 * 1024
/** Of requests that proved nothing less is kept: whoever knows the address could fill the disk. */
const refusedBytesMax = 64 * 1024
const refusedPerDayMax = 500

/**
 * Takes a request to a connector's address: when this resolves, it is recorded and what it says stands in the inbox, in one commit.
 * What the mapping cannot use is recorded too, and acknowledged: it can be replayed once the mapping is corrected.
 * Throws `not-signed-in` for what is not proved, `throttled`, `too-large`.
 */
export async function receiveHook(platform: Platform, hook: HookConnector, request: HookRequest): Promise<{ acknowledgement: string }> {
  const row = await requireConnector(platform.db, hook.workspaceId, hook.connectorId)
  const draft = draftOf(row)
  if (draft.kind === 'accessLog') return receiveLines(platform, row, draft.settings, request)
  if (draft.kind !== 'webhook') throw new AppError('not-found')
  await takeRequest(platform, row, draft.settings.perMinuteMax)
  if (request.body.length > bodyBytesMax) throw new AppError('too-large')
  const receivedAt = platform.clock.now()
  const proof = authenticate(draft.settings, await openSecrets(platform, row), request, receivedAt.getTime())
  if (!proof.ok) throw await refuse(platform, row, { request, proof, receivedAt })
  const read = readRequest(draft, request)
  const { body, isChallenge } = acknowledge(draft, read.scope)
  const outcome = isChallenge ? nothing : mapRequest(draft, read, await mappingContext(platform, row, receivedAt))
  const sealed = await sealRequest(await platform.vaults.of(row.workspaceId), request)
  await platform.db.transaction().execute(async (tx) => {
    const key = deliveryKey(draft, { row, request, scope: read.scope })
    const id = await recordDelivery(tx, row, { key, receivedAt, bytes: request.body.length, sealed, ...described(outcome, isChallenge) })
    if (id === null || outcome.items.length + outcome.problemCount === 0) return
    const { taken } = await takeItems(tx, platform, { origin: { ...row, receivedAt }, items: outcome.items })
    await noteOutcome(tx, row, { at: receivedAt, items: taken, error: inWords(outcome.problems) })
  })
  return { acknowledgement: body }
}

const nothing: MappingOutcome = { messages: 0, unmatched: 0, items: [], problems: [], problemCount: 0 }

/** How a delivery ended, by what the mapping made of it. */
export function described(
  outcome: MappingOutcome,
  isChallenge: boolean,
): { outcome: Delivery['outcome']; items: number; summary: string; problems: Problem[] } {
  const { items, problems, problemCount } = outcome
  const names = new Set(items.map(({ item, rule }) => item.event ?? rule))
  const state = isChallenge ? 'challenge' : items.length > 0 ? (problemCount > 0 ? 'partial' : 'taken') : problemCount > 0 ? 'failed' : 'ignored'
  return { outcome: state, items: items.length, summary: [...names].join(', ').slice(0, 200), problems }
}

interface Recorded {
  key: string
  receivedAt: Date
  bytes: number
  sealed: Buffer | null
  outcome: Delivery['outcome']
  items: number
  summary: string
  problems: Problem[]
}

/** Writes a delivery down; null when it came before, which is counted. One that was refused or failed before may try again. */
async function recordDelivery(tx: Database, row: ConnectorRow, delivery: Recorded): Promise<number | null> {
  const { key, receivedAt, bytes, sealed, outcome, items, summary, problems } = delivery
  const { rows } = await sql<{ id: number; isNew: boolean }>`
    insert into connector_deliveries (workspace_id, connector_id, received_at, delivery_key, outcome, bytes, items, summary, problems, sealed_request)
    values (${row.workspaceId}, ${row.id}::uuid, ${receivedAt}, ${key}::uuid, ${outcome}, ${bytes}, ${items}, ${summary}, ${JSON.stringify(problems)}::jsonb, ${sealed})
    on conflict (connector_id, delivery_key) do update set
      repeats = connector_deliveries.repeats + 1,
      outcome = case when connector_deliveries.outcome in ('failed', 'refused') then excluded.outcome else connector_deliveries.outcome end,
      items = case when connector_deliveries.outcome in ('failed', 'refused') then excluded.items else connector_deliveries.items end,
      summary = case when connector_deliveries.outcome in ('failed', 'refused') then excluded.summary else connector_deliveries.summary end,
      problems = case when connector_deliveries.outcome in ('failed', 'refused') then excluded.problems else connector_deliveries.problems end,
      sealed_request = coalesce(connector_deliveries.sealed_request, excluded.sealed_request)
    returning id, old.id is null or old.outcome in ('failed', 'refused') as "isNew"`.execute(tx)
  const [recorded] = rows
  return recorded?.isNew ? recorded.id : null
}

async function refuse(
  platform: Platform,
  row: ConnectorRow,
  { request, proof, receivedAt }: { request: HookRequest; proof: Authentication; receivedAt: Date },
): Promise<AppError> {
  const reason: LocaleText = proof.reason ?? { zh: '未通过验证', en: 'Not proved' }
  const key = stableUuid(row.id, 'refused', request.path, request.query, digest(request.body), proof.given ?? '')
  const mayKeep = request.body.length <= refusedBytesMax && (await refusedLately(platform, row, receivedAt)) < refusedPerDayMax
  await platform.db.transaction().execute(async (tx) => {
    if (mayKeep) {
      const sealed = await sealRequest(await platform.vaults.of(row.workspaceId), request)
      const problems = [{ at: 'settings.auth', ...reason }]
      await recordDelivery(tx, row, { key, receivedAt, bytes: request.body.length, sealed, outcome: 'refused', items: 0, summary: '', problems })
    }
    await noteOutcome(tx, row, { at: receivedAt, items: 0, error: reason })
  })
  return new AppError('not-signed-in', { zh: `未通过验证：${reason.zh}`, en: `Not authenticated: ${reason.en}` })
}

async function refusedLately(platform: Platform, row: ConnectorRow, now: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (
      select from connector_deliveries
      where workspace_id = ${row.workspaceId} and connector_id = ${row.id}::uuid and outcome = 'refused' and received_at > ${new Date(now.getTime() - 86_400_000)}
      limit ${refusedPerDayMax}) as lately`.execute(platform.db)
  return rows[0]?.count ?? 0
}

/** The same delivery twice has the same key: the sender's number of it, or everything that the mapping can see. */
function deliveryKey(draft: WebhookDraft, { row, request, scope }: { row: ConnectorRow; request: HookRequest; scope: Scope }): string {
  const path = draft.settings.deliveryId === null ? null : parsePath(draft.settings.deliveryId)
  const own = path ? asText(readPath(path, scope)) : undefined
  if (own !== undefined) return stableUuid(row.id, 'delivery', own, request.path)
  const named = [...JSON.stringify(draft.mapping).matchAll(/@headers(?:\.|\[\\")([\w-]+)/g)].map((match) => match[1]?.toLowerCase() ?? '')
  const headers = [...new Set(named)].toSorted().map((name) => `${name}=${request.headers[name] ?? ''}`)
  return stableUuid(row.id, 'content', request.path, request.query, digest(request.body), ...headers)
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
