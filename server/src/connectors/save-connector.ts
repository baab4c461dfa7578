import { sql } from 'kysely'
import type { ConnectorDraft, ConnectorSecrets } from '../../../contracts/connector-settings.ts'
import type { Connector, ConnectorDetail } from '../../../contracts/connectors.ts'
import { hashSecret, mutate, newSecret, type Context } from '../access/index.ts'
import { insertSource } from '../collect/index.ts'
import { createNamespace, readNamespaces } from '../people/index.ts'
import { AppError } from '../platform/errors.ts'
import type { Database } from '../platform/platform.ts'
import { workspaceTimezone } from '../workspaces/index.ts'
import { assertDraft, assertSecretsStay, hintsOf, mergeSecrets } from './check-draft.ts'
import { connectorNotFound, detailedConnector, draftOf, openSecrets, requireConnector, shownConnector } from './connector-row.ts'
import { requirePreset } from './presets/index.ts'
import { orderNamespace } from './presets/preset.ts'
import { nextRunAfter } from './pulls/schedule.ts'

interface Creation {
  name: string
  preset?: string | undefined
  draft?: ConnectorDraft | undefined
  secrets: ConnectorSecrets
}

interface Change {
  name?: string | undefined
  disabled?: boolean | undefined
  draft?: ConnectorDraft | undefined
  secrets: ConnectorSecrets
  cursor?: string | null | undefined
}

/** Creates a connector from a preset or a draft, with a source of its own. Throws `validation` by field and `conflict` for a taken name. */
export async function createConnector(ctx: Context, input: Creation): Promise<ConnectorDetail> {
  const { platform, workspaceId } = ctx
  const draft = input.draft ?? (input.preset === undefined ? undefined : requirePreset(input.preset).draft)
  if (!draft)
    throw new AppError('validation', { problems: [{ at: 'body.preset', zh: '请选择一个预设，或给出完整的设置', en: 'Choose a preset, or give a draft' }] })
  await ensureOrderNamespace(ctx, draft)
  assertDraft(draft, await readNamespaces(platform, workspaceId))
  const vault = await platform.vaults.of(workspaceId)
  const token = draft.kind === 'webhook' || draft.kind === 'accessLog' ? newSecret() : null
  const secrets = mergeSecrets({}, input.secrets)
  const nextRunAt = await firstRun(ctx, draft)
  const { name, preset } = input
  const row = await mutate(ctx, { action: 'connector.create', targetKind: 'connector', detail: { name, kind: draft.kind, preset } }, async (tx, audit) => {
    await refuseTakenName(tx, workspaceId, { name })
    const sourceId = await insertSource(tx, ctx, { name, kind: 'connector' })
    const now = platform.clock.now()
    const { rows } = await sql<{ id: string }>`
      insert into connectors (workspace_id, name, kind, preset, draft, sealed_secrets, secret_hints, token_hash, sealed_token, source_id, next_run_at, created_at, updated_at)
      values (${workspaceId}, ${name}, ${draft.kind}, ${preset ?? null}, ${JSON.stringify(draft)}::jsonb, ${vault.seal(JSON.stringify(secrets))},
        ${JSON.stringify(hintsOf(secrets))}::jsonb, ${token === null ? null : hashSecret(token)}, ${token === null ? null : vault.seal(token)}, ${sourceId}::uuid,
        ${nextRunAt}, ${now}, ${now})
      returning id`.execute(tx)
    audit.targetId = rows[0]!.id
    return requireConnector(tx, workspaceId, rows[0]!.id)
  })
  return detailedConnector(ctx, row)
}

/** Changes what is given; secrets left out stay. Throws `not-found`, `validation` by field, `conflict`. */
export async function updateConnector(ctx: Context, id: string, change: Change): Promise<ConnectorDetail> {
  const { platform, workspaceId } = ctx
  const { name, disabled, draft, cursor } = change
  if (draft) assertDraft(draft, await readNamespaces(platform, workspaceId))
  const vault = await platform.vaults.of(workspaceId)
  const fields = Object.keys(change).filter((key) => key !== 'secrets' && change[key as keyof Change] !== undefined)
  const detail = { fields, secrets: Object.keys(change.secrets), ...(disabled === undefined ? {} : { disabled }) }
  const row = await mutate(ctx, { action: 'connector.update', targetKind: 'connector', targetId: id, detail }, async (tx) => {
    await sql`select from connectors where workspace_id = ${workspaceId} and id = ${id}::uuid for update`.execute(tx)
    const known = await requireConnector(tx, workspaceId, id)
    if (draft && draft.kind !== known.kind)
      throw new AppError('validation', { problems: [{ at: 'body.draft.kind', zh: '连接器的类型不能更改', en: 'The kind of a connector can not be changed' }] })
    if (draft) assertSecretsStay(draftOf(known), draft, { given: change.secrets, known: known.secretHints })
    if (name !== undefined) await refuseTakenName(tx, workspaceId, { name, exceptId: id })
    const secrets = mergeSecrets(await openSecrets(platform, known), change.secrets)
    const disabledAt = disabled === undefined ? known.disabledAt : disabled ? (known.disabledAt ?? platform.clock.now()) : null
    const nextRunAt = draft || (disabled === false && known.disabledAt) ? await firstRun(ctx, draft ?? (known.draft as ConnectorDraft)) : known.nextRunAt
    await sql`
      update connectors set name = ${name ?? known.name}, draft = ${JSON.stringify(draft ?? known.draft)}::jsonb,
        sealed_secrets = ${vault.seal(JSON.stringify(secrets))}, secret_hints = ${JSON.stringify(hintsOf(secrets))}::jsonb, disabled_at = ${disabledAt},
        next_run_at = ${nextRunAt}, cursor_value = ${cursor === undefined ? known.cursorValue : cursor},
        cursor_edge = case when ${cursor === undefined}::boolean then cursor_edge else '{}' end, updated_at = ${platform.clock.now()}
      where workspace_id = ${workspaceId} and id = ${id}::uuid`.execute(tx)
    if (name !== undefined) await sql`update sources set name = ${name} where workspace_id = ${workspaceId} and id = ${known.sourceId}::uuid`.execute(tx)
    return requireConnector(tx, workspaceId, id)
  })
  return detailedConnector(ctx, row)
}

