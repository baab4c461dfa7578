import { sql } from 'kysely'
import type { z } from 'zod'
import { layersAdvised, LayerDefinition } from '../../../../contracts/layer-definitions.ts'
import { LayerPlay, type LayerModel, type RfmCell, type RfmThresholds } from '../../../../contracts/layers.ts'
import type { Context } from '../../access/index.ts'
import { notFound } from '../../platform/errors.ts'
import { definedLayers } from './definition-layers.ts'

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
  createdAt: Date
  changedAt: Date | null
  computedAt: Date | null
  computingSince: Date | null
}

/** A computation that was begun this long ago and never ended has died with its process. */
export const computationDiesAfterMs = 30 * 60_000

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

type StoredRow = Omit<LayerModelRow, 'currentRun' | 'definition' | 'playbook'> & {
  currentRun: string | null
  kind: string
  settings: Record<string, unknown>
  playbook: Record<string, unknown>
}

async function selectModels(ctx: Context): Promise<LayerModelRow[]> {
  const { rows } = await sql<StoredRow>`
    select id, kind, name, settings, current_run::text as "currentRun", run_day::text as "runDay", thresholds, cuts, layers, grid, playbook, announces, watermark,
      created_at as "createdAt", changed_at as "changedAt", computed_at as "computedAt", computing_since as "computingSince"
    from layer_models where workspace_id = ${ctx.workspaceId} order by id`.execute(ctx.platform.db)
  return rows.map(({ kind, settings, playbook, ...row }) => ({
    ...row,
    currentRun: row.currentRun === null ? null : Number(row.currentRun),
    definition: LayerDefinition.parse({ ...settings, kind }),
    playbook: Object.fromEntries(Object.entries(playbook).map(([layer, play]) => [layer, LayerPlay.parse(play)])),
  }))
}

const noPlay = LayerPlay.parse({})

/** The layers of a model as everybody names them. */
export function namedLayers({ definition, playbook }: LayerModelRow): { name: string; label: { zh: string; en: string } }[] {
  return definedLayers(definition).map(({ name, label }) => ({ name, label: playbook[name]?.label ?? label }))
}

/** A model as the routes answer it: all layers in their order, also empty ones. */
export function asLayerModel(row: LayerModelRow, now: Date): LayerModel {
  const total = row.layers.reduce((sum, layer) => sum + layer.count, 0)
  const countsOrders = row.definition.kind === 'rfm' || row.definition.kind === 'lifecycle'
  const defined = definedLayers(row.definition)
  const layers = defined.map(({ name, label, meaning }) => {
    const stored = row.layers.find((layer) => layer.name === name)
    const play = row.playbook[name] ?? noPlay
    const count = stored?.count ?? 0
    return {
      name,
      label: play.label ?? label,
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
    changedAt: row.changedAt?.toISOString() ?? null,
    computedAt: row.computedAt?.toISOString() ?? null,
    computing: isComputing(row, now),
    people: total,
    tooMany: row.definition.kind !== 'rfm' && defined.length - 1 > layersAdvised,
    layers,
  }
}

export function isComputing(row: LayerModelRow, now: Date): boolean {
  return row.computingSince !== null && now.getTime() - row.computingSince.getTime() < computationDiesAfterMs
}
