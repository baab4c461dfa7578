import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** What happens to a request: refused, let through, or let through with the connection cut in the middle of the answer. */
export type Mishap = { refuse: number; retryAfterSeconds?: number } | 'cut' | 'pass'

export interface FlakyProxy {
  url: string
  /** Requests so far. */
  readonly requests: { method: string; path: string; mishap: Mishap }[]
  /** What happens to the next requests, one each; after that they pass. */
  prepare(...mishaps: Mishap[]): void
  stop(): Promise<void>
}

/** Stands between a client and the server and behaves like a bad network. Requests that a browser asks about first (OPTIONS) pass. */
export async function startFlakyProxy(target: string): Promise<FlakyProxy> {
  const planned: Mishap[] = []
  const requests: FlakyProxy['requests'] = []
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => void handle(request, response, Buffer.concat(chunks)).catch((error: unknown) => response.destroy(error as Error)))
  })

  async function handle(request: http.IncomingMessage, response: http.ServerResponse, body: Buffer): Promise<void> {
    const method = request.method ?? 'GET'
    const path = request.url ?? '/'
    const mishap = method === 'OPTIONS' ? 'pass' : (planned.shift() ?? 'pass')
    if (method !== 'OPTIONS') requests.push({ method, path, mishap })
    if (typeof mishap === 'object') {
      const retryAfter = mishap.retryAfterSeconds === undefined ? {} : { 'retry-after': String(mishap.retryAfterSeconds) }
      response.writeHead(mishap.refuse, { 'access-control-allow-origin': request.headers.origin ?? '*', ...retryAfter })
      response.end()
      return
    }
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers
    const answer = await fetch(target + path, {
      method,
      headers: headers as Record<string, string>,
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    })
    const bytes = Buffer.from(await answer.arrayBuffer())
    response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'content-length': bytes.length })
    if (mishap !== 'cut') {
      response.end(bytes)
      return
    }
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy())
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    prepare: (...mishaps) => void planned.push(...mishaps),
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
