import { sql } from 'kysely'
import type { LayerDefinition } from '../../../../contracts/layer-definitions.ts'
import type { LayerModel, LayerPlay } from '../../../../contracts/layers.ts'
import { mutate, type Context } from '../../access/index.ts'
import { describeUsers, usersOf } from '../../people/index.ts'
import { AppError, notFound } from '../../platform/errors.ts'
import type { Database } from '../../platform/platform.ts'
import { checkDefinition } from './check-definition.ts'
import { computeLayers } from './compute-layers.ts'
import { definedLayers } from './definition-layers.ts'
import { readLayerModel, readLayerModels, shownLayerModel, type LayerModelRow } from './layer-model-row.ts'
import { planLayers } from './layer-scope.ts'

/** How long a request waits for a computation before it answers `computing: true` and lets it go on. */
const waitMs = 15_000
/** Every model is computed again whenever data changes. */
const modelsMax = 30

interface LayerModelInput {
  name: string
  definition: LayerDefinition
  announces: boolean
}

const stored = ({ kind, ...settings }: LayerDefinition) => ({ kind, settings: JSON.stringify(settings) })

/** Makes a model and computes it. @throws `validation` for a definition that cannot be, `conflict` when the name is taken */
export async function createLayerModel(ctx: Context, input: LayerModelInput): Promise<LayerModel> {
  await check(ctx, input.definition, null)
  if ((await readLayerModels(ctx)).length >= modelsMax) throw tooMany()
  const { kind, settings } = stored(input.definition)
  const id = await mutate(ctx, { action: 'layerModel.create', targetKind: 'layerModel', detail: { name: input.name, kind } }, async (tx, audit) => {
    const { rows } = await sql<{ id: string }>`
      insert into layer_models (workspace_id, kind, name, settings, announces, created_at)
      values (${ctx.workspaceId}, ${kind}, ${input.name}, ${settings}::jsonb, ${input.announces}, ${ctx.platform.clock.now()})
      on conflict (workspace_id, name) do nothing returning id`.execute(tx)
    if (!rows[0]) throw nameTaken(input.name)
    audit.targetId = rows[0].id
    return rows[0].id
  })
  return computeAndWait(ctx, await readLayerModel(ctx, id))
}

/** Changes what is given; a new definition is computed at once. Runs, history and playbook stay. */
export async function updateLayerModel(ctx: Context, input: { id: string } & Partial<LayerModelInput>): Promise<LayerModel> {
  const model = await readLayerModel(ctx, input.id)
  const { name, definition, announces } = input
  if (definition) await check(ctx, definition, model.id)
  const now = ctx.platform.clock.now()
  const changed = Object.keys(input).filter((key) => key !== 'id')
  await mutate(ctx, { action: 'layerModel.update', targetKind: 'layerModel', targetId: model.id, detail: { changed } }, async (tx) => {
    if (name !== undefined) await refuseTakenName(tx, ctx.workspaceId, { id: model.id, name })
    const { kind, settings } = definition ? stored(definition) : { kind: null, settings: null }
    await sql`
      update layer_models set name = coalesce(${name ?? null}, name), kind = coalesce(${kind}, kind), settings = coalesce(${settings}::jsonb, settings),
        announces = coalesce(${announces ?? null}::boolean, announces), changed_at = case when ${kind}::text is null then changed_at else ${now} end,
        watermark = case when ${kind}::text is null then watermark end, failures = case when ${kind}::text is null then failures else 0 end,
        failed_at = case when ${kind}::text is null then failed_at end, failure = case when ${kind}::text is null then failure end
      where workspace_id = ${ctx.workspaceId} and id = ${model.id}::uuid`.execute(tx)
  })
  const saved = await readLayerModel(ctx, model.id)
  return definition ? computeAndWait(ctx, saved) : shownLayerModel(ctx, saved)
}

/** Says what is done for the people of a layer. @throws `not-found` for a layer the model has not, `validation` for an owner who is no member */
export async function updateLayerPlay(ctx: Context, input: { id: string; layer: string; play: LayerPlay }): Promise<LayerModel> {
  const model = await readLayerModel(ctx, input.id)
  const { layer, play } = input
  if (!definedLayers(model.definition).some(({ name }) => name === layer)) throw notFound({ zh: '层', en: 'layer' })
  if (play.ownerId !== null) await assertMember(ctx, play.ownerId)
  if (play.splitBy !== null) {
    if (play.splitBy.toLowerCase() === model.id) throw wrong('splitBy', '不能用模型自己来细分', 'A model cannot split itself')
    await readLayerModel(ctx, play.splitBy)
  }
  await mutate(ctx, { action: 'layerModel.play', targetKind: 'layerModel', targetId: model.id, detail: { layer } }, async (tx) => {
    await sql`
      update layer_models set playbook = playbook || jsonb_build_object(${layer}::text, ${JSON.stringify(play)}::jsonb)
      where workspace_id = ${ctx.workspaceId} and id = ${model.id}::uuid`.execute(tx)
  })
  return shownLayerModel(ctx, await readLayerModel(ctx, model.id))
}

