import type { LayerDefinition } from '../../../../../contracts/layer-definitions.ts'

/**
 * The definition with neighbouring layers made one, the later ones going into the first of them; undefined where the model's layers are not its own to join (RFM, stages of
 * life), where they are no neighbours, or where nothing would be left to tell apart.
 */
export function joinedLayers(definition: LayerDefinition, names: readonly string[]): LayerDefinition | undefined {
  if (definition.kind === 'rfm' || definition.kind === 'lifecycle') return undefined
  const places = names.map((name) => placeOf(definition, name)).toSorted((a, b) => a - b)
  const [first] = places
  if (first === undefined || first < 0 || places.length < 2 || places.some((place, index) => place !== first + index)) return undefined
  const more = places.length - 1
  switch (definition.kind) {
    case 'thresholds':
    case 'scores':
      return definition.cuts.length > more ? { ...definition, cuts: definition.cuts.toSpliced(first, more) } : undefined
    case 'quantiles': {
      if (definition.shares.length < more + 2) return undefined
      const together = definition.shares.slice(first, first + more + 1).reduce((sum, share) => sum + share, 0)
      return { ...definition, shares: definition.shares.toSpliced(first, more + 1, together), cuts: definition.cuts?.toSpliced(first, more) ?? null }
    }
    case 'rules': {
      const kept = definition.layers[first]
      // Whoever is in the layer of everybody else has no rule that could be joined: the layers above it go.
      const layers = definition.layers.slice(first, first + more + 1)
      if (!kept || layers.length <= more) return undefined
      const joined = { ...kept, rule: { kind: 'any' as const, rules: layers.map(({ rule }) => rule) } }
      return { ...definition, layers: definition.layers.toSpliced(first, more + 1, joined) }
    }
  }
}

/** The neighbour of a layer that nobody is in, which takes its place: the one before, or for the first the one behind. */
export function neighbourOf(definition: LayerDefinition, name: string): string | undefined {
  if (definition.kind === 'rfm' || definition.kind === 'lifecycle') return undefined
  const place = placeOf(definition, name)
  if (place < 0) return undefined
  if (definition.kind === 'rules') return definition.layers[place === 0 ? 1 : place - 1]?.name
  return `level${place === 0 ? 2 : place}`
}

function placeOf(definition: Exclude<LayerDefinition, { kind: 'rfm' | 'lifecycle' }>, name: string): number {
  if (definition.kind === 'rules') return definition.layers.findIndex((layer) => layer.name === name)
  const level = /^level(\d+)$/.exec(name)?.[1]
  return level === undefined ? -1 : Number(level) - 1
}
