import type { LayerColour } from '../../../../contracts/layer-definitions.ts'
import type { LocaleText } from '../../../../contracts/common.ts'
import type { ListedPerson } from '../../../../contracts/people.ts'
import type { Context } from '../../access/index.ts'

/** A layer model as pages about people show it. */
export interface ShownLayerModel {
  id: string
  name: string
  /** The run that is shown; null before the first. */
  run: number | null
  isMain: boolean
  layers: ReadonlyMap<string, { label: LocaleText; colour: LayerColour }>
}

/** The main model and those that are named, or all of the workspace, in their order. */
type LayerModelsReader = (ctx: Context, modelIds: readonly string[] | 'all') => Promise<ShownLayerModel[]>
type TagsReader = (ctx: Context, personIds: readonly number[]) => Promise<Map<number, ListedPerson['tags']>>

const readers: { layerModels: LayerModelsReader; tags: TagsReader } = { layerModels: async () => [], tags: async () => new Map() }

/** Called once at start by the capability that knows layer models. */
export function registerLayerModels(reader: LayerModelsReader): void {
  readers.layerModels = reader
}

/** Called once at start by the capability that knows tags. */
export function registerListedTags(reader: TagsReader): void {
  readers.tags = reader
}

export const readShownLayerModels: LayerModelsReader = (ctx, modelIds) => readers.layerModels(ctx, modelIds)
export const readListedTags: TagsReader = (ctx, personIds) => readers.tags(ctx, personIds)
