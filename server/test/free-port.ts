import { randomInt } from 'node:crypto'
import net from 'node:net'

/**
 * A port that nobody listens on, below those that the system gives to connections and to whoever asks for any: in between, until it is used or while what
 * listens on it is started again, nobody else comes by it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000)
    const server = net.createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!isFree) continue
    await new Promise((resolve) => server.close(resolve))
    return port
  }
}
