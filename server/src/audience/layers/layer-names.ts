import { sql } from 'kysely'
import type { LocaleText } from '../../../../contracts/common.ts'
import { LayerDefinition } from '../../../../contracts/layer-definitions.ts'
import { type LayerPlay } from '../../../../contracts/layers.ts'
import type { Database } from '../../platform/platform.ts'
import { definedLayers } from './definition-layers.ts'

/** What a rule needs to know of a model that it names. */
export interface NamedModel {
  name: string
  layers: Map<string, LocaleText>
  /** The run that is shown. */
  run: number | null
}

/** Names and labels of the layers of models, for rules that name them. */
export async function readLayerNames(db: Database, workspaceId: number, modelIds: readonly string[]): Promise<Map<string, NamedModel>> {
  if (modelIds.length === 0) return new Map()
  const { rows } = await sql<{
    id: string
    name: string
    kind: string
    settings: Record<string, unknown>
    playbook: Record<string, LayerPlay>
    run: string | null
  }>`
    select id, name, kind, settings, playbook, current_run::text as run from layer_models
    where workspace_id = ${workspaceId} and id = any(${[...modelIds]}::uuid[])`.execute(db)
  return new Map(
    rows.map(({ id, name, kind, settings, playbook, run }) => {
      const layers = definedLayers(LayerDefinition.parse({ ...settings, kind }))
      const labels = new Map(layers.map((layer) => [layer.name, playbook[layer.name]?.label ?? layer.label]))
      return [id, { name, layers: labels, run: run === null ? null : Number(run) }]
    }),
  )
}
