/** Past these many names, further ones are counted and not listed: somebody puts values into names. The values themselves are kept. */
export const eventNamesMax = 2_000
export const propertiesPerEventMax = 300
export const propertiesMax = 20_000
export const attributesMax = 500
