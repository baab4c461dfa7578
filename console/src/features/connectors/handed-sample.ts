import type { Sample } from '../../../../contracts/connectors.ts'

/** A recorded delivery on its way to the try-out; it holds personal data, so it is kept nowhere but here, and once. */
let handed: { connectorId: string; sample: Sample } | undefined

export function handSample(connectorId: string, sample: Sample): void {
  handed = { connectorId, sample }
}

export function takeHandedSample(connectorId: string): Sample | undefined {
  if (handed?.connectorId !== connectorId) return undefined
  const { sample } = handed
  handed = undefined
  return sample
}
