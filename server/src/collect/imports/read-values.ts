import type { LocaleText } from '../../../../contracts/common.ts'
import type { Problem } from '../../../../contracts/errors.ts'
import type { Namespace } from '../../../../contracts/people.ts'
import { cleanText, coerceAttribute, damagedNumber, isRejection, parseNumber, readBoolean, type NamespaceRules } from '../../people/index.ts'
import type { IncomingItem } from '../inbox-item.ts'
import type { KeyedColumn, MappedColumns } from './mapped-columns.ts'
import { parseMoneyFen } from './parse-money.ts'
import { maskPersonal } from './personal-values.ts'
import type { FileRow } from './split-rows.ts'
import type { KnownTags } from './values/known-tags.ts'
import { readCell } from './values/no-value.ts'
import { cityOf, parseRegion, provinceOf } from './values/parse-region.ts'
import { parseTags, type NamedTag } from './values/parse-tags.ts'
import type { TimeReader } from './values/time-reader.ts'

type Traits = NonNullable<IncomingItem['traits']>

/** What values of every row are read by. */
export interface ValueRules {
  mapped: MappedColumns
  namespaces: NamespaceRules
  times: TimeReader
  tags: KnownTags
}

/** A tag of one row, by its id or, when the row names it, by its name. */
export type RowTag = { id: string; value: string } | NamedTag

const dayMs = 86_400_000
const earliestMs = Date.UTC(2000, 0, 1)
const textLengthMax = 2000
const hash = 35
/** The apostrophe that defuses a formula, e.g. in the bad rows that were downloaded from here. */
const apostrophe = 39
const formulaStart = /^'[\t\r=+\-@＝＋－＠]/
const formulaErrors = new Set('#N/A #REF! #VALUE! #DIV/0! #NAME? #NUM! #NULL! #SPILL! #CALC! #GETTING_DATA #FIELD! #BLOCKED! #UNKNOWN!'.split(' '))
/** Yes to something else than messages. */
const noConsent = new Set(['已认证', '已绑定', '已关注', '支持', '正确'])
const onlyZeroes = /^0+$/
const onlyDigits = /^\d{5,8}(?:\.\d+)?$/
const spacedName = /^[\p{Script=Han}·]+(?:\s+[\p{Script=Han}·]+)+$/u

/** The values of one row by what they are for; every value that does not fit adds a problem. */
export class RowValues {
  readonly problems: Problem[] = []
  readonly #rules: ValueRules
  readonly #row: FileRow

  constructor(rules: ValueRules, row: FileRow) {
    this.#rules = rules
    this.#row = row
    const { width, mayEndEarly } = rules.mapped
    const { values } = row
    if (values.length === width || (mayEndEarly && values.length < width)) return
    if (values.length > width && values.slice(width).every((value) => value.trim() === '')) return
    this.#problem('', { zh: `这一行有 ${values.length} 列，表头有 ${width} 列`, en: `This row has ${values.length} columns, the header ${width}` })
  }

