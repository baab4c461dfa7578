import type { MergeSuggestion, SuggestionSettings } from '../../../../../contracts/one-id.ts'
import type { PersonState } from '../../record/person-draft.ts'
import { jaroWinkler } from './jaro-winkler.ts'

type Comparison = MergeSuggestion['comparisons'][number]

/** What is compared of a person; null for what is not known. */
export interface Comparable {
  /** Words of the name, lower case. */
  name: string[] | null
  address: string | null
  /** Eight digits. */
  birthDate: string | null
  phone: string | null
  email: string | null
}

/**
 * What agreement and disagreement weigh, in bits: log2(m / u) of the model of Fellegi and Sunter ("A Theory for Record Linkage", 1969), where m is how often
 * the field agrees so far between records of one person and u how often between records of two. Rounded from these estimates, not fitted to any data set:
 * names alike m 0.85, u 1/300; an address m 0.7, u 1/1,000; a birth date m 0.95, u 1/2,000 (two of 70 years' days would be 1/25,000, but made-up dates like
 * 1 January are frequent); a phone or e-mail that differs by one slip of the finger m 0.03, u 1/1,000. People move, and share one phone in a family: a
 * different address or phone says little.
 */
const weights = {
  name: [
    { from: 0.98, weight: 8 },
    { from: 0.9, weight: 6 },
    { from: 0.82, weight: 3 },
    { from: 0, weight: -4 },
  ],
  address: [
    { from: 0.95, weight: 9 },
    { from: 0.85, weight: 7 },
    { from: 0.7, weight: 4 },
    { from: 0, weight: -2 },
  ],
  birthDate: [
    { from: 1, weight: 11 },
    { from: 0.8, weight: 5 },
    { from: 0, weight: -4 },
  ],
  phone: [
    { from: 0.9, weight: 5 },
    { from: 0, weight: 0 },
  ],
  email: [
    { from: 0.93, weight: 5 },
    { from: 0, weight: 0 },
  ],
} as const satisfies Record<Comparison['field'], readonly { from: number; weight: number }[]>

/** Pairs from here on are shown first: more than one field has to speak for them. */
export const highFrom = 16
/** Shorter texts say nothing of where somebody lives. */
const addressLengthMin = 6

/** Takes from a person's row what the settings say is compared. */
export function comparableOf(state: PersonState, settings: SuggestionSettings, open: (sealed: Buffer) => string): Comparable {
  const texts = (keys: readonly string[]) =>
    keys.flatMap((key) => {
      const value = state.attributes[key]
      return value === undefined || typeof value === 'object' ? [] : [String(value).normalize('NFKC').toLowerCase().trim()]
    })
  const name = texts(settings.name).flatMap((text) => text.split(/[\s,，·.]+/).filter((word) => word !== ''))
  const address = texts(settings.address).join(' ').replace(/\s+/g, ' ').trim()
  const birthDate = texts(settings.birthDate)
    .map((text) => text.replace(/\D/g, '').slice(0, 8))
    .find((digits) => digits.length === 8)
  return {
    name: name.length > 0 ? [...new Set(name)] : null,
    address: address.length >= addressLengthMin ? address : null,
    birthDate: birthDate ?? null,
    phone: state.sealedPhone && open(state.sealedPhone),
    email: state.sealedEmail && open(state.sealedEmail),
  }
}

