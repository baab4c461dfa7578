import { createHash } from 'node:crypto'
import type { Transform } from '../../../../contracts/connector-mapping.ts'
import { parseMoneyFen, timeParser } from '../../collect/index.ts'
import { coerceAttribute, isRejection } from '../../people/index.ts'
import { assertNever } from '../../platform/errors.ts'
import { MappingProblem } from './mapping-problem.ts'
import { asText } from './template.ts'

/** What a transform needs besides the value. */
export interface TransformContext {
  /** The workspace's zone. */
  timezone: string
}

const reducers = new Set<Transform['kind']>(['first', 'join', 'count', 'sum'])
const epochMsMax = 8.64e15

/** Does one transform. Nothing stays nothing; of a list every element is transformed, but for the transforms that make one value of it. */
export function transform(value: unknown, step: Transform, context: TransformContext): unknown {
  if (reducers.has(step.kind)) return reduce(value, step)
  if (value === undefined || value === null) return undefined
  if (Array.isArray(value)) return value.map((element) => transform(element, step, context)).filter((element) => element !== undefined)
  return transformOne(value, step, context)
}

function transformOne(value: unknown, step: Transform, { timezone }: TransformContext): unknown {
  const text = asText(value)
  if (text === undefined) return typeof value === 'object' && step.kind === 'text' ? JSON.stringify(value) : undefined
  switch (step.kind) {
    case 'trim':
      return text.trim()
    case 'lower':
      return text.toLowerCase()
    case 'upper':
      return text.toUpperCase()
    case 'text':
      return text
    case 'number':
      return toNumber(text)
    case 'boolean':
      return toBoolean(text)
    case 'fenToYuan':
      return fenToYuan(text)
    case 'epochSeconds':
      return fromEpoch(text, 1000)
    case 'epochMilliseconds':
      return fromEpoch(text, 1)
    case 'date':
      return toInstant(text, step.timezone ?? timezone)
    case 'map':
      return step.table && Object.hasOwn(step.table, text) ? step.table[text] : step.otherwise
    case 'sha256':
    case 'md5':
      return createHash(step.kind).update(text, 'utf8').digest('hex')
    case 'first':
    case 'join':
    case 'count':
    case 'sum':
      return reduce(value, step)
    default:
      return assertNever(step.kind)
  }
}

function reduce(value: unknown, step: Transform): unknown {
  const list = value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]
  if (step.kind === 'count') return list.length
  if (step.kind === 'first' || list.length === 0) return list[0]
  if (step.kind === 'sum') return list.reduce<number>((sum, each) => sum + toNumber(asText(each) ?? '0'), 0)
  return list.map((each) => asText(each) ?? '').join(step.separator ?? ',')
}

function toNumber(text: string): number {
  const number = coerceAttribute('number', text)
  if (typeof number !== 'number') throw new MappingProblem({ zh: '不是数字', en: 'Not a number' })
  return number
}

function toBoolean(text: string): boolean {
  const value = coerceAttribute('boolean', text)
  if (isRejection(value) || typeof value !== 'boolean') throw new MappingProblem({ zh: '不是 是/否、true/false、1/0', en: 'Not yes/no, true/false or 1/0' })
  return value
}

function fenToYuan(text: string): number {
  if (!/^[+-]?\d{1,15}$/.test(text)) throw new MappingProblem({ zh: '不是以分为单位的整数', en: 'Not a whole number of fen' })
  return Number(text) / 100
}

function fromEpoch(text: string, unitMs: number): string {
  const ms = Number(text) * unitMs
  if (!/^\d+(\.\d+)?$/.test(text) || ms > epochMsMax) throw new MappingProblem({ zh: '不是时间戳', en: 'Not a number since 1970' })
  return new Date(Math.trunc(ms)).toISOString()
}

function toInstant(text: string, timezone: string): string {
  const time = timeParser(timezone)(text)
  if (!time || Math.abs(time.ms) > epochMsMax) throw new MappingProblem({ zh: '不是可识别的时间', en: 'Not a time that can be read' })
  return new Date(time.ms).toISOString()
}

/** A time as epoch milliseconds: an instant, a written time, or seconds or milliseconds since 1970. */
export function readTimeMs(value: unknown, timezone: string): number {
  const text = asText(value) ?? ''
  const time = timeParser(timezone)(text)
  if (!time || Math.abs(time.ms) > epochMsMax) throw new MappingProblem({ zh: '不是可识别的时间', en: 'Not a time that can be read' })
  return time.ms
}

/** Money in fen. */
export function readAmountFen(value: unknown, unit: 'yuan' | 'fen'): number {
  const text = asText(value) ?? ''
  const fen = unit === 'yuan' ? parseMoneyFen(text) : /^[+-]?\d{1,15}$/.test(text) ? Number(text) : null
  if (fen === null)
    throw new MappingProblem(
      unit === 'yuan' ? { zh: '不是以元为单位的金额', en: 'Not an amount in yuan' } : { zh: '不是以分为单位的整数', en: 'Not a whole number of fen' },
    )
  return fen
}
