import { describe, expect, it } from 'vitest'
import { bindBody, command, encodePdu, PduError, PduStream, readId, readShortMessage, shortMessageBody } from './codec.ts'
import { readInbound } from './inbound.ts'
import { encodeUcs2 } from './text.ts'

const plain = (address: string) => ({ typeOfNumber: 0, numberingPlan: 0, address })
const source = plain('10690001')
const phone = { typeOfNumber: 1, numberingPlan: 1, address: '8613800138000' }

/** Bytes produced by an independent implementation. */
const bindHex = '0000002500000009000000000000000165736d653031007077313233343536000034000000'
const submitHex = '00000042000000040000000000000001000000313036393030303100010138363133383030313338303030000000000000010008000c30106d4b8bd530114f60597d'
const longSubmitHex = '00000040000000040000000000000001000000313036393030303100000038363133383030313338303030004000000000000008000a050003ab02014f60597d'
const sarHex =
  '0000004a00000004000000000000000100000031303639303030310000003836313338303031333830303000000000000001000800044f60597d020c00021234020e000102020f000101'
const answerHex = '00000019800000040000000000000001344632413030303100'
const throttledHex = '00000010800000040000005800000001'
const enquireHex = '00000010000000150000000000000001'
const receiptHex =
  '000000ac000000050000000000000001000000383631333830303133383030300000003130363930303031000400000000000001006469643a3446324130303031207375623a30303120646c7672643a303031207375626d697420646174653a3236303130323033303420646f6e6520646174653a3236303130323033303520737461743a44454c49564244206572723a30303020746578743a001e00093446324130303031000427000102'

const read = (hex: string) => new PduStream().push(Buffer.from(hex, 'hex'))

describe('SMPP 3.4 PDUs', () => {
  it('writes bind_transceiver byte for byte', () => {
    expect(encodePdu(command.bindTransceiver, 1, bindBody({ systemId: 'esme01', password: 'pw123456', systemType: '' })).toString('hex')).toBe(bindHex)
  })

  it('writes submit_sm byte for byte', () => {
    const body = shortMessageBody({ source, destination: phone, esmClass: 0, registeredDelivery: 1, dataCoding: 8, content: encodeUcs2('【测试】你好') })
    expect(encodePdu(command.submitSm, 1, body).toString('hex')).toBe(submitHex)
  })

  it('writes a part with a user data header byte for byte', () => {
    const content = Buffer.concat([Buffer.from('050003ab0201', 'hex'), encodeUcs2('你好')])
    const body = shortMessageBody({ source, destination: plain('8613800138000'), esmClass: 0x40, registeredDelivery: 0, dataCoding: 8, content })
    expect(encodePdu(command.submitSm, 1, body).toString('hex')).toBe(longSubmitHex)
  })

  it('writes optional parameters byte for byte', () => {
    const options = new Map([
      [0x020c, Buffer.from('1234', 'hex')],
      [0x020e, Buffer.from([2])],
      [0x020f, Buffer.from([1])],
    ])
    const body = shortMessageBody({
      source,
      destination: plain('8613800138000'),
      esmClass: 0,
      registeredDelivery: 1,
      dataCoding: 8,
      content: encodeUcs2('你好'),
      options,
    })
    expect(encodePdu(command.submitSm, 1, body).toString('hex')).toBe(sarHex)
  })

  it('writes enquire_link byte for byte', () => {
    expect(encodePdu(command.enquireLink, 1).toString('hex')).toBe(enquireHex)
  })

  it('reads the answers to a submit', () => {
    const [answer] = read(answerHex)
    expect(answer).toMatchObject({ commandId: 0x80000004, status: 0, sequence: 1 })
    expect(readId(answer!.body)).toBe('4F2A0001')
    expect(read(throttledHex)[0]).toMatchObject({ status: 0x58 })
    expect(readId(read(throttledHex)[0]!.body)).toBe('')
  })

  it('reads a receipt with its optional parameters', () => {
    const [pdu] = read(receiptHex)
    const message = readShortMessage(pdu!.body)
    const inbound = readInbound([message], { sourceAddress: '10690001', nowMs: 0 })
    expect(inbound.receipts).toEqual([expect.objectContaining({ address: '+8613800138000', state: 'delivered', code: 'DELIVRD' })])
    expect(inbound.receipts[0]!.vendorIds[0]).toBe('4f2a0001')
  })

  it('reads PDUs whatever the chunks they come in', () => {
    const bytes = Buffer.from(receiptHex + answerHex + enquireHex, 'hex')
    const stream = new PduStream()
    const pdus = [...bytes].flatMap((_, at) => stream.push(bytes.subarray(at, at + 1)))
    expect(pdus.map((pdu) => pdu.commandId)).toEqual([5, 0x80000004, 0x15])
  })

  it('refuses impossible lengths', () => {
    expect(() => read('0000000f00000015000000000000000100000000')).toThrow(PduError)
    expect(() => read('7fffffff00000015000000000000000100000000')).toThrow(PduError)
  })

  it('refuses a body that ends too soon', () => {
    expect(() => readShortMessage(Buffer.from('00000031', 'hex'))).toThrow(PduError)
  })
})
