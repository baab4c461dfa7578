import { pino, type DestinationStream, type Logger } from 'pino'
import type { Config } from './config.ts'
import { scrub, scrubText } from './scrub.ts'

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
      bindings: (fields: Record<string, unknown>) => scrub(fields) as Record<string, unknown>,
    },
    hooks: {
      logMethod(this: Logger, values: Parameters<pino.LogFn>, write: pino.LogFn) {
        const scrubbed = values.map((value: unknown) => (typeof value === 'string' ? scrubText(value) : value))
        write.apply(this, scrubbed as Parameters<pino.LogFn>)
      },
    },
  }
  return destination ? pino(options, destination) : pino(options)
}
