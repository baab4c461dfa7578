import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ArrivedText, PeerManner, ProviderPeer, StartPeer } from '../../testing/conformance.ts'
import type { CallbackRequest } from '../../provider.ts'
import { splitText } from '../../sms-parts.ts'
import { signatureHeader, signCallback, type WireEvent, type WireMessage } from '../wire.ts'

const apiKey = 'conformance-key'
const at = '2026-01-02T03:04:05.000Z'

/** The sandbox network's wire, obedient: it does what it is told, at once. */
class SandboxPeer {
  readonly server: Server = createServer((request, response) => {
    this.#serve(request, response).catch(() => response.destroy())
  })
  readonly arrived: ArrivedText[] = []
  manner: PeerManner = 'accept'

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    if (request.headers.authorization !== `Bearer ${apiKey}`) return json(response, 401, {})
    if (request.url === '/check') return json(response, 200, {})
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { messages?: WireMessage[] } & WireMessage
    const results = (): unknown[] => (body.messages ?? [body]).map((message) => this.#take(message))
    switch (this.manner) {
      case 'hang':
        return undefined
      case 'throttle':
        return json(response, 429, {})
      case 'rubbish':
        return void response.writeHead(200).end('<html>502 Bad Gateway</html>')
      case 'reset':
        response.writeHead(200, { 'content-length': 500 })
        return void response.write('{"results":[{"id":"', () => response.destroy())
      case 'accept':
      case 'badNumber':
        return json(response, 200, body.messages ? { results: results() } : results()[0])
    }
  }

  #take({ to, text }: WireMessage): unknown {
    if (this.manner === 'badNumber') return { error: 'INVALID_NUMBER' }
    this.arrived.push({ address: to, text })
    return { id: randomUUID(), parts: splitText(text).length }
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function callbackOf(event: WireEvent, key = apiKey): CallbackRequest {
  const body = Buffer.from(JSON.stringify({ events: [event] }))
  return { headers: { 'content-type': 'application/json', [signatureHeader]: signCallback(key, body) }, body }
}

export const startPeer: StartPeer = async ({ callback }) => {
  const network = new SandboxPeer()
  await new Promise<void>((resolve) => network.server.listen(0, '127.0.0.1', resolve))
  const config = { endpoint: `http://127.0.0.1:${(network.server.address() as AddressInfo).port}`, apiKey, timeoutSeconds: 60 }
  const peer: ProviderPeer = {
    config,
    impatient: { timeoutSeconds: 1 },
    wrongConfig: { ...config, apiKey: 'not the key' },
    behave: (manner) => (network.manner = manner),
    arrived: () => network.arrived,
    report: async (id, to, state) => callback(callbackOf({ type: 'receipt', id, to, state, at })),
    reply: async (from, text) => callback(callbackOf({ type: 'reply', id: randomUUID(), from, text, at })),
    invalidNumberCode: 'MK:0001',
    forged: (id, to) => callbackOf({ type: 'receipt', id, to, state: 'DELIVRD', at }, 'guessed-key'),
    async stop() {
      network.server.closeAllConnections()
      await new Promise((resolve) => network.server.close(resolve))
    },
  }
  return peer
}