  /** Normalised, in the order of the file; a problem when there is none. */
  identities(): [Namespace, string][] {
    const identities: [Namespace, string][] = []
    for (const { index, namespace, header } of this.#rules.mapped.identities) {
      const text = this.#at(index, header)
      if (text === '' || (isAddress(namespace) && onlyZeroes.test(text))) continue
      const value = this.#rules.namespaces.normalise(namespace, text)
      if (typeof value === 'string') identities.push([namespace, value])
      else this.#problem(header, value)
    }
    if (identities.length === 0 && this.problems.length === 0) {
      this.#problem('', {
        zh: '没有任何可以认出客户的值（手机号、会员号等都为空）',
        en: 'Nothing in this row tells who it is (phone, member number and so on are all empty)',
      })
    }
    return identities
  }

  text(field: string): string {
    const index = this.#rules.mapped.fields.get(field)
    return index === undefined ? '' : cleanText(this.#at(index, this.#header(field)))
  }

  /** Refuses a number that tells one thing from another and that a spreadsheet has spoilt: many things would become one. */
  refuseDamaged(field: string): void {
    const text = this.text(field)
    const damage = damagedNumber(text)
    if (damage) this.fieldProblem(field, about(text, damage))
  }

  requiredText(field: string, lengthMax: number): string {
    const text = this.text(field)
    if (text === '') this.fieldProblem(field, { zh: '不能为空', en: 'must not be empty' })
    else if (text.length > lengthMax) this.fieldProblem(field, { zh: `超过 ${lengthMax} 个字符`, en: `is longer than ${lengthMax} characters` })
    return text
  }

  /** An instant; null when empty. Times before 2000 are mistakes. */
  time(field: string, options: { latestMs?: number; endOfDay?: boolean } = {}): number | null {
    const text = this.text(field)
    if (text === '') return null
    const parsed = this.#rules.times.instant(text)
    if ('zh' in parsed) {
      this.fieldProblem(field, about(text, parsed))
      return null
    }
    const ms = options.endOfDay && parsed.isDay ? parsed.ms + dayMs - 1 : parsed.ms
    if (ms < earliestMs) this.fieldProblem(field, about(text, { zh: '早于 2000 年', en: 'is before the year 2000' }))
    if (options.latestMs !== undefined && ms > options.latestMs) this.fieldProblem(field, about(text, { zh: '在未来', en: 'is in the future' }))
    return ms
  }

  requiredTime(field: string, latestMs: number): number {
    const ms = this.time(field, { latestMs })
    if (ms === null && this.text(field) === '') this.fieldProblem(field, { zh: '不能为空', en: 'must not be empty' })
    return ms ?? 0
  }

  amountFen(field: string): number | null {
    const text = this.text(field)
    if (text === '') return null
    const fen = parseMoneyFen(text)
    if (fen === null) this.fieldProblem(field, about(text, { zh: '不是金额', en: 'is not an amount' }))
    return fen
  }

  requiredAmountFen(field: string): number {
    const fen = this.amountFen(field)
    if (fen === null && this.text(field) === '') this.fieldProblem(field, { zh: '不能为空', en: 'must not be empty' })
    return fen ?? 0
  }

  yesOrNo(field: string): boolean | null {
    const text = this.text(field)
    if (text === '') return null
    const value = noConsent.has(text) ? null : yesOrNo(text)
    if (value === null) this.fieldProblem(field, about(text, { zh: '应为 是/否', en: 'should be yes or no' }))
    return value
  }

  traits(): Traits {
    const traits: Traits = {}
    for (const column of this.#rules.mapped.attributes) {
      const text = this.#at(column.index, column.header)
      if (text === '') continue
      const value = this.#attribute(column, text)
      if (isRejection(value)) this.#problem(column.header, about(text, value))
      else traits[column.key] = value as Traits[string]
    }
    this.#addRegion(traits)
    return traits
  }

  /** The tags a row names or has columns for. */
  tags(): RowTag[] {
    const { mapped, tags } = this.#rules
    const named: RowTag[] = []
    const field = mapped.fields.has('tags') ? this.text('tags') : ''
    for (const tag of field === '' ? [] : parseTags(field)) {
      const problem = tags.check(tag)
      if (problem) this.fieldProblem('tags', problem)
      else named.push(tag)
    }
    for (const { index, id, header } of mapped.tags) {
      const text = this.#at(index, header)
      if (text === '') continue
      const value = tags.isFlag(id) ? this.#hasFlag(text, header) : cleanText(text)
      if (value === null) continue
      const problem = tags.checkId(id, value)
      if (problem) this.#problem(header, problem)
      else named.push({ id, value })
    }
    return named
  }

  /** Values that do not fit the type of their column stay text: nothing is lost for an odd one. */
  properties(): Record<string, string | number | boolean> {
    const properties: Record<string, string | number | boolean> = {}
    for (const column of this.#rules.mapped.properties) {
      const text = this.#at(column.index, column.header)
      if (text !== '') properties[column.key] = property(column, text, this.#rules.times)
    }
    return properties
  }

  /** Adds a problem of a field that only the target can see. */
  fieldProblem(field: string, words: LocaleText): void {
    this.#problem(this.#header(field), words)
  }

  /** The same of a property of an event. */
  propertyProblem(key: string, words: LocaleText): void {
    this.#problem(this.#rules.mapped.properties.find((column) => column.key === key)?.header ?? key, words)
  }

  #attribute({ key, type }: KeyedColumn, text: string): ReturnType<typeof coerceAttribute> {
    switch (type) {
      case 'number':
        return parseNumber(text) ?? { zh: '不是数字', en: 'is not a number' }
      case 'date':
        return this.#rules.times.day(text)
      case 'boolean':
        return yesOrNo(text) ?? { zh: '应为 是/否', en: 'should be yes or no' }
      case 'text':
        return coerceAttribute('text', wellKnown(key, text) ?? text)
      case 'list':
        return coerceAttribute('list', text)
    }
  }

  /** A region says province, city and district, where the row has no column of its own for them. */
  #addRegion(traits: Traits): void {
    const text = this.#rules.mapped.fields.has('region') ? this.text('region') : ''
    if (text === '') return
    const region = parseRegion(text)
    if (!region) this.fieldProblem('region', about(text, { zh: '认不出是哪个省市', en: 'names no province or city of China' }))
    else for (const [key, value] of Object.entries(region)) traits[key] ??= value as string
  }

  #hasFlag(text: string, header: string): string | null {
    const value = yesOrNo(text)
    if (value === null) this.#problem(header, about(text, { zh: '应为 是/否', en: 'should be yes or no' }))
    return value === true ? '' : null
  }

  #at(index: number, header: string): string {
    const text = readCell(this.#row.values[index] ?? '', this.#rules.mapped.nothing[index] ?? 'signs')
    const first = text.charCodeAt(0)
    if (first === apostrophe && formulaStart.test(text)) return text.slice(1)
    if (first !== hash || !formulaErrors.has(text.toUpperCase())) return text
    this.#problem(header, { zh: `单元格是公式错误 ${text}，请在表格里改正`, en: `The cell holds the formula error ${text}; mend it in the spreadsheet` })
    return ''
  }

  #header(field: string): string {
    const { mapped } = this.#rules
    return mapped.headers[mapped.fields.get(field) ?? -1] ?? field
  }

  #problem(header: string, { zh, en }: LocaleText): void {
    if (header === '') this.problems.push({ at: '', zh, en })
    else if (!this.problems.some((known) => known.at === header)) this.problems.push({ at: header, zh: `「${header}」：${zh}`, en: `${header}: ${en}` })
  }
}

