import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Taken {
  reference: string
  to: string
  text: string
  id: string
  atMs: number
}

type Manner = 'accept' | 'hang' | 'reset' | 'rubbish' | 'throttle' | 'busy' | { error: string }

/** A network on the sandbox's wire that counts what it really took, message by message. */
export interface Sink {
  url: string
  taken: Taken[]
  /** How often each of our messages was taken. */
  times(): Map<string, number>
  behave(manner: Manner | ((to: string) => Manner)): void
  /** Called before an answer to accepted messages goes out. */
  beforeAnswer: (() => Promise<void>) | null
  stop(): Promise<void>
}

export async function startSink(): Promise<Sink> {
  let manner: Manner | ((to: string) => Manner) = 'accept'
  let nextId = 1
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  const sink: Sink = {
    url: '',
    taken: [],
    times: () => {
      const times = new Map<string, number>()
      for (const { reference } of sink.taken) times.set(reference, (times.get(reference) ?? 0) + 1)
      return times
    },
    behave: (next) => (manner = next),
    beforeAnswer: null,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { messages?: Taken[] } & Taken
    const messages = body.messages ?? [body]
    const mannerOf = (to: string): Manner => (typeof manner === 'function' ? manner(to) : manner)
    const first = mannerOf(messages[0]?.to ?? '')
    if (first === 'throttle') return void response.writeHead(429).end('{}')
    if (first === 'busy') return void response.writeHead(503).end('{}')
    const results = messages.map(({ to, text, reference }) => {
      const each = mannerOf(to)
      if (typeof each === 'object') return each
      const id = `v${nextId++}`
      sink.taken.push({ reference, to, text, id, atMs: Date.now() })
      return { id, parts: Math.max(1, text.length <= 70 ? 1 : Math.ceil(text.length / 67)) }
    })
    if (first === 'hang') return
    if (first === 'reset') return void response.destroy()
    if (first === 'rubbish') return void response.writeHead(200).end('<html>')
    await sink.beforeAnswer?.()
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body.messages ? { results } : results[0]))
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  sink.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return sink
}
