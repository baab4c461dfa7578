import type { TagColour } from '../../../../contracts/tags.ts'

/** antd's name of a tag's colour; grey is its plain look. */
export const colourName = (colour: TagColour): string | undefined => (colour === 'grey' ? undefined : colour)
