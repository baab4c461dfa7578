const z = 1.959963984540054

/** 95 % score interval of a proportion (Wilson 1927), for the picture; the numbers beside it come from the server. */
export function wilson(converted: number, people: number): { low: number; high: number } {
  const p = converted / people
  const centre = (p + (z * z) / (2 * people)) / (1 + (z * z) / people)
  const half = (z / (1 + (z * z) / people)) * Math.sqrt((p * (1 - p)) / people + (z * z) / (4 * people * people))
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}
