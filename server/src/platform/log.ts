import { pino, type Bindings, type ChildLoggerOptions, type DestinationStream, type Logger } from 'pino'
import type { Config } from './config.ts'
import { scrub, scrubLine } from './scrub.ts'

/** Structured log, one JSON object per line. What passes is scrubbed of personal data and secrets, whoever writes it. */
export type Log = Logger

/** The log of this process on standard output, or on `destination`. */
export function createLog(settings: Config['log'], destination?: DestinationStream): Log {
  const options = {
    level: settings.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: Record<string, unknown>) => scrub(fields) as Record<string, unknown>,
    },
    serializers: { err: (error: unknown) => error },
    // The last gate: every line passes here, also what messages and the bindings of children bring along.
    hooks: { streamWrite: scrubLine },
  }
  const log = destination ? pino(options, destination) : pino(options)
  const makeChild = log.child
  // Children inherit this method: fields bound to a child pass no formatter of the library.
  return Object.assign(log, {
    child(this: Logger, bindings: Bindings, childOptions?: ChildLoggerOptions) {
      return Reflect.apply(makeChild, this, [scrub(bindings), childOptions]) as Logger
    },
  })
}
