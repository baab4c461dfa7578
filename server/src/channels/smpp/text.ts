import { splitText } from '../sms-parts.ts'

/**
 * Text on the wire. Everything goes out as UCS-2 big-endian (data_coding 8): mainland carriers bill every character as one unit whatever
 * the coding. A long text is cut into parts of 67 units behind a user data header 05 00 03 <reference> <total> <number>.
 */
export const ucs2 = 8

export function encodeUcs2(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16()
}

export interface EncodedPart {
  content: Buffer
  /** 0x40 when the content begins with a user data header. */
  esmClass: number
}

/** The parts of a text as bytes. `reference` (0–255) tells the phone which parts belong together. */
export function encodeParts(text: string, reference: number): EncodedPart[] {
  const parts = splitText(text)
  if (parts.length === 1) return [{ content: encodeUcs2(text), esmClass: 0 }]
  return parts.map((part, index) => ({
    content: Buffer.concat([Buffer.from([0x05, 0x00, 0x03, reference & 0xff, parts.length, index + 1]), encodeUcs2(part)]),
    esmClass: 0x40,
  }))
}

/** GSM 03.38 default alphabet, by septet. */
const gsmAlphabet = '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'

/** Text of an incoming short message. A user data header is dropped: parts of a long reply arrive one by one. */
export function decodeText(content: Buffer, dataCoding: number, esmClass: number): string {
  const bytes = (esmClass & 0x40) !== 0 && content.length > 0 ? content.subarray(1 + (content[0] as number)) : content
  if (dataCoding === ucs2)
    return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)))
      .swap16()
      .toString('utf16le')
  if (dataCoding === 15) return new TextDecoder('gb18030').decode(bytes)
  if (dataCoding === 3) return bytes.toString('latin1')
  return [...bytes].map((septet) => gsmAlphabet[septet] ?? '?').join('')
}
