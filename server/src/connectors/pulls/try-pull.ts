import type { z } from 'zod'
import type { TryPullAnswer } from '../../../../contracts/connector-trials.ts'
import type { connectorRoutes } from '../../../../contracts/connectors.ts'
import type { Context } from '../../access/index.ts'
import { maskMessage } from '../../collect/index.ts'
import { readNamespaces } from '../../people/index.ts'
import { AppError } from '../../platform/errors.ts'
import { workspaceTimezone } from '../../workspaces/index.ts'
import { assertSecretsStay, problemsOf } from '../check-draft.ts'
import { draftOf, requireConnector } from '../connector-row.ts'
import { previewHits } from '../preview-hits.ts'
import { mappingContext } from '../webhooks/map-request.ts'
import { shownItem } from '../webhooks/shown-item.ts'
import { nobody, secretsOf } from '../webhooks/try-connector.ts'
import type { PullBatch } from './pull-batch.ts'
import { PullError } from './pull-error.ts'
import { readHttp } from './read-http.ts'
import { readSql } from './read-sql.ts'
import { mapRows } from './run-pulls.ts'

type Trial = z.output<NonNullable<typeof connectorRoutes.tryPull.body>>

/**
 * Connects with settings that need not be saved and maps the first rows; nothing is stored. Personal data is masked for whoever may not see it. Throws `validation`
 * by field.
 */
export async function tryPull(ctx: Context, trial: Trial): Promise<TryPullAnswer> {
  const { platform, workspaceId } = ctx
  const { draft, connectorId } = trial
  if (draft.kind !== 'httpPull' && draft.kind !== 'sqlPull')
    throw new AppError('validation', { problems: [{ at: 'body.draft.kind', zh: '只有拉取可以试取', en: 'Only pulls can be previewed' }] })
  const known = connectorId === undefined ? null : await requireConnector(platform.db, workspaceId, connectorId)
  if (known) assertSecretsStay(draftOf(known), draft, { given: trial.secrets, known: known.secretHints })
  const wrong = problemsOf(draft, await readNamespaces(platform, workspaceId))
  const blocking = wrong.filter(({ at }) => at.startsWith('settings'))
  if (blocking.length > 0) throw new AppError('validation', { problems: blocking.map((problem) => ({ ...problem, at: `body.draft.${problem.at}` })) })
  const secrets = await secretsOf(ctx, trial)
  const timezone = await workspaceTimezone(ctx)
  const batches =
    draft.kind === 'httpPull'
      ? readHttp(platform, { settings: draft.settings, secrets, cursor: null, position: null, timezone })
      : readSql(platform, { settings: draft.settings, secrets, from: { value: null, edge: [] }, batchRows: Math.max(1, trial.rows), timezone })
  const startedMs = performance.now()
  try {
    const rows = (await firstOf(batches)).slice(0, trial.rows)
    const context = await mappingContext(platform, { id: connectorId ?? nobody, workspaceId }, platform.clock.now())
    const outcome = mapRows(draft, rows, context)
    return {
      ok: true,
      tookMs: performance.now() - startedMs,
      error: null,
      rows: await Promise.all(rows.map((row) => maskMessage(ctx, row, null))),
      items: outcome.items.map((item) => shownItem(item, { masked: !ctx.permissions.has('people.reveal') })),
      hits: await previewHits(ctx, outcome.items),
      problems: [...wrong, ...outcome.problems],
    }
  } catch (error) {
    if (!(error instanceof PullError)) throw error
    return { ok: false, tookMs: performance.now() - startedMs, error: error.words, rows: [], items: [], hits: [], problems: wrong }
  }
}

async function firstOf(batches: AsyncGenerator<PullBatch>): Promise<unknown[]> {
  for await (const { rows } of batches) return rows
  return []
}
