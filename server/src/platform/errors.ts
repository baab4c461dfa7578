import { errorCatalogue, type ErrorName, type Problem } from '../../../contracts/errors.ts'

interface ErrorWords {
  /** What happened and what to do, in both languages; the catalogue's sentence when left out. */
  zh?: string
  en?: string
  problems?: Problem[]
  cause?: unknown
  /** Seconds after which a retry makes sense (`throttled`, `unavailable`). */
  retryAfterSeconds?: number
}

/** The only error domain code throws on purpose. One adapter in `http/` turns it into problem+json; anything else becomes `internal`. */
export class AppError extends Error {
  readonly errorName: ErrorName
  readonly zh: string
  readonly en: string
  readonly problems: Problem[]
  readonly retryAfterSeconds: number | undefined

  constructor(errorName: ErrorName, words: ErrorWords = {}) {
    const catalogue = errorCatalogue[errorName]
    super(words.en ?? catalogue.en, { cause: words.cause })
    this.name = 'AppError'
    this.errorName = errorName
    this.zh = words.zh ?? catalogue.zh
    this.en = words.en ?? catalogue.en
    this.problems = words.problems ?? []
    this.retryAfterSeconds = words.retryAfterSeconds
  }
}

/** The thing does not exist in this workspace (whatever other workspaces hold). */
export function notFound(noun: { zh: string; en: string }): AppError {
  return new AppError('not-found', { zh: `没有找到该${noun.zh}，可能已被删除`, en: `This ${noun.en} does not exist; it may have been deleted` })
}

/** Ends an exhaustive switch: a new case of the union becomes a type error here. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`)
}

/** The message of anything thrown. */
export function errorMessage(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
