import type { Problem } from '../../../../contracts/errors.ts'
import type { AttributeType, Namespace } from '../../../../contracts/people.ts'
import { cleanText, coerceAttribute, isRejection, normaliseIdentity } from '../../people/index.ts'
import { maskPersonal } from './personal-values.ts'
import type { IncomingItem } from '../inbox-item.ts'
import type { KeyedColumn, MappedColumns } from './mapped-columns.ts'
import { parseMoneyFen } from './parse-money.ts'
import type { ParsedTime } from './parse-time.ts'
import type { FileRow } from './split-rows.ts'

type Traits = NonNullable<IncomingItem['traits']>

const dayMs = 86_400_000
const earliestMs = Date.UTC(2000, 0, 1)
const textLengthMax = 2000
/** The apostrophe that defuses a formula, e.g. in the bad rows that were downloaded from here. */
const apostrophe = 39
const formulaStart = /^'[=+\-@]/

/** The values of one row by what they are for; every value that does not fit adds a problem. */
export class RowValues {
  readonly problems: Problem[] = []
  readonly #mapped: MappedColumns
  readonly #row: FileRow
  readonly #parseTime: (text: string) => ParsedTime | null

  constructor(mapped: MappedColumns, row: FileRow, parseTime: (text: string) => ParsedTime | null) {
    this.#mapped = mapped
    this.#row = row
    this.#parseTime = parseTime
    if (row.values.length !== mapped.width) {
      this.#problem('', {
        zh: `这一行有 ${row.values.length} 列,表头有 ${mapped.width} 列`,
        en: `This row has ${row.values.length} columns, the header ${mapped.width}`,
      })
    }
  }

  /** Normalised, in the order of the file; a problem when there is none. */
  identities(): [Namespace, string][] {
    const identities: [Namespace, string][] = []
    for (const { index, namespace, header } of this.#mapped.identities) {
      const text = this.#at(index)
      if (text === '') continue
      const value = normaliseIdentity(namespace, text)
      if (typeof value === 'string') identities.push([namespace, value])
      else this.#problem(header, value)
    }
    if (identities.length === 0 && this.problems.length === 0) {
      this.#problem('', {
        zh: '没有任何可以认出客户的值(手机号、会员号等都为空)',
        en: 'Nothing in this row tells who it is (phone, member number and so on are all empty)',
      })
    }
    return identities
  }

  text(field: string): string {
    const index = this.#mapped.fields.get(field)
    return index === undefined ? '' : cleanText(this.#at(index))
  }

  requiredText(field: string, lengthMax: number): string {
    const text = this.text(field)
    if (text === '') this.#fieldProblem(field, { zh: '不能为空', en: 'must not be empty' })
    else if (text.length > lengthMax) this.#fieldProblem(field, { zh: `超过 ${lengthMax} 个字符`, en: `is longer than ${lengthMax} characters` })
    return text
  }

  /** An instant; null when empty. Times before 2000 are mistakes unless `anyPast`. */
  time(field: string, options: { latestMs?: number; endOfDay?: boolean } = {}): number | null {
    const text = this.text(field)
    if (text === '') return null
    const parsed = this.#parseTime(text)
    if (!parsed) {
      this.#fieldProblem(field, { zh: `「${shortened(text)}」不是时间`, en: `"${shortened(text)}" is not a time` })
      return null
    }
    const ms = options.endOfDay && parsed.isDay ? parsed.ms + dayMs - 1 : parsed.ms
    if (ms < earliestMs) this.#fieldProblem(field, { zh: `「${shortened(text)}」早于 2000 年`, en: `"${shortened(text)}" is before the year 2000` })
    if (options.latestMs !== undefined && ms > options.latestMs)
      this.#fieldProblem(field, { zh: `「${shortened(text)}」在未来`, en: `"${shortened(text)}" is in the future` })
    return ms
  }

  requiredTime(field: string, latestMs: number): number {
    const ms = this.time(field, { latestMs })
    if (ms === null && this.text(field) === '') this.#fieldProblem(field, { zh: '不能为空', en: 'must not be empty' })
    return ms ?? 0
  }

  amountFen(field: string): number | null {
    const text = this.text(field)
    if (text === '') return null
    const fen = parseMoneyFen(text)
    if (fen === null) this.#fieldProblem(field, { zh: `「${shortened(text)}」不是金额`, en: `"${shortened(text)}" is not an amount` })
    return fen
  }

  requiredAmountFen(field: string): number {
    const fen = this.amountFen(field)
    if (fen === null && this.text(field) === '') this.#fieldProblem(field, { zh: '不能为空', en: 'must not be empty' })
    return fen ?? 0
  }

  yesOrNo(field: string): boolean | null {
    const text = this.text(field)
    if (text === '') return null
    const value = coerceAttribute('boolean', text)
    if (typeof value === 'boolean') return value
    this.#fieldProblem(field, { zh: `「${shortened(text)}」应为 是/否`, en: `"${shortened(text)}" should be yes or no` })
    return null
  }

  traits(): Traits {
    const traits: Traits = {}
    for (const column of this.#mapped.attributes) {
      const text = this.#at(column.index)
      if (text === '') continue
      const value = coerceAttribute(column.type, text)
      if (isRejection(value)) this.#problem(column.header, value)
      else traits[column.key] = value
    }
    return traits
  }

  /** Values that do not fit the type of their column stay text: nothing is lost for an odd one. */
  properties(): Record<string, string | number | boolean> {
    const properties: Record<string, string | number | boolean> = {}
    for (const column of this.#mapped.properties) {
      const text = this.#at(column.index)
      if (text !== '') properties[column.key] = this.#property(column, text)
    }
    return properties
  }

  #property({ type }: KeyedColumn, text: string): string | number | boolean {
    if (needsNoCoercion(type)) return cleanText(text).slice(0, textLengthMax)
    const value = coerceAttribute(type, text)
    return isRejection(value) || typeof value === 'object' ? cleanText(text).slice(0, textLengthMax) : value
  }

  /** Adds a problem of a field that only the target can see. */
  fieldProblem(field: string, words: { zh: string; en: string }): void {
    this.#fieldProblem(field, words)
  }

  #at(index: number): string {
    const text = (this.#row.values[index] ?? '').trim()
    return text.charCodeAt(0) === apostrophe && formulaStart.test(text) ? text.slice(1) : text
  }

  #fieldProblem(field: string, words: { zh: string; en: string }): void {
    this.#problem(this.#mapped.headers[this.#mapped.fields.get(field) ?? -1] ?? field, words)
  }

  #problem(header: string, { zh, en }: { zh: string; en: string }): void {
    this.problems.push(header === '' ? { at: '', zh, en } : { at: header, zh: `「${header}」:${zh}`, en: `${header}: ${en}` })
  }
}

/** Dates of properties stay as written, with their time. */
function needsNoCoercion(type: AttributeType): boolean {
  return type === 'text' || type === 'date'
}

/** A value as it stands in the words of a problem: short, and masked in case the columns are mixed up. */
function shortened(text: string): string {
  return maskPersonal(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
