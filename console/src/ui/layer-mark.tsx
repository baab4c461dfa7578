import type { CSSProperties, ReactNode } from 'react'
import type { LayerColour } from '../../../contracts/layer-definitions.ts'
import type { PersonLayer } from '../../../contracts/people.ts'
import { useLocaleText } from './text.ts'

/** Ink-like colours that hold on paper and in the dark, as marks and never as text. */
export const layerColours: Record<LayerColour, string> = {
  blue: '#4a7f9c',
  green: '#6d9a78',
  gold: '#c0994d',
  orange: '#c4794a',
  red: '#b3564d',
  purple: '#8f7396',
  cyan: '#5f9a97',
  grey: '#8d979c',
  sand: '#a08a6d',
  slate: '#5d7391',
  olive: '#7c8b52',
  rose: '#b98aa0',
}

/** The colour of a layer as the variable `--layer`. */
export const layerStyle = (colour: LayerColour): CSSProperties => ({ '--layer': layerColours[colour] }) as CSSProperties

/** A word behind the dot of a layer. */
export function LayerDot({ colour, children }: { colour: LayerColour; children: ReactNode }) {
  return (
    <span className="layer-dot" style={layerStyle(colour)}>
      {children}
    </span>
  )
}

/** The layer that a person is in. */
export function LayerMark({ layer }: { layer: PersonLayer | null | undefined }) {
  const pick = useLocaleText()
  return layer ? <LayerDot colour={layer.colour}>{pick(layer.label)}</LayerDot> : <span className="faint">–</span>
}
