// Loopback networks in a process of their own: they accept everything at once. Speaks the sandbox's HTTP wire and SMPP 3.4.
import { createServer as createHttpServer } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { answerBit, command, encodePdu, idBody, PduStream, type Pdu } from '../../server/src/channels/smpp/codec.ts'

export interface SinkPorts {
  httpPort: number
  smppPort: number
}

let nextId = 1

const http = createHttpServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { messages?: unknown[] }
    const take = () => ({ id: (nextId++).toString(36), parts: 1 })
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body.messages ? { results: body.messages.map(take) } : take()))
  })
})

const smpp = createTcpServer((socket) => {
  socket.setNoDelay(true)
  const stream = new PduStream()
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    socket.cork()
    for (const pdu of stream.push(chunk)) answer(socket, pdu)
    socket.uncork()
  })
})

function answer(socket: Socket, pdu: Pdu): void {
  if (pdu.commandId >= answerBit) return
  const body = pdu.commandId === command.submitSm ? idBody((nextId++).toString(16)) : pdu.commandId === command.bindTransceiver ? idBody('sink') : undefined
  socket.write(encodePdu((pdu.commandId | answerBit) >>> 0, pdu.sequence, body))
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

const ports: SinkPorts = { httpPort: await listen(http), smppPort: await listen(smpp) }
process.send?.(ports)
