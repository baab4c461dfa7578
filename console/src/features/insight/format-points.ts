/** A fraction as signed percentage points, e.g. `+2.35`. */
export function formatPoints(fraction: number): string {
  const points = fraction * 100
  return `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(2)}`
}
