import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import tls from 'node:tls'
import { answerBit, bindBody, command, encodePdu, idBody, type Pdu, PduError, PduStream, readId, readShortMessage, type ShortMessage } from './codec.ts'

export interface ConnectionSettings {
  host: string
  port: number
  tls: boolean
  systemId: string
  password: string
  systemType: string
  connectTimeoutMs: number
  answerTimeoutMs: number
  /** Idle time after which the other side is asked whether it is still there. */
  enquireIdleMs: number
}

export interface ConnectionHandlers {
  /** Receipts and replies; they are acknowledged when this resolves, and offered again by the other side when it rejects. */
  onMessages(messages: ShortMessage[]): Promise<void>
}

/** An answer came, or will never be seen: then nobody knows whether the request was carried out. */
export type Answer = { kind: 'answer'; status: number; id: string } | { kind: 'lost'; code: string }

export class BindRefused extends Error {
  readonly status: number

  constructor(status: number) {
    super(`bind refused with status 0x${status.toString(16).padStart(2, '0')}`)
    this.status = status
  }
}

interface Pending {
  settle(answer: Answer): void
  timer: NodeJS.Timeout
}

/** How long pushed messages are gathered before they are handed over as one batch. */
const gatherMs = 10
const gatherMax = 500
const unbindWaitMs = 1000
const missedEnquiriesMax = 2
const sequenceMax = 0x7fffffff
const temporaryAppError = 0x64
const invalidCommand = 0x03

