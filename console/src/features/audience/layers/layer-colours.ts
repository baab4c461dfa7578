import type { CSSProperties } from 'react'
import type { Layer, LayerPlay } from '../../../../../contracts/layers.ts'

/** Ink-like colours that hold on paper and in the dark, as marks and never as text. */
const colours: Record<LayerPlay['colour'], string> = {
  blue: '#4a7f9c',
  green: '#6d9a78',
  gold: '#c0994d',
  orange: '#c4794a',
  red: '#b3564d',
  purple: '#8f7396',
  cyan: '#5f9a97',
  grey: '#8d979c',
}
const order = ['blue', 'cyan', 'green', 'gold', 'orange', 'red', 'purple'] as const
/** Of the eighth layer on. */
const further = ['#a08a6d', '#5d7391', '#7c8b52', '#b98aa0']

/** Everybody else, and people without data. */
const isRest = (name: string) => name === 'rest' || name === 'none' || name === 'noOrder'

/** A layer's colour: the one its playbook says, else one by its place. */
export function layerColour({ name, play }: Pick<Layer, 'name' | 'play'>, index: number): string {
  if (play.colour !== 'blue') return colours[play.colour]
  if (isRest(name)) return colours.grey
  const named = order[index]
  return named ? colours[named] : (further[index % further.length] ?? colours.blue)
}

export const colourStyle = (layer: Pick<Layer, 'name' | 'play'>, index: number): CSSProperties => ({ '--layer': layerColour(layer, index) }) as CSSProperties
export const swatchStyle = (colour: LayerPlay['colour']): CSSProperties => ({ '--layer': colours[colour] }) as CSSProperties
