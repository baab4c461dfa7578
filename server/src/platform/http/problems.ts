import type { Locale } from '../../../../contracts/common.ts'
import { errorCatalogue, type ErrorName, type ProblemAnswer } from '../../../../contracts/errors.ts'
import { AppError } from '../errors.ts'
import { isStoreAway } from '../store-away.ts'

/** What is answered for an error: RFC 9457 problem+json with the stable name and both languages. */
export function problemAnswer(error: AppError, locale: Locale, requestId: string): ProblemAnswer {
  return {
    type: `/errors/${error.errorName}`,
    title: locale === 'zh' ? error.zh : error.en,
    status: errorCatalogue[error.errorName].status,
    name: error.errorName,
    zh: error.zh,
    en: error.en,
    problems: error.problems,
    requestId,
  }
}

/** Errors of the HTTP layer itself, by its codes. */
const frameworkErrors: Record<string, ErrorName> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too-large',
  FST_REQ_FILE_TOO_LARGE: 'too-large',
  FST_FILES_LIMIT: 'too-large',
  FST_PARTS_LIMIT: 'too-large',
  FST_FIELDS_LIMIT: 'too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'unsupported-media',
  FST_ERR_MAX_PARAM_LENGTH: 'not-found',
}

/** The error to answer for anything thrown, and whether it was meant: what was not meant is logged with its stack. */
export function toAppError(thrown: unknown): { error: AppError; expected: boolean } {
  if (thrown instanceof AppError) return { error: thrown, expected: errorCatalogue[thrown.errorName].status < 500 }
  const { code, statusCode, message } = thrown as { code?: unknown; statusCode?: unknown; message?: unknown }
  const name = typeof code === 'string' ? frameworkErrors[code] : undefined
  if (name) return { error: new AppError(name, { cause: thrown }), expected: true }
  if (isStoreAway(thrown)) return { error: new AppError('unavailable', { cause: thrown, retryAfterSeconds: 5 }), expected: false }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) return { error: badRequest(String(message), thrown), expected: true }
  return { error: new AppError('internal', { cause: thrown }), expected: false }
}

function badRequest(message: string, cause: unknown): AppError {
  const text = /JSON/i.test(message)
    ? { zh: '请求体不是有效的 JSON', en: 'The body is not valid JSON' }
    : { zh: `请求无法读取：${message}`, en: `The request can not be read: ${message}` }
  return new AppError('validation', { cause, problems: [{ at: 'body', ...text }] })
}
