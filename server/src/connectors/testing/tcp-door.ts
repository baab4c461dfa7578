import net, { type AddressInfo } from 'node:net'

export interface TcpDoor {
  host: string
  port: number
  close(): Promise<void>
}

/** A TCP port in front of a PostgreSQL that only listens on a socket of the file system, as somebody else's database would be reached. */
export async function openTcpDoor(address: { host: string; port: number }): Promise<TcpDoor> {
  const sockets = new Set<net.Socket>()
  const server = net.createServer((near) => {
    const far = address.host.startsWith('/') ? net.connect(`${address.host}/.s.PGSQL.${address.port}`) : net.connect(address.port, address.host)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