/**
 * Deletes a model that nothing uses; where it was the main one, RFM or else the oldest is. Without any, the workspace begins again with RFM.
 * @throws `precondition` that names what is in the way
 */
export async function deleteLayerModel(ctx: Context, id: string): Promise<void> {
  const model = await readLayerModel(ctx, id)
  const users = (await usersOf(ctx, { kind: 'layerModel', key: model.id })).filter(({ kind }) => kind !== 'mainLayers')
  if (users.length > 0) {
    const names = describeUsers(users)
    throw new AppError('precondition', { zh: `分层模型正被${names.zh}使用，请先解除引用`, en: `The layer model is used by ${names.en}; change these first` })
  }
  await mutate(ctx, { action: 'layerModel.delete', targetKind: 'layerModel', targetId: model.id, detail: { name: model.name } }, async (tx) => {
    await sql`delete from layer_models where workspace_id = ${ctx.workspaceId} and id = ${model.id}::uuid`.execute(tx)
  })
}

/** Makes a model the one that people are shown by; whichever was it before is it no more. */
export async function setMainLayerModel(ctx: Context, id: string): Promise<LayerModel> {
  const models = await readLayerModels(ctx)
  const model = await readLayerModel(ctx, id)
  const before = models.find(({ isMain }) => isMain)
  const detail = { name: model.name, before: before?.name }
  await mutate(ctx, { action: 'layerModel.main', targetKind: 'layerModel', targetId: model.id, detail }, async (tx) => {
    // One after the other: two who choose at once must not both be right.
    await sql`select from workspaces where id = ${ctx.workspaceId} for no key update`.execute(tx)
    await sql`update layer_models set is_main = false where workspace_id = ${ctx.workspaceId} and is_main and id <> ${model.id}::uuid`.execute(tx)
    await sql`update layer_models set is_main = true where workspace_id = ${ctx.workspaceId} and id = ${model.id}::uuid`.execute(tx)
  })
  return shownLayerModel(ctx, await readLayerModel(ctx, model.id))
}

/** Computes a model now. Answers when done, or with `computing` when it takes long or is under way already. */
export async function recomputeLayerModel(ctx: Context, id: string): Promise<LayerModel> {
  const model = await readLayerModel(ctx, id)
  await mutate(ctx, { action: 'layerModel.recompute', targetKind: 'layerModel', targetId: model.id }, async () => undefined)
  return computeAndWait(ctx, model)
}

async function computeAndWait(ctx: Context, model: LayerModelRow): Promise<LayerModel> {
  const { log } = ctx.platform
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, waitMs, 'late')
  })
  const work = computeLayers(ctx, model)
  const outcome = await Promise.race([work, patience]).finally(() => clearTimeout(timer))
  if (outcome === 'late') work.catch((error: unknown) => log.error({ err: error, modelId: model.id }, 'layers could not be computed'))
  return shownLayerModel(ctx, await readLayerModel(ctx, model.id))
}

async function check(ctx: Context, definition: LayerDefinition, modelId: string | null): Promise<void> {
  const problems = checkDefinition(definition, modelId)
  if (problems.length > 0) throw new AppError('validation', { problems })
  await planLayers(ctx, definition)
}

async function assertMember(ctx: Context, userId: string): Promise<void> {
  const { rows } = await sql`select from members where workspace_id = ${ctx.workspaceId} and user_id = ${userId}::uuid`.execute(ctx.platform.db)
  if (rows.length === 0) throw wrong('ownerId', '负责人不是这个工作区的成员', 'The owner is no member of this workspace')
}

async function refuseTakenName(tx: Database, workspaceId: number, { id, name }: { id: string; name: string }): Promise<void> {
  const { rows } = await sql`select 1 from layer_models where workspace_id = ${workspaceId} and name = ${name} and id <> ${id}::uuid`.execute(tx)
  if (rows.length > 0) throw nameTaken(name)
}

function wrong(at: string, zh: string, en: string): AppError {
  return new AppError('validation', { problems: [{ at: `body.${at}`, zh, en }] })
}

function nameTaken(name: string): AppError {
  return new AppError('conflict', {
    zh: `已有名为「${name}」的分层模型，请换一个名称`,
    en: `There is a layer model “${name}” already; choose another name`,
    problems: [{ at: 'body.name', zh: '名称已被使用', en: 'The name is taken' }],
  })
}

function tooMany(): AppError {
  return new AppError('precondition', {
    zh: `最多 ${modelsMax} 个分层模型，请先删除不用的`,
    en: `At most ${modelsMax} layer models; delete some that nobody uses first`,
  })
}
