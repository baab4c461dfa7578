import { setTimeout as sleep } from 'node:timers/promises'
import type { CheckResult, Inbound, OutgoingMessage, ProviderDependencies, ProviderSession, SendOutcome } from '../provider.ts'
import { type Address, shortMessageBody } from './codec.ts'
import { BindRefused, type ConnectionSettings, SmppConnection } from './connection.ts'
import { readInbound } from './inbound.ts'
import { canonicalId } from './receipt.ts'
import { bindStateStatus, outcomeOfStatus, refusedBindStatuses } from './status.ts'
import { type EncodedPart, encodeParts, ucs2 } from './text.ts'

export interface SmppSettings extends ConnectionSettings {
  /** The access number messages come from (接入号). */
  sourceAddress: string
  /** Submits on the wire without an answer. */
  window: number
}

const readyWaitMs = 5000
const backoffFirstMs = 1000
const backoffMaxMs = 60_000
const refusedBackoffMs = 30_000
const throttledPauseMs = 1000
/** Later parts of a text whose first part was taken are tried this often. */
const partTriesMax = 5

type PartResult = { kind: 'taken'; id: string } | SendOutcome

/** Keeps one bound connection, comes back after losing it, and sends through a window of unanswered submits. */
export class SmppSession implements ProviderSession {
  readonly batchMax: number
  readonly parallelMax = 2
  readonly #settings: SmppSettings
  readonly #dependencies: ProviderDependencies
  readonly #references = new Uint8Array(65536)
  #connection: SmppConnection | undefined
  #error: string | null = null
  #closing = false
  #wakeWaiters: (() => void)[] = []
  #freeSlots: number
  #slotQueue: (() => void)[] = []
  readonly #stop = new AbortController()
  readonly #keeper: Promise<void>

  constructor(settings: SmppSettings, dependencies: ProviderDependencies) {
    this.#settings = settings
    this.#dependencies = dependencies
    this.#freeSlots = settings.window
    this.batchMax = 500
    this.#keeper = this.#keepConnected()
  }

