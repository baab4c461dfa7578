import type { z } from 'zod'
import type { ConfigField } from '../../../contracts/channels.ts'
import type { LocaleText } from '../../../contracts/common.ts'
import type { FailureClass } from '../../../contracts/delivery.ts'
import type { Channel } from '../../../contracts/people.ts'
import type { Clock } from '../platform/clock.ts'

/** One message on its way out. `text` is final: signature first, opt-out text last. */
export interface OutgoingMessage {
  messageId: number
  /** E.164 */
  address: string
  text: string
}

/**
 * What is known after one attempt.
 * - accepted: the provider took it and gave one id for the message, or one per part when receipts come per part
 * - throttled: surely not taken, too fast or too full; costs no attempt
 * - transient: surely not taken, worth another attempt later
 * - permanent: surely not taken and never will be
 * - ambiguous: may or may not have been taken; never sent again by itself
 */
export type SendOutcome =
  | { kind: 'accepted'; vendorIds: readonly string[]; parts?: number }
  | { kind: 'throttled'; retryAfterMs?: number }
  | { kind: 'transient'; code: string }
  | { kind: 'permanent'; class: FailureClass; code: string }
  | { kind: 'ambiguous'; code: string }

/** A provider's final word on a message or on one part of it. Intermediate reports are dropped by the provider. */
export interface Receipt {
  /** Spellings of the provider's id, most likely first (some gateways answer in hexadecimal and report in decimal). */
  vendorIds: readonly string[]
  /** Our message id when the provider echoes it: finds messages whose answer never reached us. */
  reference?: number
  address: string
  state: 'delivered' | 'failed'
  /** Set when failed. */
  class?: FailureClass
  code: string
  atMs: number
}

/** A message from a person (上行). */
export interface IncomingReply {
  /** The provider's id of the reply, or a hash of what it says: a repeated callback has the same. */
  vendorKey: string
  address: string
  text: string
  atMs: number
}

export interface Inbound {
  receipts: Receipt[]
  replies: IncomingReply[]
}

/** A callback as it came over HTTP. Header names are lower-case. */
export interface CallbackRequest {
  headers: Record<string, string>
  body: Buffer
}

/** Thrown by `parseCallback` for a callback that is not the provider's: it is counted and dropped. */
export class CallbackRefused extends Error {
  readonly reason: 'signature' | 'format'

  constructor(reason: 'signature' | 'format', message: string) {
    super(message)
    this.reason = reason
  }
}

export interface CheckResult {
  ok: boolean
  error: LocaleText | null
}

export interface ProviderDependencies {
  clock: Clock
  /** Where the provider shall call back; null for providers that do not. */
  callbackUrl: string | null
  /** Hands over what a connection pushed. Resolves when it is committed in the inbox: only then is it acknowledged to the provider. */
  onInbound(inbound: Inbound): Promise<void>
}

/** An open account: HTTP providers keep sockets, connection providers a bound session. */
export interface ProviderSession {
  /** Largest batch of one `send` call, and how many calls may run at once. */
  readonly batchMax: number
  readonly parallelMax: number
  /** One outcome per message, in order. Never throws; resolves within the session's timeout. After `signal` nothing new is put on the wire. */
  send(batch: readonly OutgoingMessage[], signal: AbortSignal): Promise<SendOutcome[]>
  /** Tries the settings without sending a message. */
  check(): Promise<CheckResult>
  /** What the console shows. */
  status(): { state: 'ready' | 'connecting' | 'failing'; error: string | null }
  /** Finishes what is on the wire, then hangs up. */
  close(): Promise<void>
}

/** One way to send. A new provider is a folder with this and a line in the registry. */
export interface ChannelProvider<Config = never> {
  id: string
  channel: Channel
  label: LocaleText
  description: LocaleText
  /** The settings form; `secret` fields are sealed and never shown again. */
  fields: readonly ConfigField[]
  config: z.ZodType<Config>
  capabilities: {
    /** Receipts and replies come over HTTP to the account's callback URL. */
    callback: boolean
    /** Receipts and replies come over a connection that must be kept open. */
    connection: boolean
  }
  limits: { batchMax: number; ratePerSecondDefault: number }
  open(config: Config, dependencies: ProviderDependencies): ProviderSession
  /** Receipts and replies of a callback; throws CallbackRefused. Only for providers with `callback`. */
  parseCallback?(config: Config, request: CallbackRequest): Inbound
}

/** Keeps the type of a provider's settings inside its folder. */
export function defineProvider<Config>(provider: ChannelProvider<Config>): ChannelProvider<Config> {
  return provider
}
