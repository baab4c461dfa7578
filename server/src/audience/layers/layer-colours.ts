import type { LayerColour } from '../../../../contracts/layer-definitions.ts'
import type { LayerPlay } from '../../../../contracts/layers.ts'
import { noneLayer, restLayer } from './definition-layers.ts'

const byPlace: readonly LayerColour[] = ['blue', 'cyan', 'green', 'gold', 'orange', 'red', 'purple', 'sand', 'slate', 'olive', 'rose']
/** Layers of everybody else, and of people without data. */
const restLayers: readonly string[] = [restLayer, noneLayer, 'noOrder']

/** The colour that a layer is shown in: the one its playbook says, else one by its place. */
export function layerColour(name: string, index: number, play: LayerPlay | undefined): LayerColour {
  if (play && play.colour !== 'blue') return play.colour
  if (restLayers.includes(name)) return 'grey'
  return byPlace[index % byPlace.length]!
}
