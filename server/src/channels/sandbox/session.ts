import { classifyCarrierCode } from '../failure-codes.ts'
import { HttpClient, type HttpAnswer } from '../http-client.ts'
import type { CheckResult, OutgoingMessage, ProviderDependencies, ProviderSession, SendOutcome } from '../provider.ts'
import { WireAnswer, type WireMessage, WireResult } from './wire.ts'

export interface SandboxSettings {
  endpoint: string
  apiKey: string
  batchSize: number
  timeoutSeconds: number
}

const pauseMs = 1000
const downPauseMs = 5000

/** Client of the sandbox network. One message goes to `/message`, several go to `/messages`. */
export class SandboxSession implements ProviderSession {
  readonly batchMax: number
  readonly parallelMax: number
  readonly #settings: SandboxSettings
  readonly #callbackUrl: string | null
  readonly #client: HttpClient
  readonly #headers: Record<string, string>
  #error: string | null = null

  constructor(settings: SandboxSettings, dependencies: ProviderDependencies) {
    this.#settings = settings
    this.#callbackUrl = dependencies.callbackUrl
    this.batchMax = settings.batchSize
    this.parallelMax = settings.batchSize === 1 ? 32 : 4
    this.#client = new HttpClient({ parallelMax: this.parallelMax, timeoutMs: settings.timeoutSeconds * 1000 })
    this.#headers = { 'content-type': 'application/json', authorization: `Bearer ${settings.apiKey}` }
  }

  async send(batch: readonly OutgoingMessage[], signal: AbortSignal): Promise<SendOutcome[]> {
    if (signal.aborted) return batch.map(() => ({ kind: 'throttled' }))
    const messages: WireMessage[] = batch.map((message) => ({ to: message.address, text: message.text, reference: String(message.messageId) }))
    const single = messages.length === 1
    const body = single ? { ...messages[0], callbackUrl: this.#callbackUrl } : { callbackUrl: this.#callbackUrl, messages }
    const answer = await this.#client.post(this.#url(single ? '/message' : '/messages'), this.#headers, JSON.stringify(body))
    this.#error = failureText(answer)
    return outcomes(answer, batch.length)
  }

  async check(): Promise<CheckResult> {
    const answer = await this.#client.post(this.#url('/check'), this.#headers, '{}')
    if (answer.kind === 'answer' && answer.status === 200) return { ok: true, error: null }
    const reason = failureText(answer) ?? `HTTP ${answer.kind === 'answer' ? answer.status : ''}`
    return { ok: false, error: { zh: `沙箱网络没有正常应答：${reason}`, en: `The sandbox network did not answer properly: ${reason}` } }
  }

  status(): { state: 'ready' | 'failing'; error: string | null } {
    return { state: this.#error ? 'failing' : 'ready', error: this.#error }
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  #url(path: string): string {
    return this.#settings.endpoint.replace(/\/+$/, '') + path
  }
}

/** What is wrong with the account as a whole, if anything. */
function failureText(answer: HttpAnswer): string | null {
  if (answer.kind !== 'answer') return answer.error
  return answer.status === 200 || answer.status === 429 || answer.status === 422 ? null : `HTTP ${answer.status}`
}

/** 429 and 503: not taken. 401, 403, 404: the account is set up wrongly, no message is to blame. Any other failure leaves it open. */
function outcomes(answer: HttpAnswer, count: number): SendOutcome[] {
  const all = (outcome: SendOutcome): SendOutcome[] => Array.from({ length: count }, () => outcome)
  if (answer.kind === 'notSent') return all({ kind: 'throttled', retryAfterMs: downPauseMs })
  if (answer.kind === 'lost') return all({ kind: 'ambiguous', code: `HTTP:${answer.error}` })
  if (answer.status === 429) return all({ kind: 'throttled', retryAfterMs: pauseMs })
  if (answer.status === 503) return all({ kind: 'transient', code: 'HTTP:503' })
  if ([401, 403, 404].includes(answer.status)) return all({ kind: 'throttled', retryAfterMs: downPauseMs })
  if (answer.status === 400) return all({ kind: 'permanent', class: 'rejected', code: 'HTTP:400' })
  const results = answer.status === 200 ? readResults(answer.text, count) : undefined
  return results ? results.map(outcomeOf) : all({ kind: 'ambiguous', code: answer.status === 200 ? 'HTTP:rubbish' : `HTTP:${answer.status}` })
}

function readResults(text: string, count: number): WireResult[] | undefined {
  try {
    const json: unknown = JSON.parse(text)
    const results = count === 1 ? [WireResult.parse(json)] : WireAnswer.parse(json).results
    return results.length === count ? results : undefined
  } catch {
    return undefined
  }
}

function outcomeOf(result: WireResult): SendOutcome {
  if ('id' in result) return { kind: 'accepted', vendorIds: [result.id], parts: result.parts }
  if (result.error === 'THROTTLED') return { kind: 'throttled', retryAfterMs: pauseMs }
  if (result.error === 'BUSY') return { kind: 'transient', code: result.error }
  const failureClass = result.error === 'INVALID_NUMBER' ? 'invalidNumber' : classifyCarrierCode(result.error)
  return { kind: 'permanent', class: failureClass === 'unknown' ? 'rejected' : failureClass, code: result.error }
}
