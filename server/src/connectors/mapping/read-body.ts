import { parse } from 'lossless-json'
import type { Decoding, Mapping } from '../../../../contracts/connector-mapping.ts'
import { cleanText } from '../../people/index.ts'
import { assertNever } from '../../platform/errors.ts'
import { MappingProblem } from './mapping-problem.ts'
import { parsePath, replaceAt } from './path.ts'

const depthMax = 60

/**
 * JSON with numbers that JavaScript would round kept as text: numbers of orders and buyers are longer than 2^53.
 * Throws a MappingProblem that names the line when it is none.
 */
export function parseJson(text: string): unknown {
  refuseDeep(text)
  try {
    return parse(cleanText(text.replace(/^\uFEFF/, '')), null, exactNumber)
  } catch (error) {
    const position = /position (\d+)/.exec((error as Error).message)?.[1]
    const line = position === undefined ? 1 : text.slice(0, Number(position)).split('\n').length
    throw new MappingProblem({ zh: `不是有效的 JSON（第 ${line} 行）`, en: `Not valid JSON (line ${line})` })
  }
}

function exactNumber(text: string): number | string {
  const number = Number(text)
  if (Number.isSafeInteger(number)) return number
  if (!Number.isFinite(number) || !/[.eE]/.test(text)) return text
  return String(number) === text || text.replaceAll(/[-.]|e.*$/gi, '').length <= 15 ? number : text
}

/** Deeper nesting than any message has would overflow the stack of the parser. */
function refuseDeep(text: string): void {
  let depth = 0
  let isText = false
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (isText) {
      if (code === 0x5c) at += 1
      else if (code === 0x22) isText = false
    } else if (code === 0x22) isText = true
    else if (code === 0x7b || code === 0x5b) depth += 1
    else if (code === 0x7d || code === 0x5d) depth -= 1
    if (depth > depthMax) throw new MappingProblem({ zh: `嵌套超过 ${depthMax} 层`, en: `Nested deeper than ${depthMax} levels` })
  }
}

/** The fields of a form; of a repeated one the last counts. */
export function parseForm(text: string): Record<string, string> {
  return Object.fromEntries([...new URLSearchParams(text)].map(([name, value]) => [name, cleanText(value)]))
}

/** The body of a request as the mapping says, or as it looks: JSON, else a form. */
export function readBody(body: Buffer, contentType: string, format: Mapping['bodyFormat']): unknown {
  const text = new TextDecoder('utf-8').decode(body)
  switch (format) {
    case 'json':
      return parseJson(text)
    case 'form':
      return parseForm(text)
    case 'jsonLines':
      return text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => parseJson(line))
    case 'auto':
      return /^application\/x-www-form-urlencoded/i.test(contentType) && !/^\s*[[{]/.test(text) ? parseForm(text) : parseJson(text)
    default:
      return assertNever(format)
  }
}

/** Puts what is written inside texts in their place, in order. Throws a MappingProblem for a text that is not what it should be. */
export function decodeInside(value: unknown, decodings: readonly Decoding[], onProblem: (index: number, problem: MappingProblem) => void): unknown {
  const holder = { value }
  for (const [index, { path, kind }] of decodings.entries()) {
    const parsed = parsePath(path)
    if (!parsed) continue
    try {
      replaceAt(holder, parsed, (inner) => (typeof inner === 'string' && inner !== '' ? decode(inner, kind) : inner))
    } catch (error) {
      if (!(error instanceof MappingProblem)) throw error
      onProblem(index, error)
    }
  }
  return holder.value
}

function decode(text: string, kind: Decoding['kind']): unknown {
  switch (kind) {
    case 'json':
      return parseJson(text)
    case 'urlEncodedJson':
      return parseJson(urlDecoded(text))
    case 'base64Json':
      return parseJson(Buffer.from(text, 'base64').toString('utf8'))
    case 'form':
      return parseForm(text)
    default:
      return assertNever(kind)
  }
}

/** Some senders write a space as `+`. */
function urlDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'))
  } catch {
    throw new MappingProblem({ zh: '不是 URL 编码的文本', en: 'Not URL-encoded text' })
  }
}
