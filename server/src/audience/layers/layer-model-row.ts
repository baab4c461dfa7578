import { sql } from 'kysely'
import type { z } from 'zod'
import { rfmClasses, type LayerModel, type RfmCell, type RfmThresholds } from '../../../../contracts/layers.ts'
import { orderEvent } from '../../../../contracts/collect.ts'
import type { Context } from '../../access/index.ts'
import { notFound } from '../../platform/errors.ts'

/** Numbers of a layer as stored with the model; labels and order come from the contract. */
export interface StoredLayer {
  name: string
  count: number
  orders: number
  amountFen: number
  averageRecencyDays: number | null
}

export interface LayerModelRow {
  id: string
  kind: 'rfm'
  name: string
  settings: { event: string; days: number }
  currentRun: number | null
  thresholds: z.infer<typeof RfmThresholds> | null
  layers: StoredLayer[]
  grid: z.infer<typeof RfmCell>[]
  computedAt: Date | null
  computingSince: Date | null
}

/** A computation that was begun this long ago and never ended has died with its process. */
export const computationDiesAfterMs = 30 * 60_000

const defaultName = 'RFM'
const defaultSettings = { event: orderEvent, days: 365 }

/** The models of the workspace, oldest first; every workspace has one. */
export async function readLayerModels(ctx: Context): Promise<LayerModelRow[]> {
  const rows = await selectModels(ctx)
  if (rows.length > 0) return rows
  await sql`
    insert into layer_models (workspace_id, kind, name, settings) values (${ctx.workspaceId}, 'rfm', ${defaultName}, ${JSON.stringify(defaultSettings)}::jsonb)
    on conflict (workspace_id, name) do nothing`.execute(ctx.platform.db)
  return selectModels(ctx)
}

/** One model. @throws `not-found` */
export async function readLayerModel(ctx: Context, id: string): Promise<LayerModelRow> {
  const model = (await readLayerModels(ctx)).find((row) => row.id === id.toLowerCase())
  if (!model) throw notFound({ zh: '分层模型', en: 'layer model' })
  return model
}

async function selectModels(ctx: Context): Promise<LayerModelRow[]> {
  const { rows } = await sql<Omit<LayerModelRow, 'currentRun'> & { currentRun: string | null }>`
    select id, kind, name, settings, current_run::text as "currentRun", thresholds, layers, grid, computed_at as "computedAt", computing_since as "computingSince"
    from layer_models where workspace_id = ${ctx.workspaceId} order by id`.execute(ctx.platform.db)
  return rows.map((row) => ({ ...row, currentRun: row.currentRun === null ? null : Number(row.currentRun) }))
}

/** A model as the routes answer it: all layers in the order of the contract, also empty ones. */
export function asLayerModel(row: LayerModelRow, now: Date): LayerModel {
  const total = row.layers.reduce((sum, layer) => sum + layer.count, 0)
  const layers = rfmClasses.map(({ name, label }) => {
    const stored = row.layers.find((layer) => layer.name === name) ?? { name, count: 0, orders: 0, amountFen: 0, averageRecencyDays: null }
    return { ...stored, label, share: total === 0 ? 0 : stored.count / total }
  })
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    settings: row.settings,
    computedAt: row.computedAt?.toISOString() ?? null,
    computing: isComputing(row, now),
    layers: row.computedAt === null ? [] : layers,
  }
}

export function isComputing(row: LayerModelRow, now: Date): boolean {
  return row.computingSince !== null && now.getTime() - row.computingSince.getTime() < computationDiesAfterMs
}
