import type { AddressInfo, Socket } from 'node:net'
import smpp, { type PDU, type Session } from 'smpp'
import type { ArrivedText, PeerManner, ProviderPeer, StartPeer } from '../../testing/conformance.ts'

const [systemId, password] = ['esme01', 'pw123456']
const [ok, throttled, wrongPassword, wrongDestination] = [0, 0x58, 0x0e, 0x0b]
const source = '10690001'

/** An SMSC made of the independent `smpp` package. */
class SmscPeer {
  readonly server = smpp.createServer((session) => this.#welcome(session))
  readonly arrived: ArrivedText[] = []
  manner: PeerManner = 'accept'
  readonly #bound = new Set<Session>()
  readonly #sockets = new Set<Socket>()
  readonly #pieces = new Map<string, string[]>()
  #nextId = 0x4f2a0000

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.server.close(resolve))
  }

  /** Pushes a deliver_sm and waits until it is acknowledged. */
  push(fields: Record<string, unknown>): Promise<void> {
    const [session] = this.#bound
    return new Promise((resolve, reject) => {
      if (!session) return reject(new Error('nobody is bound'))
      session.deliver_sm({ destination_addr: source, ...fields }, (answer) =>
        answer.command_status === ok ? resolve() : reject(new Error(`status ${answer.command_status}`)),
      )
    })
  }

  #welcome(session: Session): void {
    this.#sockets.add(session.socket)
    session.on('error', () => session.destroy())
    session.on('close', () => this.#bound.delete(session))
    session.on('bind_transceiver', (pdu: PDU) => {
      const isKnown = pdu.system_id === systemId && pdu.password === password
      if (isKnown) this.#bound.add(session)
      session.send(pdu.response({ command_status: isKnown ? ok : wrongPassword }))
    })
    session.on('submit_sm', (pdu: PDU) => this.#answer(session, pdu))
    session.on('enquire_link', (pdu: PDU) => session.send(pdu.response()))
    session.on('unbind', (pdu: PDU) => session.send(pdu.response()))
  }

  #answer(session: Session, pdu: PDU): void {
    switch (this.manner) {
      case 'hang':
        return
      case 'throttle':
        return void session.send(pdu.response({ command_status: throttled }))
      case 'badNumber':
        return void session.send(pdu.response({ command_status: wrongDestination }))
      case 'reset':
        return void session.socket.write(Buffer.from('0000001980000004', 'hex'), () => session.socket.resetAndDestroy())
      case 'rubbish':
        return void session.socket.write(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))
      case 'accept':
        this.#take(pdu)
        session.send(pdu.response({ message_id: (this.#nextId++).toString(16).toUpperCase() }))
    }
  }

  #take(pdu: PDU): void {
    const { message, udh } = pdu.short_message
    const header = udh?.[0]
    const address = `+${pdu.destination_addr}`
    if (!header) return void this.arrived.push({ address, text: String(message) })
    const [reference, total, number] = [header[2], header[3] ?? 1, header[4] ?? 1]
    const key = `${address} ${reference}`
    const texts = this.#pieces.get(key) ?? []
    texts[number - 1] = String(message)
    this.#pieces.set(key, texts)
    if (texts.filter(Boolean).length === total) this.arrived.push({ address, text: texts.join('') })
  }
}

export const startPeer: StartPeer = async () => {
  const smsc = new SmscPeer()
  await new Promise<void>((resolve) => void smsc.server.listen(0, '127.0.0.1', resolve))
  const { port } = smsc.server.address() as AddressInfo
  const config = { host: '127.0.0.1', port, systemId, password, sourceAddress: source, answerTimeoutSeconds: 60, enquireSeconds: 1 }
  const peer: ProviderPeer = {
    config,
    impatient: { answerTimeoutSeconds: 1 },
    wrongConfig: { ...config, password: 'wrong' },
    behave: (manner) => (smsc.manner = manner),
    arrived: () => smsc.arrived,
    // Reported in decimal what was answered in hexadecimal, as some gateways do.
    report: (vendorId, address, state) =>
      smsc.push({
        source_addr: address.slice(1),
        esm_class: 4,
        short_message: `id:${BigInt(`0x${vendorId}`)} sub:001 dlvrd:001 submit date:2601020304 done date:2601020305 stat:${state} err:000 text:`,
      }),
    reply: (address, text) => smsc.push({ source_addr: address.slice(1), data_coding: 8, short_message: text }),
    invalidNumberCode: 'MK:0001',
    stop: () => smsc.stop(),
  }
  return peer
}
