import { createHash } from 'node:crypto'

/** A number in [0, 1) that depends on nothing but its inputs: the same seed, number and question always give the same answer. */
export function chance(seed: number, ...about: readonly (string | number)[]): number {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...about]))
    .digest()
  return digest.readUIntBE(0, 6) / 2 ** 48
}

/** A value between `from` and `to`, most often in the lower half, as waiting times are. */
export function between(from: number, to: number, draw: number): number {
  return from + (to - from) * draw ** 2
}
