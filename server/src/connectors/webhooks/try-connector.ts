import type { z } from 'zod'
import type { ConnectorDraft, ConnectorSecrets, Sample } from '../../../../contracts/connector-settings.ts'
import type { TryAnswer } from '../../../../contracts/connector-trials.ts'
import type { connectorRoutes } from '../../../../contracts/connectors.ts'
import type { Context } from '../../access/index.ts'
import { readNamespaces } from '../../people/index.ts'
import { AppError } from '../../platform/errors.ts'
import { authenticate } from '../auth/authenticate.ts'
import type { HookRequest } from '../auth/hook-request.ts'
import { mergeSecrets, problemsOf } from '../check-draft.ts'
import { openSecrets, requireConnector } from '../connector-row.ts'
import { tryLines } from '../logs/try-lines.ts'
import { previewHits } from '../preview-hits.ts'
import { asText } from '../mapping/template.ts'
import { acknowledge, mappingContext, mapRequest, readRequest } from './map-request.ts'
import { shownItem } from './shown-item.ts'

type Trial = z.output<NonNullable<typeof connectorRoutes.tryConnector.body>>

const valuesMax = 300
const itemsMax = 50
/** Stands for a connector that is not saved yet. */
export const nobody = '00000000-0000-0000-0000-000000000000'

/**
 * What a connector with these settings would make of a request; nothing is stored. Problems of the draft come first, by field.
 * A time that a signature must be near is compared with the sample's own, since samples are old.
 */
export async function tryConnector(ctx: Context, trial: Trial): Promise<TryAnswer> {
  const { platform, workspaceId } = ctx
  const { draft, sample, connectorId } = trial
  const secrets = await secretsOf(ctx, trial)
  const wrong = problemsOf(draft, await readNamespaces(platform, workspaceId))
  const receivedAt = platform.clock.now()
  const context = { ...(await mappingContext(platform, { id: connectorId ?? nobody, workspaceId }, receivedAt)), onValue: listen }
  const values = new Map<string, string | null>()
  function listen(at: string, value: unknown): void {
    if (values.size < valuesMax && !values.has(at))
      values.set(at, value === undefined || value === null ? null : (asText(value) ?? JSON.stringify(value)).slice(0, 300))
  }
  if (draft.kind === 'accessLog') return tryLines(ctx, draft.settings, { text: sample.body, context })
  if (draft.kind !== 'webhook')
    throw new AppError('validation', { problems: [{ at: 'body.draft.kind', zh: '拉取请用「试取」', en: 'Pulls are tried by preview' }] })
  const request = requestOf(sample)
  const { auth } = draft.settings
  const isTimed = 'timestamp' in auth && auth.timestamp !== null
  const settings = {
    ...draft.settings,
    addresses: [],
    auth: isTimed ? { ...auth, timestamp: { ...auth.timestamp!, toleranceSeconds: sampleAgeMaxSeconds } } : auth,
  }
  const authentication = authenticate(settings, secrets, request, receivedAt.getTime())
  const read = readRequest(draft, request)
  const { body: acknowledgement, isChallenge } = acknowledge(draft, read.scope)
  const outcome = isChallenge ? { messages: 1, unmatched: 0, items: [], problems: [] } : mapRequest(draft, read, context)
  const items = outcome.items.slice(0, itemsMax)
  return {
    authentication,
    messages: outcome.messages,
    unmatched: outcome.unmatched,
    values: [...values].map(([at, value]) => ({ at, value })),
    items: items.map((item) => shownItem(item, { masked: false })),
    hits: await previewHits(ctx, items),
    problems: [...wrong, ...outcome.problems].slice(0, 50),
    acknowledgement,
  }
}

const sampleAgeMaxSeconds = 10_000_000_000

/** Secrets as given, those left out as saved with the connector. */
export async function secretsOf(
  ctx: Context,
  { connectorId, secrets }: { connectorId?: string | undefined; secrets: ConnectorSecrets; draft: ConnectorDraft },
): Promise<ConnectorSecrets> {
  if (connectorId === undefined) return mergeSecrets({}, secrets)
  return mergeSecrets(await openSecrets(ctx.platform, await requireConnector(ctx.platform.db, ctx.workspaceId, connectorId)), secrets)
}

function requestOf({ headers, query, path, body }: Sample): HookRequest {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  return { headers: lower, query: query.replace(/^\?/, ''), path: path.replace(/^\//, ''), body: Buffer.from(body, 'utf8'), address: null }
}
