import type { Sample } from '../../../../contracts/connector-settings.ts'

/** The recorded delivery that was opened last, for the try-out: it holds personal data, so it is kept in this page's memory only. */
let handed: { deliveryId: number; sample: Sample } | undefined

export function handSample(deliveryId: number, sample: Sample): void {
  handed = { deliveryId, sample }
}

/** The request of an opened delivery, as the address of the page names it; undefined after a reload. */
export function handedSample(deliveryId: string | undefined): Sample | undefined {
  return handed !== undefined && String(handed.deliveryId) === deliveryId ? handed.sample : undefined
}
