import type { LocaleText } from '../../../../contracts/common.ts'
import { maskAddress } from '../../people/index.ts'

const depthMax = 4
const answerShownMax = 200
const fine: ReadonlySet<unknown> = new Set([0, '0', '0000', '00000', '000000', 1, '1', 200, '200', 10000, '10000', 'ok', 'OK', 'success', 'SUCCESS', true])
const codeKeys = ['errcode', 'err_code', 'errorCode', 'error_code', 'code'] as const

type Json = Record<string, unknown>

/**
 * Why an answer may hold nothing where the items should be: they stand elsewhere, or it says with a polite 200 that it refuses. Null when it
 * just has none: many interfaces leave an empty list out.
 */
export function whyNoItems(body: unknown, path: string): LocaleText | null {
  if (!isObject(body)) return null
  const elsewhere = findList(body, '', depthMax)
  if (elsewhere !== null)
    return {
      zh: `「${path}」处没有数据，应答里的列表在「${elsewhere}」：请改「数据路径」`,
      en: `There is nothing at ${path}; the answer has a list at ${elsewhere}: change the path of the items`,
    }
  if (!refuses(body)) return null
  const shown = maskAddress(JSON.stringify(body).slice(0, answerShownMax))
  return { zh: `接口应答里没有数据，它说：${shown}`, en: `The answer holds no data; it says: ${shown}` }
}

/** Where the first list of objects stands. */
function findList(value: Json, at: string, depth: number): string | null {
  for (const [key, inner] of Object.entries(value)) {
    const place = at === '' ? key : `${at}.${key}`
    if (Array.isArray(inner) && isObject(inner[0])) return place
    const found = isObject(inner) && depth > 1 ? findList(inner, place, depth - 1) : null
    if (found !== null) return found
  }
  return null
}

function refuses(body: Json): boolean {
  if (body['success'] === false || (body['error'] !== undefined && body['error'] !== null && body['error'] !== '')) return true
  return codeKeys.some((key) => body[key] !== undefined && body[key] !== null && !fine.has(body[key]))
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