function yesOrNo(text: string): boolean | null {
  return readBoolean(text)?.value ?? null
}

function isAddress(namespace: Namespace): boolean {
  return namespace === 'phone' || namespace === 'email'
}

/** A name without the blanks that padded it to the length of others. */
function unspaced(name: string): string {
  return spacedName.test(name) ? name.replace(/\s+/gu, '') : name
}

/** A text of a well-known attribute in its one form. */
function wellKnown(key: string, text: string): string | null {
  switch (key) {
    case 'province':
      return provinceOf(text)
    case 'city':
      return cityOf(text)
    case 'name':
      return unspaced(text)
    default:
      return null
  }
}

/** A day stays as written, with its time, but for one that only spreadsheets call a day: 20240102, 45356. */
function property({ type }: KeyedColumn, text: string, times: TimeReader): string | number | boolean {
  const kept = () => cleanText(text).slice(0, textLengthMax)
  switch (type) {
    case 'number':
      return parseNumber(text) ?? kept()
    case 'boolean':
      return yesOrNo(text) ?? kept()
    case 'date': {
      const day = onlyDigits.test(text) ? times.day(text) : text
      return typeof day === 'string' ? day : kept()
    }
    case 'text':
    case 'list':
      return kept()
  }
}

/** What is wrong with a value, with the value: short, and masked in case the columns are mixed up. */
function about(text: string, { zh, en }: LocaleText): LocaleText {
  const shown = maskPersonal(text.length > 40 ? `${text.slice(0, 40)}…` : text)
  return { zh: `「${shown}」${zh}`, en: `"${shown}": ${en}` }
}
