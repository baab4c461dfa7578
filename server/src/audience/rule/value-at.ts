/**
 * The value at a key of a JSON object as the warehouse sees it: objects are flattened to dotted paths, null is no value, and of two values at the
 * same path the first counts.
 */
export function valueAt(object: Readonly<Record<string, unknown>>, key: string): unknown {
  for (const [name, value] of Object.entries(object)) {
    if (value === null || value === undefined) continue
    const nested = typeof value === 'object' && !Array.isArray(value)
    if (name === key && !nested) return value
    if (!nested || !key.startsWith(`${name}.`)) continue
    const found = valueAt(value as Record<string, unknown>, key.slice(name.length + 1))
    if (found !== undefined) return found
  }
  return undefined
}
