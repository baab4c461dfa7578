/** The part of npm `smpp` 0.5.1 that the tests use as an independent SMSC; the package has no types. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events'
  import type { Server, Socket } from 'node:net'

  export class PDU {
    constructor(command: string, options?: Record<string, unknown>)
    command: string
    command_status: number
    sequence_number: number
    system_id: string
    password: string
    source_addr: string
    destination_addr: string
    esm_class: number
    registered_delivery: number
    data_coding: number
    short_message: { message: string | Buffer; udh?: Buffer[] }
    response(options?: Record<string, unknown>): PDU
  }
  export interface Session extends EventEmitter {
    socket: Socket
    send(pdu: PDU, onResponse?: (pdu: PDU) => void): boolean
    destroy(): void
    deliver_sm(options: Record<string, unknown>, onResponse?: (pdu: PDU) => void): boolean
  }
  interface Smpp {
    createServer(listener: (session: Session) => void): Server
    PDU: typeof PDU
  }
  const smpp: Smpp
  export default smpp
}
