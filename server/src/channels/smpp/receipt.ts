import { classifyCarrierCode } from '../failure-codes.ts'
import type { Receipt } from '../provider.ts'
import type { ShortMessage } from './codec.ts'
import { decodeText } from './text.ts'

const receiptedMessageIdTag = 0x001e
const messageStateTag = 0x0427

/** message_state (SMPP 3.4 §5.2.28) as the word that receipt texts use. */
const stateWords = ['', 'ENROUTE', 'DELIVRD', 'EXPIRED', 'DELETED', 'UNDELIV', 'ACCEPTD', 'UNKNOWN', 'REJECTD']
const intermediate = new Set(['ENROUTE', 'ACCEPTD'])

export const isReceipt = (esmClass: number): boolean => (esmClass & 0x3c) === 0x04 || (esmClass & 0x3c) === 0x20

/** The same id in every spelling: leading zeros dropped, lower case. */
export const canonicalId = (id: string): string =>
  id
    .trim()
    .toLowerCase()
    .replace(/^0+(?=.)/, '')

/** What the submit answer may have called the message that this receipt names: gateways mix hexadecimal and decimal between the two. */
export function idCandidates(id: string): string[] {
  const raw = canonicalId(id)
  const candidates = [raw]
  if (/^\d+$/.test(raw)) candidates.push(BigInt(raw).toString(16))
  if (/^[0-9a-f]+$/.test(raw)) candidates.push(BigInt(`0x${raw}`).toString(10))
  return [...new Set(candidates)]
}

interface ReceiptText {
  id?: string
  stat?: string
  err?: string
}

/** Reads `id:… stat:… err:…` in any order and spacing; gateways agree on no more than the words. */
export function parseReceiptText(text: string): ReceiptText {
  const field = (name: string): string | undefined => new RegExp(`(?:^|[\\s;,])${name}\\s*[:=]\\s*([^\\s;,]+)`, 'i').exec(text)?.[1]
  return { id: field('id'), stat: field('stat'), err: field('err') }
}

/** The text of a receipt: some gateways declare UCS-2 and send ASCII. */
function receiptText(message: ShortMessage): string {
  const ascii = message.content.toString('latin1')
  return /^\s*id\s*[:=]/i.test(ascii) ? ascii : decodeText(message.content, message.dataCoding, message.esmClass)
}

/** A final receipt, or undefined for an intermediate or unreadable one. Options 001E and 0427 win over the text. `address` is the person's, as digits. */
export function readReceipt(message: ShortMessage, address: string, atMs: number): Receipt | undefined {
  const text = parseReceiptText(receiptText(message))
  const idOption = message.options?.get(receiptedMessageIdTag)?.toString('latin1').replace(/\0.*$/s, '')
  const stateOption = stateWords[message.options?.get(messageStateTag)?.[0] ?? 0]
  const id = idOption || text.id
  const word = (stateOption || text.stat || '').toUpperCase()
  // A carrier's own code in the text says more than the bare UNDELIV of the option.
  const stat = text.stat && stateOption !== 'DELIVRD' && !intermediate.has(word) ? text.stat.toUpperCase() : word
  if (!id || stat === '' || intermediate.has(stat) || (message.esmClass & 0x3c) === 0x20) return undefined
  const base = { vendorIds: idCandidates(id), address, atMs }
  if (stat === 'DELIVRD') return { ...base, state: 'delivered', code: stat }
  const code = text.err && !/^0+$/.test(text.err) && stateWords.includes(stat) ? `${stat}/${text.err}` : stat
  return { ...base, state: 'failed', class: classifyCarrierCode(stat), code }
}