/** How alike two people are, field by field, and the sum of the weights. A field that one of them does not have weighs nothing and is left out. */
export function scorePair(left: Comparable, right: Comparable): { score: number; comparisons: Comparison[] } {
  const comparisons: Comparison[] = []
  const compare = (field: Comparison['field'], similarity: number | null, shown: readonly [string, string] | null) => {
    if (similarity === null) return
    const weight = weights[field].find(({ from }) => similarity >= from)!.weight
    if (shown === null && weight === 0) return
    comparisons.push({ field, left: shown?.[0] ?? null, right: shown?.[1] ?? null, similarity: Math.round(similarity * 1000) / 1000, weight })
  }
  if (left.name && right.name) compare('name', nameSimilarity(left.name, right.name), [left.name.join(' '), right.name.join(' ')])
  if (left.address && right.address) compare('address', textSimilarity(left.address, right.address), [left.address, right.address])
  if (left.birthDate && right.birthDate) compare('birthDate', dateSimilarity(left.birthDate, right.birthDate), [left.birthDate, right.birthDate])
  // Their values are personal data in the clear: only that they are alike is written down.
  if (left.phone && right.phone) compare('phone', isOneSlip(left.phone, right.phone) ? 1 : 0, null)
  if (left.email && right.email) compare('email', emailSimilarity(left.email, right.email), null)
  return { score: comparisons.reduce((sum, { weight }) => sum + weight, 0), comparisons }
}

/** Words in any order: surname and given name are often swapped. Of three Chinese characters one changed is another name, so those agree or not. */
function nameSimilarity(left: readonly string[], right: readonly string[]): number {
  const [few, many] = left.length <= right.length ? [left, right] : [right, left]
  const free = [...many]
  let sum = 0
  for (const word of few) {
    const best = free.map((other, index) => ({ index, similarity: wordSimilarity(word, other) })).toSorted((a, b) => b.similarity - a.similarity)[0]!
    sum += best.similarity
    free.splice(best.index, 1)
  }
  // A word that one side lacks (a middle name, a missing given name) takes off a little.
  return (sum / few.length) * (1 - 0.04 * free.length)
}

function wordSimilarity(left: string, right: string): number {
  if (left === right) return 1
  return /\p{Script=Han}/u.test(left + right) ? 0 : jaroWinkler(left, right)
}

/** Dice's coefficient of pairs of neighbouring characters, which does not mind words that changed places. */
function textSimilarity(left: string, right: string): number {
  if (left === right) return 1
  const [own, other] = [bigramsOf(left), bigramsOf(right)]
  let common = 0
  for (const [bigram, count] of own) common += Math.min(count, other.get(bigram) ?? 0)
  return (2 * common) / (sizeOf(own) + sizeOf(other))
}

function bigramsOf(text: string): Map<string, number> {
  const characters = Array.from(text.replace(/[\s,，]+/g, ''))
  const bigrams = new Map<string, number>()
  for (let at = 0; at + 1 < characters.length; at++) {
    const bigram = characters[at]! + characters[at + 1]!
    bigrams.set(bigram, (bigrams.get(bigram) ?? 0) + 1)
  }
  return bigrams
}

const sizeOf = (bigrams: ReadonlyMap<string, number>) =>
  Math.max(
    1,
    [...bigrams.values()].reduce((sum, count) => sum + count, 0),
  )

/** The same day; one slip, or day and month exchanged; else nothing alike. */
function dateSimilarity(left: string, right: string): number {
  if (left === right) return 1
  const exchanged = left.slice(0, 4) + left.slice(6) + left.slice(4, 6)
  return exchanged === right || isOneSlip(left, right) ? 0.8 : 0
}

/** One character wrong, missing or too many, or two neighbours exchanged. */
export function isOneSlip(left: string, right: string): boolean {
  if (left === right) return true
  if (Math.abs(left.length - right.length) > 1) return false
  const [short, long] = left.length <= right.length ? [left, right] : [right, left]
  let at = 0
  while (at < short.length && short[at] === long[at]) at++
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1)
  if (short.slice(at + 1) === long.slice(at + 1)) return true
  return short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2)
}

/** The same domain, and nearly the same before it. */
function emailSimilarity(left: string, right: string): number {
  const [own, other] = [left.lastIndexOf('@'), right.lastIndexOf('@')]
  if (left.slice(own) !== right.slice(other)) return 0
  return jaroWinkler(left.slice(0, own), right.slice(0, other))
}
