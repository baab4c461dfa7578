import { assert, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitText } from '../sms-parts.ts'
import { idCandidates, parseReceiptText } from './receipt.ts'
import { readInbound } from './inbound.ts'
import { outcomeOfStatus } from './status.ts'
import { decodeText, encodeParts, encodeUcs2 } from './text.ts'

const party = (address: string) => ({ typeOfNumber: 0, numberingPlan: 0, address })

function pushed(fields: { esmClass: number; dataCoding?: number; content: Buffer; options?: Map<number, Buffer> }) {
  return { source: party('8613800138000'), destination: party('10690001'), registeredDelivery: 0, dataCoding: 0, ...fields }
}
const readOne = (fields: Parameters<typeof pushed>[0]) => readInbound([pushed(fields)], { sourceAddress: '10690001', nowMs: 1_767_323_045_000 })

describe('long texts', () => {
  it('cuts 91 units into two parts, byte for byte', () => {
    const text = `【测试】${'你好世界'.repeat(20)},拒收请回复R`.slice(0, 91)
    const [first, second] = encodeParts(text, 0x7a)
    expect(first!.content.length).toBe(140)
    expect(first!.content.subarray(0, 18).toString('hex')).toBe('0500037a020130106d4b8bd530114f60597d')
    expect(second!.content.subarray(0, 6).toString('hex')).toBe('0500037a0202')
    expect(first!.esmClass).toBe(0x40)
  })

  it('counts parts as carriers bill them', () => {
    expect([70, 71, 134, 135, 201, 202].map((units) => splitText('字'.repeat(units)).length)).toEqual([1, 2, 2, 3, 3, 4])
  })

  it('loses nothing, keeps to the limit and never cuts a character in two', () => {
    assert(
      property(string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        const parts = splitText(text)
        expect(parts.join('')).toBe(text)
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(parts.length === 1 ? 70 : 67)
          expect(part.isWellFormed()).toBe(true)
        }
      }),
    )
    const emoji = '😀'.repeat(40)
    expect(splitText(emoji).every((part) => part.isWellFormed())).toBe(true)
  })
})

describe('incoming texts', () => {
  it('decodes UCS-2, GSM, Latin-1 and GBK', () => {
    expect(decodeText(encodeUcs2('退订😀'), 8, 0)).toBe('退订😀')
    expect(decodeText(Buffer.from([0x00, 0x54, 0x44]), 0, 0)).toBe('@TD')
    expect(decodeText(Buffer.from([0xe9]), 3, 0)).toBe('é')
    expect(decodeText(Buffer.from('cdcbb6a9', 'hex'), 15, 0)).toBe('退订')
  })

  it('drops the user data header of a part', () => {
    expect(decodeText(Buffer.concat([Buffer.from('050003ab0201', 'hex'), encodeUcs2('你好')]), 8, 0x40)).toBe('你好')
  })
})

describe('receipts', () => {
  it('reads the text in any order and spacing', () => {
    expect(parseReceiptText('stat: MK:0001 ; ID:00ab12 Err = 001')).toEqual({ id: '00ab12', stat: 'MK:0001', err: '001' })
  })

  it('knows an id in hexadecimal and in decimal', () => {
    expect(idCandidates('1325006849')).toContain('4efa0001')
    expect(idCandidates('004EFA0001')).toContain('1325006849')
  })

  it('takes an ASCII body declared as UCS-2 for what it is', () => {
    const { receipts } = readOne({ esmClass: 4, dataCoding: 8, content: Buffer.from('id:77 stat:UNDELIV err:012') })
    expect(receipts).toEqual([expect.objectContaining({ state: 'failed', code: 'UNDELIV/012', class: 'unreachable' })])
  })

  it('prefers the optional parameters and keeps the carrier code of the text', () => {
    const options = new Map([
      [0x001e, Buffer.from('99\0')],
      [0x0427, Buffer.from([5])],
    ])
    const { receipts } = readOne({ esmClass: 4, content: Buffer.from('id:1 stat:MK:0001 err:000'), options })
    expect(receipts[0]).toMatchObject({ vendorIds: ['99', '63', '153'], class: 'invalidNumber', code: 'MK:0001' })
  })

  it('drops intermediate reports', () => {
    for (const stat of ['ACCEPTD', 'ENROUTE']) expect(readOne({ esmClass: 4, content: Buffer.from(`id:1 stat:${stat}`) }).receipts).toEqual([])
    expect(readOne({ esmClass: 0x20, content: Buffer.from('id:1 stat:DELIVRD') }).receipts).toEqual([])
  })

  it('reads a reply as a reply, with the same key when it is offered again', () => {
    const [first] = readOne({ esmClass: 0, dataCoding: 8, content: encodeUcs2('TD') }).replies
    const [again] = readOne({ esmClass: 0, dataCoding: 8, content: encodeUcs2('TD') }).replies
    expect(first).toMatchObject({ address: '+8613800138000', text: 'TD' })
    expect(again!.vendorKey).toBe(first!.vendorKey)
  })
})

it('maps the status codes of submit answers', () => {
  expect([0x58, 0x14].map(outcomeOfStatus)).toEqual([{ kind: 'throttled' }, { kind: 'throttled' }])
  expect([0x45, 0x64, 0x88, 0x08].map((status) => outcomeOfStatus(status).kind)).toEqual(['transient', 'transient', 'transient', 'transient'])
  expect(outcomeOfStatus(0x0b)).toEqual({ kind: 'permanent', class: 'invalidNumber', code: 'SMPP:000B' })
  expect([0x01, 0x65, 0x410].map((status) => outcomeOfStatus(status).kind)).toEqual(['permanent', 'permanent', 'permanent'])
})
