import { Agent, request } from 'undici'

/**
 * - answer: the provider said something
 * - notSent: the request surely never reached it
 * - lost: it may have reached it, and nobody knows what became of it
 */
export type HttpAnswer = { kind: 'answer'; status: number; text: string } | { kind: 'notSent'; error: string } | { kind: 'lost'; error: string }

/** Failures of name look-up and of connecting: no byte of the request has left. */
const notSentCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_INVALID_ARG',
  'ERR_INVALID_URL',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])
const answerBytesMax = 4 * 1024 * 1024

function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : error instanceof Error ? error.name : 'error'
}

/** Posts to a provider and says precisely how far a request got. Never retries, never follows a redirect. */
export class HttpClient {
  readonly #agent: Agent
  readonly #timeoutMs: number

  constructor(options: { parallelMax: number; timeoutMs: number }) {
    this.#timeoutMs = options.timeoutMs
    this.#agent = new Agent({
      connections: options.parallelMax,
      connect: { timeout: Math.min(options.timeoutMs, 5000) },
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
      maxResponseSize: answerBytesMax,
    })
  }

  async post(url: string, headers: Record<string, string>, body: string): Promise<HttpAnswer> {
    try {
      const answer = await request(url, { method: 'POST', headers, body, dispatcher: this.#agent, signal: AbortSignal.timeout(this.#timeoutMs) })
      return { kind: 'answer', status: answer.statusCode, text: await answer.body.text() }
    } catch (error) {
      const code = errorCode(error)
      return { kind: notSentCodes.has(code) ? 'notSent' : 'lost', error: code }
    }
  }

  close(): Promise<void> {
    return this.#agent.close()
  }
}
