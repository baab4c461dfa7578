import type { LocaleText } from '../../../../contracts/common.ts'
import { amountProperty, anyEvent } from '../../../../contracts/rule.ts'

/** What people call a field; empty texts where nobody has named it. */
export interface FieldWords {
  label: LocaleText
  /** Of its numbers: 元, 次, kg. */
  unit: string
}

/** The names that stand in a sentence for keys and ids. */
export interface RuleWords {
  timezone: string
  attributes: ReadonlyMap<string, FieldWords>
  events: ReadonlyMap<string, FieldWords>
  /** By `propertyWordsKey`. */
  properties: ReadonlyMap<string, FieldWords>
  segments: ReadonlyMap<string, string>
  models: ReadonlyMap<string, { name: string; layers: ReadonlyMap<string, LocaleText> }>
  tags: ReadonlyMap<string, string>
  campaigns: ReadonlyMap<string, string>
}

export const unknown: LocaleText = { zh: '（已删除）', en: '(deleted)' }
export const noUnit: LocaleText = { zh: '', en: '' }

/** Event and property with a line break between: neither has one. */
export const propertyWordsKey = (event: string, property: string) => `${event}\n${property}`

/** 「下单」 / “Order Completed”; what people did of whatever kind is 任意行为 / anything. */
export function eventName(event: string, { events }: RuleWords): LocaleText {
  if (event === anyEvent) return { zh: '任意行为', en: 'anything' }
  const label = events.get(event)?.label
  return { zh: `「${label?.zh || event}」`, en: `“${label?.en || event}”` }
}

/** The property of an event, and the unit of its numbers. */
export function propertyWords(event: string, property: string, { properties }: RuleWords): FieldUse {
  if (property === amountProperty) return { name: { zh: '金额', en: 'amount' }, unit: { zh: '元', en: 'yuan' } }
  const words = properties.get(propertyWordsKey(event, property))
  return { name: named(words, property), unit: unitOf(words) }
}

export interface FieldUse {
  name: LocaleText
  unit: LocaleText
}

export function named(words: FieldWords | undefined, key: string): LocaleText {
  return { zh: words?.label.zh || key, en: words?.label.en || key }
}

export function unitOf(words: FieldWords | undefined): LocaleText {
  const unit = words?.unit ?? ''
  return { zh: unit, en: unit === '元' ? 'yuan' : unit }
}

/** Chinese and Latin letters next to each other have a space between them. */
export function spaced(left: string, right: string): string {
  const isLatin = (letter: string | undefined) => letter !== undefined && /[\x21-\x7e]/.test(letter)
  const isHan = (letter: string | undefined) => letter !== undefined && /[\p{L}\p{N}]/u.test(letter)
  const [before, after] = [left.at(-1), right[0]]
  return (isLatin(after) && isHan(before)) || (isLatin(before) && isHan(after)) ? `${left} ${right}` : `${left}${right}`
}