  async send(batch: readonly OutgoingMessage[], signal: AbortSignal): Promise<SendOutcome[]> {
    return Promise.all(batch.map((message) => this.#sendMessage(message, signal)))
  }

  async check(): Promise<CheckResult> {
    const connection = await this.#bound()
    if (connection) return { ok: true, error: null }
    const reason = this.#error ?? 'no connection'
    return { ok: false, error: { zh: `无法绑定到短信网关：${reason}`, en: `Can not bind to the SMSC: ${reason}` } }
  }

  status(): { state: 'ready' | 'connecting' | 'failing'; error: string | null } {
    if (this.#connection?.isOpen) return { state: 'ready', error: null }
    return { state: this.#error ? 'failing' : 'connecting', error: this.#error }
  }

  async close(): Promise<void> {
    this.#closing = true
    this.#stop.abort()
    await this.#connection?.finish(this.#settings.answerTimeoutMs)
    await this.#keeper
  }

  async #sendMessage(message: OutgoingMessage, signal: AbortSignal): Promise<SendOutcome> {
    const destination = message.address.replace(/^\+/, '')
    const parts = encodeParts(message.text, this.#nextReference(destination))
    const ids: string[] = []
    for (const part of parts) {
      const result = await this.#sendPart(destination, part, { isFirst: ids.length === 0, signal })
      if (result.kind !== 'taken') return ids.length === 0 ? result : { kind: 'ambiguous', code: 'SMPP:partial' }
      ids.push(result.id)
    }
    return { kind: 'accepted', vendorIds: ids, parts: ids.length }
  }

  /** Once the first part is taken the others must follow: a half-sent text is worse than a slow one, so shutdown does not stop them. */
  async #sendPart(destination: string, part: EncodedPart, turn: { isFirst: boolean; signal: AbortSignal }): Promise<PartResult> {
    let result = await this.#submit(destination, part, turn.isFirst ? turn.signal : undefined)
    for (let tries = 1; !turn.isFirst && tries < partTriesMax && (result.kind === 'throttled' || result.kind === 'transient'); tries++) {
      await sleep(throttledPauseMs)
      result = await this.#submit(destination, part)
    }
    return result
  }

  async #submit(destination: string, part: EncodedPart, signal?: AbortSignal): Promise<PartResult> {
    await this.#takeSlot()
    try {
      const connection = signal?.aborted ? undefined : await this.#bound()
      if (!connection || signal?.aborted) return { kind: 'throttled', retryAfterMs: readyWaitMs }
      const answer = await connection.submit(this.#submitBody(destination, part))
      if (answer.kind === 'lost') return { kind: 'ambiguous', code: answer.code }
      if (answer.status === 0) return { kind: 'taken', id: canonicalId(answer.id) }
      if (answer.status === bindStateStatus) connection.destroy('not bound any more')
      return outcomeOfStatus(answer.status)
    } finally {
      this.#giveSlot()
    }
  }

  #submitBody(destination: string, part: EncodedPart): Buffer {
    const source: Address = { typeOfNumber: 0, numberingPlan: 0, address: this.#settings.sourceAddress }
    const target: Address = { typeOfNumber: 1, numberingPlan: 1, address: destination }
    return shortMessageBody({ source, destination: target, esmClass: part.esmClass, registeredDelivery: 1, dataCoding: ucs2, content: part.content })
  }

  /** A counter per destination, so that two long texts to one phone within minutes never share a reference. */
  #nextReference(destination: string): number {
    const slot = Number(destination.slice(-9)) % this.#references.length || 0
    this.#references[slot] = ((this.#references[slot] as number) + 1) & 0xff
    return this.#references[slot]
  }

  #takeSlot(): Promise<void> | undefined {
    if (this.#freeSlots > 0) {
      this.#freeSlots -= 1
      return undefined
    }
    return new Promise((resolve) => this.#slotQueue.push(resolve))
  }

  #giveSlot(): void {
    const next = this.#slotQueue.shift()
    if (next) next()
    else this.#freeSlots += 1
  }

  /** The bound connection, waiting a little for one. */
  async #bound(): Promise<SmppConnection | undefined> {
    if (this.#connection?.isOpen) return this.#connection
    if (this.#closing || this.#error !== null) return undefined
    await Promise.race([new Promise<void>((resolve) => this.#wakeWaiters.push(resolve)), sleep(readyWaitMs, undefined, { ref: false })])
    return this.#connection?.isOpen ? this.#connection : undefined
  }

  async #keepConnected(): Promise<void> {
    let backoffMs = backoffFirstMs
    while (!this.#closing) {
      try {
        const connection = await SmppConnection.open(this.#settings, { onMessages: (messages) => this.#dependencies.onInbound(this.#inbound(messages)) })
        this.#connection = connection
        this.#error = null
        this.#wake()
        backoffMs = backoffFirstMs
        if (this.#closing) return await connection.finish(0)
        await connection.closed
      } catch (error) {
        this.#error = error instanceof Error ? error.message : String(error)
        this.#wake()
        backoffMs = error instanceof BindRefused && refusedBindStatuses.has(error.status) ? Math.max(backoffMs, refusedBackoffMs) : backoffMs
      }
      await sleep(this.#closing ? 0 : backoffMs, undefined, { signal: this.#stop.signal }).catch(() => undefined)
      backoffMs = Math.min(backoffMs * 2, backoffMaxMs)
    }
  }

  #inbound(messages: Parameters<typeof readInbound>[0]): Inbound {
    return readInbound(messages, { sourceAddress: this.#settings.sourceAddress, nowMs: this.#dependencies.clock.now().getTime() })
  }

  #wake(): void {
    const waiters = this.#wakeWaiters
    this.#wakeWaiters = []
    waiters.forEach((resolve) => resolve())
  }
}
