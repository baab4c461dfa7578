import { sql } from 'kysely'
import type { z } from 'zod'
import { layersAdvised, LayerDefinition } from '../../../../contracts/layer-definitions.ts'
import { LayerPlay, type LayerModel, type layerSteps, type RfmCell, type RfmThresholds } from '../../../../contracts/layers.ts'
import type { LocaleText } from '../../../../contracts/common.ts'
import type { Context } from '../../access/index.ts'
import type { ShownLayerModel } from '../../people/index.ts'
import { notFound } from '../../platform/errors.ts'
import { workspaceTimezone } from '../../workspaces/index.ts'
import { definedLayers } from './definition-layers.ts'
import { layerColour } from './layer-colours.ts'
import { isComputing, isLate, nextAt } from './layer-schedule.ts'

/** Numbers of a layer as stored with the model; labels and order come from its definition. */
export interface StoredLayer {
  name: string
  count: number
  orders: number
  amountFen: number
  averageRecencyDays: number | null
  averageValue?: number | null
}

export interface LayerModelRow {
  id: string
  name: string
  definition: LayerDefinition
  currentRun: number | null
  /** The day of the run that is shown. */
  runDay: string | null
  thresholds: z.infer<typeof RfmThresholds> | null
  cuts: number[][]
  layers: StoredLayer[]
  grid: z.infer<typeof RfmCell>[]
  playbook: Record<string, LayerPlay>
  announces: boolean
  watermark: string | null
  /** The model that people are shown by: the one chosen, else RFM, else the oldest. */
  isMain: boolean
  createdAt: Date
  changedAt: Date | null
  computedAt: Date | null
  checkedAt: Date | null
  computingSince: Date | null
  computingStep: LayerStep | null
  /** The last sign of life of the computation. */
  computingSeenAt: Date | null
  failedAt: Date | null
  failures: number
  failure: LocaleText | null
}

export type LayerStep = (typeof layerSteps)[number]

const defaultName = 'RFM'

/** The models of the workspace, oldest first; every workspace has one to begin with. */
export async function readLayerModels(ctx: Context): Promise<LayerModelRow[]> {
  const rows = await selectModels(ctx)
  if (rows.length > 0) return rows
  await sql`
    insert into layer_models (workspace_id, kind, name, settings) values (${ctx.workspaceId}, 'rfm', ${defaultName}, '{}')
    on conflict (workspace_id, name) do nothing`.execute(ctx.platform.db)
  return selectModels(ctx)
}

/** One model. @throws `not-found` */
export async function readLayerModel(ctx: Context, id: string): Promise<LayerModelRow> {
  const model = (await readLayerModels(ctx)).find((row) => row.id === id.toLowerCase())
  if (!model) throw notFound({ zh: '分层模型', en: 'layer model' })
  return model
}

/** The main model of a workspace as PostgreSQL orders its models: the first. */
const mainFirst = sql`is_main desc, kind = 'rfm' desc, id`

type StoredRow = Omit<LayerModelRow, 'currentRun' | 'definition' | 'playbook'> & {
  currentRun: string | null
  kind: string
  settings: Record<string, unknown>
  playbook: Record<string, unknown>
}

async function selectModels(ctx: Context): Promise<LayerModelRow[]> {
  const { rows } = await sql<StoredRow>`
    select id, kind, name, settings, current_run::text as "currentRun", run_day::text as "runDay", thresholds, cuts, layers, grid, playbook, announces, watermark,
      row_number() over (order by ${mainFirst}) = 1 as "isMain", created_at as "createdAt", changed_at as "changedAt", computed_at as "computedAt", checked_at as "checkedAt",
      computing_since as "computingSince", computing_step as "computingStep", computing_seen_at as "computingSeenAt", failed_at as "failedAt", failures, failure
    from layer_models where workspace_id = ${ctx.workspaceId} order by id`.execute(ctx.platform.db)
  return rows.map(({ kind, settings, playbook, ...row }) => ({
    ...row,
    currentRun: row.currentRun === null ? null : Number(row.currentRun),
    definition: LayerDefinition.parse({ ...settings, kind }),
    playbook: Object.fromEntries(Object.entries(playbook).map(([layer, play]) => [layer, LayerPlay.parse(play)])),
  }))
}

const noPlay = LayerPlay.parse({})