/** A new address for a connector that has one; the old one stops at once. Throws `not-found`, `precondition` for pulls. */
export async function renewConnectorUrl(ctx: Context, id: string): Promise<Connector> {
  const { platform, workspaceId } = ctx
  const vault = await platform.vaults.of(workspaceId)
  const token = newSecret()
  const row = await mutate(ctx, { action: 'connector.renewUrl', targetKind: 'connector', targetId: id }, async (tx) => {
    const known = await requireConnector(tx, workspaceId, id)
    if (known.sealedToken === null) throw new AppError('precondition', { zh: '拉取类连接器没有接收地址', en: 'A pull has no address' })
    await sql`
      update connectors set token_hash = ${hashSecret(token)}, sealed_token = ${vault.seal(token)}, updated_at = ${platform.clock.now()}
      where workspace_id = ${workspaceId} and id = ${id}::uuid`.execute(tx)
    return requireConnector(tx, workspaceId, id)
  })
  return shownConnector(ctx, row)
}

/** Deletes a connector with its record. Its source stays, disabled: events keep saying where they came from. Throws `not-found`. */
export async function deleteConnector(ctx: Context, id: string): Promise<void> {
  await mutate(ctx, { action: 'connector.delete', targetKind: 'connector', targetId: id }, async (tx, audit) => {
    const { rows } = await sql<{ name: string; kind: string; sourceId: string }>`
      delete from connectors where workspace_id = ${ctx.workspaceId} and id = ${id}::uuid returning name, kind, source_id as "sourceId"`.execute(tx)
    const row = rows[0]
    if (!row) throw connectorNotFound()
    audit.detail = { name: row.name, kind: row.kind }
    await sql`
      update sources set disabled_at = coalesce(disabled_at, ${ctx.platform.clock.now()})
      where workspace_id = ${ctx.workspaceId} and id = ${row.sourceId}::uuid`.execute(tx)
  })
}

/**
 * Refunds and later states of an order often name the order and not the buyer. A weak kind of identity ties them to the person whom the order named:
 * it joins a stranger to somebody, and never two who are somebody already.
 */
async function ensureOrderNamespace(ctx: Context, draft: ConnectorDraft): Promise<void> {
  if (!('mapping' in draft) || !draft.mapping.rules.some((rule) => rule.identities.some(({ namespace }) => namespace === orderNamespace))) return
  if ((await readNamespaces(ctx.platform, ctx.workspaceId)).get(orderNamespace)) return
  await createNamespace(ctx, {
    key: orderNamespace,
    label: { zh: '订单号', en: 'Order number' },
    strength: 'weak',
    priority: 200,
    perPersonMax: null,
    pattern: '[^:]+:.+',
    normaliser: 'text',
    secret: false,
  })
}

async function firstRun(ctx: Context, draft: ConnectorDraft): Promise<Date | null> {
  if (draft.kind !== 'httpPull' && draft.kind !== 'sqlPull') return null
  return nextRunAfter(draft.settings.schedule, ctx.platform.clock.now(), await workspaceTimezone(ctx))
}

async function refuseTakenName(tx: Database, workspaceId: number, wanted: { name: string; exceptId?: string }): Promise<void> {
  const { rows } = await sql`
    select from connectors where workspace_id = ${workspaceId} and name = ${wanted.name} and id is distinct from ${wanted.exceptId ?? null}::uuid`.execute(tx)
  if (rows.length > 0)
    throw new AppError('conflict', {
      zh: `已有名为「${wanted.name}」的连接器，请换一个名称`,
      en: `There is a connector named ${wanted.name} already; choose another name`,
    })
}
