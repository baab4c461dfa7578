import { AppError, errorMessage } from '../errors.ts'

/** A statement or a row that the engine refused: a mistake of ours, not a state of the warehouse. `code` is ClickHouse's number. */
export class WarehouseError extends Error {
  readonly code: number

  constructor(code: number, message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'WarehouseError'
    this.code = code
  }
}

/** Limits of a statement that were passed: TOO_MANY_ROWS, TIMEOUT_EXCEEDED, TOO_SLOW, SET_SIZE_LIMIT, MEMORY_LIMIT, TOO_MANY_BYTES, and both. */
const limitCodes = new Set([158, 159, 160, 191, 241, 307, 396])

/** The engine or its disk is in trouble; the same statement may pass later (ClickHouse's ErrorCodes.cpp). */
const brokenCodes = new Set([
  40, 74, 75, 76, 77, 84, 95, 107, 159, 173, 201, 202, 209, 210, 225, 236, 242, 243, 244, 252, 279, 285, 286, 319, 364, 373, 425, 439, 516, 599, 606, 668, 999,
  1000, 1001, 1002,
])

const queryWasCancelled = 394

const messageCharactersMax = 1000

/** ClickHouse's code of an error of chDB or of the client, when it bears one. */
export function engineCode(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null) return undefined
  const { clickhouseCode, code } = thrown as { clickhouseCode?: unknown; code?: unknown }
  if (typeof clickhouseCode === 'number') return clickhouseCode
  if (typeof code === 'string' && /^\d+$/.test(code)) return Number(code)
  const found = /Code: (\d+)\. DB::Exception/.exec(errorMessage(thrown))
  return found ? Number(found[1]) : undefined
}

/** What went wrong in the terms of the port: `rule-too-costly`, `unavailable` or a `WarehouseError`; an abort is thrown as its reason. */
export function translateError(thrown: unknown, signal?: AbortSignal): unknown {
  if (thrown instanceof AppError || thrown instanceof WarehouseError) return thrown
  const code = engineCode(thrown)
  if (signal?.aborted && (code === queryWasCancelled || code === undefined)) return signal.reason
  // The engine repeats the whole statement in its messages.
  const message = errorMessage(thrown).slice(0, messageCharactersMax)
  // NOTE: "total" is the limit of the whole engine: others' statements used the memory up, the rule is not to blame.
  if (code !== undefined && limitCodes.has(code) && !message.includes('(total)')) return new AppError('rule-too-costly', { cause: thrown })
  if (code === undefined || brokenCodes.has(code) || limitCodes.has(code) || code === queryWasCancelled) return unavailable(message, thrown)
  return new WarehouseError(code, message, thrown)
}

/** The warehouse cannot answer now. */
export function unavailable(why: string, cause?: unknown): AppError {
  return new AppError('unavailable', { zh: `数据仓库暂不可用：${why}`, en: `The warehouse is not available: ${why}`, cause })
}