/** What pages about people need of the main model and those named, or of all: without numbers. */
export async function readShownModels(ctx: Context, modelIds: readonly string[] | 'all'): Promise<ShownLayerModel[]> {
  const { rows } = await sql<{
    id: string
    name: string
    kind: string
    settings: object
    playbook: Record<string, unknown>
    run: string | null
    isMain: boolean
  }>`
    select * from (
      select id, name, kind, settings, playbook, current_run::text as run, row_number() over (order by ${mainFirst}) = 1 as "isMain" from layer_models
      where workspace_id = ${ctx.workspaceId}
    ) as models where "isMain" or ${modelIds === 'all'} or id = any(${modelIds === 'all' ? [] : [...modelIds]}::uuid[]) order by id`.execute(ctx.platform.db)
  return rows.map(({ id, name, kind, settings, playbook, run, isMain }) => {
    const layers = definedLayers(LayerDefinition.parse({ ...settings, kind })).map((layer, index) => {
      const play = playbook[layer.name] === undefined ? undefined : LayerPlay.parse(playbook[layer.name])
      return [layer.name, { label: play?.label ?? layer.label, colour: layerColour(layer.name, index, play) }] as const
    })
    return { id, name, run: run === null ? null : Number(run), isMain, layers: new Map(layers) }
  })
}

/** The layers of a model as everybody names them. */
export function namedLayers({ definition, playbook }: LayerModelRow): { name: string; label: { zh: string; en: string } }[] {
  return definedLayers(definition).map(({ name, label }) => ({ name, label: playbook[name]?.label ?? label }))
}

/** The model that people are shown by, with its numbers. */
export async function readMainLayerModel(ctx: Context): Promise<LayerModel> {
  const main = (await readLayerModels(ctx)).find(({ isMain }) => isMain)
  return shownLayerModel(ctx, main!)
}

/** A model as the routes answer it now. */
export async function shownLayerModel(ctx: Context, row: LayerModelRow): Promise<LayerModel> {
  return asLayerModel(row, { now: ctx.platform.clock.now(), timezone: await workspaceTimezone(ctx) })
}

/** A model as the routes answer it: all layers in their order, also empty ones. */
function asLayerModel(row: LayerModelRow, moment: { now: Date; timezone: string }): LayerModel {
  const total = row.layers.reduce((sum, layer) => sum + layer.count, 0)
  const countsOrders = row.definition.kind === 'rfm' || row.definition.kind === 'lifecycle'
  const defined = definedLayers(row.definition)
  const layers = defined.map(({ name, label, meaning }, index) => {
    const stored = row.layers.find((layer) => layer.name === name)
    const play = row.playbook[name] ?? noPlay
    const count = stored?.count ?? 0
    return {
      name,
      label: play.label ?? label,
      colour: layerColour(name, index, play),
      meaning,
      count,
      share: total === 0 ? 0 : count / total,
      orders: countsOrders ? (stored?.orders ?? 0) : null,
      amountFen: countsOrders ? (stored?.amountFen ?? 0) : null,
      averageRecencyDays: stored?.averageRecencyDays ?? null,
      averageValue: stored?.averageValue ?? null,
      play,
    }
  })
  return {
    id: row.id,
    kind: row.definition.kind,
    name: row.name,
    definition: row.definition,
    announces: row.announces,
    isMain: row.isMain,
    changedAt: row.changedAt?.toISOString() ?? null,
    computedAt: row.computedAt?.toISOString() ?? null,
    ...freshnessOf(row, moment),
    people: total,
    tooMany: row.definition.kind !== 'rfm' && defined.length - 1 > layersAdvised,
    layers,
  }
}

function freshnessOf(row: LayerModelRow, moment: { now: Date; timezone: string }) {
  const computing = isComputing(row, moment.now)
  const { computingSince, computingStep, failedAt, failure } = row
  return {
    checkedAt: row.checkedAt?.toISOString() ?? null,
    nextAt: nextAt(row, moment)?.toISOString() ?? null,
    late: isLate(row, moment.now),
    computing,
    computation: computing && computingSince ? { since: computingSince.toISOString(), step: computingStep ?? 'read' } : null,
    failure: failedAt && failure ? { at: failedAt.toISOString(), text: failure } : null,
  }
}
