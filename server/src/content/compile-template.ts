import type { RenderedSms } from '../../../contracts/content.ts'
import type { Problem } from '../../../contracts/errors.ts'
import { liquid } from './liquid-engine.ts'
import { parseBody, type BodyPiece } from './parse-body.ts'
import { smsParts, smsUnitsMax } from './sms-length.ts'

/** The words of a message, as a template or a launched campaign holds them. */
export interface MessageWords {
  category: 'marketing' | 'notice'
  signature: string
  body: string
  optOutText: string
}

export interface CompiledTemplate {
  /** Names of all variables, in order of appearance. */
  variables: readonly string[]
  /** Attributes without a fallback, which a plan can check in sets: a person who lacks one cannot get the message. The rest is found when rendering. */
  required: readonly string[]
  /** What is wrong with the words themselves, whoever gets them; `at` is a field. */
  problems: readonly Problem[]
  /** The text for one person from attributes by key. Never throws: what is wrong is in `missing` and `problems`. */
  render(person: Readonly<Record<string, unknown>>): RenderedSms
}

/** Variables that are no attributes of a person but identifiers. */
const identityVariables: ReadonlySet<string> = new Set(['member_no', 'user_id'])

const cacheMax = 200
const cache = new Map<string, CompiledTemplate>()

/** Compiles the words of a message; the same words are compiled once. */
export function compileTemplate(words: MessageWords): CompiledTemplate {
  const { category, signature, body, optOutText } = words
  const key = JSON.stringify([category, signature, body, optOutText])
  const known = cache.get(key)
  if (known) return known
  const compiled = compile(words)
  if (cache.size >= cacheMax) cache.delete(cache.keys().next().value ?? '')
  cache.set(key, compiled)
  return compiled
}

function compile(words: MessageWords): CompiledTemplate {
  const parsed = parseBody(words.body)
  const pieces = 'pieces' in parsed ? parsed.pieces : []
  const used = pieces.filter((piece) => piece.kind === 'variable')
  const names = (of: typeof used) => [...new Set(of.map((piece) => piece.name))]
  const constant = frame(words, pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join(''))
  const problems = [...('problems' in parsed ? parsed.problems : []), ...checkWords(words), ...checkLength(constant)]
  return {
    variables: names(used),
    required: names(used.filter((piece) => !piece.hasFallback && !identityVariables.has(piece.name) && !piece.name.includes('.'))),
    problems,
    render: (person) => render({ words, pieces, problems }, person),
  }
}

/** 【signature】 first, the opt-out text last on marketing. */
function frame({ category, signature, optOutText }: MessageWords, body: string): string {
  return `【${signature}】${body}${category === 'marketing' ? optOutText : ''}`
}

function checkWords({ category, body, optOutText }: MessageWords): Problem[] {
  const problems: Problem[] = []
  if (/[【】]/.test(body))
    problems.push({ at: 'body', zh: '正文不能含有【】，签名会自动加在最前', en: 'The body must not hold 【】; the signature is put in front by itself' })
  if (category === 'marketing' && optOutText === '')
    problems.push({
      at: 'optOutText',
      zh: '营销短信必须以退订说明结尾，如「拒收请回复R」',
      en: 'Marketing SMS must end with an opt-out text, such as 拒收请回复R',
    })
  if (/[【】]/.test(optOutText)) problems.push({ at: 'optOutText', zh: '退订说明不能含有【】', en: 'The opt-out text must not hold 【】' })
  return problems
}

function checkLength(text: string): Problem[] {
  if (text.length <= smsUnitsMax) return []
  return [{ at: 'body', zh: `全文 ${text.length} 个字符，超过上限 ${smsUnitsMax}`, en: `The text has ${text.length} characters, more than ${smsUnitsMax}` }]
}

interface Compiled {
  words: MessageWords
  pieces: readonly BodyPiece[]
  problems: readonly Problem[]
}

function render({ words, pieces, problems: ofWords }: Compiled, person: Readonly<Record<string, unknown>>): RenderedSms {
  const missing = new Set<string>()
  const problems = [...ofWords]
  let body = ''
  for (const piece of pieces) {
    if (piece.kind === 'text') {
      body += piece.text
      continue
    }
    const value = renderVariable(piece, person)
    if (value === null) missing.add(piece.name)
    else if (link.test(value)) problems.push(linkInside(piece.name))
    body += value ?? ''
  }
  const text = frame(words, body)
  if (!problems.some((problem) => problem.at === 'body')) problems.push(...checkLength(text))
  return { text, units: text.length, parts: smsParts(text.length), missing: [...missing], problems }
}

/** Null when the person has no value and the template no fallback (or its fallback is a variable without value). */
function renderVariable(piece: Extract<BodyPiece, { kind: 'variable' }>, person: Readonly<Record<string, unknown>>): string | null {
  if (!piece.hasFallback && isBlank(valueOf(person, piece.name))) return null
  let value: string
  try {
    value = clean(String(liquid.renderSync([piece.template], person)))
  } catch {
    return null
  }
  return value === '' && !piece.hasFallback ? null : value
}

function valueOf(person: Readonly<Record<string, unknown>>, name: string): unknown {
  let value: unknown = person
  for (const step of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string, unknown>)[step]
  }
  return value
}

const isBlank = (value: unknown) => value === undefined || value === null || (typeof value === 'string' && value.trim() === '')

/** A value is somebody else's text: it must not forge a signature or break the line. */
function clean(value: string): string {
  return value
    .replaceAll(/[【】]/g, '')
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
}

const link = /https?:\/\/|www\.|\b[a-z0-9-]+\.(?:com|cn|net|org|top|vip|cc|xyz|io|me)\b/i

function linkInside(name: string): Problem {
  return { at: `variables.${name}`, zh: `变量「${name}」的值含有链接，运营商会拦截`, en: `The value of “${name}” holds a link, which carriers block` }
}
