/**
 * SMPP 3.4 PDUs: header of 16 bytes (length, id, status, sequence; big-endian), then the body. Answers have bit 31 of the id set.
 * Only what an ESME that sends and receives as a transceiver needs. Field order from the SMPP 3.4 specification, §4.
 */
export const command = {
  bindTransceiver: 0x09,
  submitSm: 0x04,
  deliverSm: 0x05,
  unbind: 0x06,
  enquireLink: 0x15,
  genericNack: 0x80000000,
} as const

export const answerBit = 0x80000000
const headerBytes = 16
/** Longer than any legal PDU; a length past it means that the stream is out of step. */
const pduBytesMax = 64 * 1024

export interface Pdu {
  commandId: number
  status: number
  sequence: number
  body: Buffer
}

export interface Address {
  typeOfNumber: number
  numberingPlan: number
  address: string
}

export interface ShortMessage {
  source: Address
  destination: Address
  /** 0x40: the text begins with a user data header. */
  esmClass: number
  registeredDelivery: number
  /** 8 is UCS-2 big-endian. */
  dataCoding: number
  /** At most 254 bytes. */
  content: Buffer
  /** Optional parameters by tag. */
  options?: ReadonlyMap<number, Buffer>
}

export class PduError extends Error {}

export function encodePdu(commandId: number, sequence: number, body: Buffer = Buffer.alloc(0), status = 0): Buffer {
  const header = Buffer.alloc(headerBytes)
  header.writeUInt32BE(headerBytes + body.length, 0)
  header.writeUInt32BE(commandId >>> 0, 4)
  header.writeUInt32BE(status, 8)
  header.writeUInt32BE(sequence, 12)
  return Buffer.concat([header, body])
}

const cString = (text: string): Buffer => Buffer.from(`${text}\0`, 'latin1')

export function bindBody(bind: { systemId: string; password: string; systemType: string }): Buffer {
  const interfaceVersion = 0x34
  return Buffer.concat([cString(bind.systemId), cString(bind.password), cString(bind.systemType), Buffer.from([interfaceVersion, 0, 0]), cString('')])
}

const addressBody = (address: Address): Buffer => Buffer.concat([Buffer.from([address.typeOfNumber, address.numberingPlan]), cString(address.address)])

/** Body of submit_sm (and of deliver_sm, which has the same fields). */
export function shortMessageBody(message: ShortMessage): Buffer {
  if (message.content.length > 254) throw new PduError(`short_message has ${message.content.length} bytes, at most 254 fit`)
  const options = [...(message.options ?? [])].map(([tag, value]) => {
    const head = Buffer.alloc(4)
    head.writeUInt16BE(tag, 0)
    head.writeUInt16BE(value.length, 2)
    return Buffer.concat([head, value])
  })
  return Buffer.concat([
    cString(''),
    addressBody(message.source),
    addressBody(message.destination),
    Buffer.from([message.esmClass, 0, 0]),
    cString(''),
    cString(''),
    Buffer.from([message.registeredDelivery, 0, message.dataCoding, 0, message.content.length]),
    message.content,
    ...options,
  ])
}

/** Body of an answer that holds nothing but an id (bind, submit, deliver). */
export const idBody = (id: string): Buffer => cString(id)

/** Reads the fields of a body in order; throws PduError where the body ends too soon. */
class BodyReader {
  readonly #body: Buffer
  #at = 0

  constructor(body: Buffer) {
    this.#body = body
  }

  byte(): number {
    if (this.#at >= this.#body.length) throw new PduError('body ends too soon')
    return this.#body[this.#at++] as number
  }

  cString(): string {
    const end = this.#body.indexOf(0, this.#at)
    if (end < 0) throw new PduError('text without its final zero')
    const text = this.#body.toString('latin1', this.#at, end)
    this.#at = end + 1
    return text
  }

  bytes(length: number): Buffer {
    if (this.#at + length > this.#body.length) throw new PduError('body ends too soon')
    this.#at += length
    return this.#body.subarray(this.#at - length, this.#at)
  }

  address(): Address {
    return { typeOfNumber: this.byte(), numberingPlan: this.byte(), address: this.cString() }
  }

  options(): Map<number, Buffer> {
    const options = new Map<number, Buffer>()
    while (this.#at + 4 <= this.#body.length) {
      const head = this.bytes(4)
      options.set(head.readUInt16BE(0), this.bytes(head.readUInt16BE(2)))
    }
    return options
  }
}

const messagePayloadTag = 0x0424

/** Reads a submit_sm or deliver_sm. A message_payload option stands in for an empty short_message. */
export function readShortMessage(body: Buffer): ShortMessage & { options: Map<number, Buffer> } {
  const reader = new BodyReader(body)
  reader.cString()
  const source = reader.address()
  const destination = reader.address()
  const esmClass = reader.byte()
  reader.bytes(2)
  reader.cString()
  reader.cString()
  const registeredDelivery = reader.byte()
  reader.byte()
  const dataCoding = reader.byte()
  reader.byte()
  const content = reader.bytes(reader.byte())
  const options = reader.options()
  const payload = options.get(messagePayloadTag)
  return { source, destination, esmClass, registeredDelivery, dataCoding, content: content.length === 0 && payload ? payload : content, options }
}

/** The id of a submit_sm answer; empty when the body is missing, as it is on refusal. */
export function readId(body: Buffer): string {
  return body.length === 0 ? '' : new BodyReader(body).cString()
}

/** Cuts a byte stream into PDUs, whatever the chunks it comes in. Throws PduError when the stream is out of step: hang up. */
export class PduStream {
  #buffer: Buffer = Buffer.alloc(0)

  push(chunk: Buffer): Pdu[] {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk])
    const pdus: Pdu[] = []
    while (this.#buffer.length >= headerBytes) {
      const length = this.#buffer.readUInt32BE(0)
      if (length < headerBytes || length > pduBytesMax) throw new PduError(`impossible PDU length ${length}`)
      if (this.#buffer.length < length) break
      pdus.push({
        commandId: this.#buffer.readUInt32BE(4),
        status: this.#buffer.readUInt32BE(8),
        sequence: this.#buffer.readUInt32BE(12),
        body: this.#buffer.subarray(headerBytes, length),
      })
      this.#buffer = this.#buffer.subarray(length)
    }
    return pdus
  }
}
