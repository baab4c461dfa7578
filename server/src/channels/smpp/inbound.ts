import { createHash } from 'node:crypto'
import type { Inbound } from '../provider.ts'
import type { ShortMessage } from './codec.ts'
import { isReceipt, readReceipt } from './receipt.ts'
import { decodeText } from './text.ts'

/** The person's number of a pushed message: its source, or its destination where a gateway swaps the two in receipts. */
function personAddress(message: ShortMessage, sourceAddress: string): string {
  const swapped = isReceipt(message.esmClass) && message.source.address === sourceAddress
  const digits = (swapped ? message.destination : message.source).address.replace(/\D/g, '')
  return digits.length === 11 && digits.startsWith('1') ? `+86${digits}` : `+${digits.replace(/^00/, '')}`
}

/** deliver_sm has no id: the same message offered again within the hour is the same reply. */
function replyKey(message: ShortMessage, nowMs: number): string {
  const hour = Math.floor(nowMs / 3_600_000)
  return createHash('sha256')
    .update(JSON.stringify([message.source.address, message.destination.address, message.dataCoding, hour]))
    .update(message.content)
    .digest('hex')
    .slice(0, 32)
}

/** Receipts and replies among pushed messages; intermediate and unreadable receipts are left out. */
export function readInbound(messages: readonly ShortMessage[], options: { sourceAddress: string; nowMs: number }): Inbound {
  const inbound: Inbound = { receipts: [], replies: [] }
  for (const message of messages) {
    const address = personAddress(message, options.sourceAddress)
    if (isReceipt(message.esmClass)) {
      const receipt = readReceipt(message, address, options.nowMs)
      if (receipt) inbound.receipts.push(receipt)
    } else {
      const text = decodeText(message.content, message.dataCoding, message.esmClass)
      inbound.replies.push({ vendorKey: replyKey(message, options.nowMs), address, text, atMs: options.nowMs })
    }
  }
  return inbound
}
