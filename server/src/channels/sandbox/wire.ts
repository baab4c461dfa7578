import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { isSameText } from '../../platform/same-text.ts'

/** The sandbox network's HTTP interface: what both sides agree on. Numbers are E.164; like real vendors, sending twice sends twice. */
export const WireMessage = z.object({ to: z.string(), text: z.string(), reference: z.string().max(64).optional() })
export type WireMessage = z.infer<typeof WireMessage>
const callbackUrl = z.url().nullish()
/** Body of `/message`. */
export const WireSingle = WireMessage.extend({ callbackUrl })
/** Body of `/messages`. */
export const WireBatch = z.object({ callbackUrl, messages: z.array(WireMessage).min(1).max(1000) })
export type WireBatch = z.infer<typeof WireBatch>

export const WireResult = z.union([z.object({ id: z.string().min(1).max(64), parts: z.int().min(1).max(20) }), z.object({ error: z.string().min(1).max(64) })])
export type WireResult = z.infer<typeof WireResult>
export const WireAnswer = z.object({ results: z.array(WireResult) })

/** `state` of a receipt is DELIVRD or a carrier's code. */
export const WireEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('receipt'),
    id: z.string().min(1).max(64),
    reference: z.string().max(64).optional(),
    to: z.string().max(32),
    state: z.string().min(1).max(32),
    at: z.iso.datetime(),
  }),
  z.object({ type: z.literal('reply'), id: z.string().min(1).max(64), from: z.string().max(32), text: z.string().max(2000), at: z.iso.datetime() }),
])
export type WireEvent = z.infer<typeof WireEvent>
export const WireCallback = z.object({ events: z.array(WireEvent).max(5000) })
export type WireCallback = z.infer<typeof WireCallback>

export const signatureHeader = 'x-sandbox-signature'

/** `sha256=<hex>` of the HMAC of the body under the API key. */
export function signCallback(apiKey: string, body: Buffer | string): string {
  return `sha256=${createHmac('sha256', apiKey).update(body).digest('hex')}`
}

export function isSignedBy(apiKey: string, body: Buffer, signature: string | undefined): boolean {
  return isSameText(signature ?? '', signCallback(apiKey, body))
}