/** One bound socket. It lives until either side hangs up, and is never used again after that. */
export class SmppConnection {
  readonly #socket: net.Socket
  readonly #settings: ConnectionSettings
  readonly #handlers: ConnectionHandlers
  readonly #pending = new Map<number, Pending>()
  readonly #stream = new PduStream()
  #sequence = 0
  #lastHeardAt = performance.now()
  #missedEnquiries = 0
  #enquireTimer: NodeJS.Timeout | undefined
  #arrived: { pdu: Pdu; message: ShortMessage }[] = []
  #gatherTimer: NodeJS.Timeout | undefined
  #open = true
  #resolveClosed: (reason: string) => void = () => undefined
  /** Resolves with the reason when the connection is gone. */
  readonly closed = new Promise<string>((resolve) => (this.#resolveClosed = resolve))

  private constructor(socket: net.Socket, settings: ConnectionSettings, handlers: ConnectionHandlers) {
    this.#socket = socket
    this.#settings = settings
    this.#handlers = handlers
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('error', (error) => this.#lose(error.message))
    socket.on('close', () => this.#lose('connection closed'))
    this.#enquireTimer = setInterval(() => this.#enquireWhenIdle(), settings.enquireIdleMs)
  }

  /** Connects and binds as a transceiver. Throws BindRefused or the socket's error. */
  static async open(settings: ConnectionSettings, handlers: ConnectionHandlers): Promise<SmppConnection> {
    const socket = await connect(settings)
    socket.setNoDelay(true)
    const connection = new SmppConnection(socket, settings, handlers)
    const answer = await connection.#request(command.bindTransceiver, bindBody(settings))
    if (answer.kind === 'lost') {
      connection.destroy(answer.code)
      throw new Error(`no answer to bind: ${answer.code}`)
    }
    if (answer.status !== 0) {
      connection.destroy('bind refused')
      throw new BindRefused(answer.status)
    }
    return connection
  }

  get isOpen(): boolean {
    return this.#open
  }

  submit(body: Buffer): Promise<Answer> {
    return this.#request(command.submitSm, body)
  }

  /** Waits for the answers that are due, unbinds and hangs up. */
  async finish(waitMs: number): Promise<void> {
    const deadline = performance.now() + waitMs
    while (this.#open && this.#pending.size > 0 && performance.now() < deadline) await sleep(20)
    if (this.#open) await this.#request(command.unbind, Buffer.alloc(0), unbindWaitMs)
    this.destroy('unbound')
  }

  destroy(reason: string): void {
    this.#lose(reason)
    this.#socket.destroy()
  }

  #request(commandId: number, body: Buffer, timeoutMs = this.#settings.answerTimeoutMs): Promise<Answer> {
    if (!this.#open) return Promise.resolve({ kind: 'lost', code: 'SMPP:disconnected' })
    this.#sequence = this.#sequence >= sequenceMax ? 1 : this.#sequence + 1
    const sequence = this.#sequence
    return new Promise((resolve) => {
      const settle = (answer: Answer): void => {
        clearTimeout(timer)
        this.#pending.delete(sequence)
        resolve(answer)
      }
      const timer = setTimeout(() => settle({ kind: 'lost', code: 'SMPP:timeout' }), timeoutMs)
      this.#pending.set(sequence, { settle, timer })
      this.#socket.write(encodePdu(commandId, sequence, body))
    })
  }

  #read(chunk: Buffer): void {
    this.#lastHeardAt = performance.now()
    this.#missedEnquiries = 0
    try {
      for (const pdu of this.#stream.push(chunk)) this.#handle(pdu)
    } catch (error) {
      if (!(error instanceof PduError)) throw error
      this.destroy(`rubbish on the wire: ${error.message}`)
    }
  }

  #handle(pdu: Pdu): void {
    if (pdu.commandId >= answerBit) {
      this.#pending.get(pdu.sequence)?.settle({ kind: 'answer', status: pdu.status, id: answeredId(pdu) })
      return
    }
    switch (pdu.commandId) {
      case command.deliverSm:
        this.#gather(pdu)
        return
      case command.enquireLink:
        this.#answer(pdu)
        return
      case command.unbind:
        this.#answer(pdu)
        this.destroy('unbound by the other side')
        return
      default:
        this.#socket.write(encodePdu(command.genericNack, pdu.sequence, undefined, invalidCommand))
    }
  }

  #answer(pdu: Pdu, status = 0): void {
    if (this.#open)
      this.#socket.write(encodePdu((pdu.commandId | answerBit) >>> 0, pdu.sequence, pdu.commandId === command.deliverSm ? idBody('') : undefined, status))
  }

  #gather(pdu: Pdu): void {
    this.#arrived.push({ pdu, message: readShortMessage(pdu.body) })
    if (this.#arrived.length >= gatherMax) this.#handOver()
    else this.#gatherTimer ??= setTimeout(() => this.#handOver(), gatherMs)
  }

  #handOver(): void {
    clearTimeout(this.#gatherTimer)
    this.#gatherTimer = undefined
    const arrived = this.#arrived
    this.#arrived = []
    this.#handlers.onMessages(arrived.map((item) => item.message)).then(
      () => arrived.forEach((item) => this.#answer(item.pdu)),
      () => arrived.forEach((item) => this.#answer(item.pdu, temporaryAppError)),
    )
  }

  #enquireWhenIdle(): void {
    if (performance.now() - this.#lastHeardAt < this.#settings.enquireIdleMs) return
    this.#missedEnquiries += 1
    if (this.#missedEnquiries > missedEnquiriesMax) this.destroy('no sign of life')
    else void this.#request(command.enquireLink, Buffer.alloc(0))
  }

  #lose(reason: string): void {
    if (!this.#open) return
    this.#open = false
    clearInterval(this.#enquireTimer)
    clearTimeout(this.#gatherTimer)
    for (const pending of this.#pending.values()) pending.settle({ kind: 'lost', code: 'SMPP:disconnected' })
    this.#resolveClosed(reason)
  }
}

function answeredId(pdu: Pdu): string {
  const isSubmitAnswer = pdu.commandId === (command.submitSm | answerBit) >>> 0
  return isSubmitAnswer && pdu.status === 0 ? readId(pdu.body) : ''
}

function connect(settings: ConnectionSettings): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const options = { host: settings.host, port: settings.port }
    const socket: net.Socket = settings.tls ? tls.connect({ ...options, servername: settings.host }) : net.connect(options)
    const timer = setTimeout(() => socket.destroy(new Error('connect timeout')), settings.connectTimeoutMs)
    const fail = (error: Error): void => {
      clearTimeout(timer)
      reject(error)
    }
    socket.once('error', fail)
    socket.once(settings.tls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer)
      socket.off('error', fail)
      resolve(socket)
    })
  })
}
